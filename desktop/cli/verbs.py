"""The verbs of the command, and where each lives. A module is loaded when its verb is called, or all for the help."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer

SIGNED = {"ignore_unknown_options": True}  # what looks like an option may be a number below zero
FORM: dict[str, Any] = {"add_completion": False, "rich_markup_mode": None, "pretty_exceptions_enable": False}


@dataclass(frozen=True, slots=True)
class Verb:
    """A function, or a whole noun with its verbs, at the top of a module of this folder."""

    module: str
    name: str
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Noun:
    """Verbs of several modules under one word."""

    help: str
    verbs: Mapping[str, Verb]


VERBS: dict[str, Verb | Noun] = {
    "demo": Verb("city", "demo"),
    "init": Verb("city", "init"),
    "assign": Verb("assign", "assign_requests"),
    "find": Verb("places", "find"),
    "where": Verb("places", "where", SIGNED),
    "nearby": Verb("nearby", "nearby", SIGNED),
    "serve": Verb("nearby", "serve"),
    "duplicates": Verb("duplicates", "duplicates"),
    "hotspots": Verb("hotspots", "hotspots"),
    "report": Verb("report", "report"),
    "undo": Verb("undo", "undo"),
    "handover": Verb("handover", "handover"),
    "sync": Verb("sync", "sync"),
    "move": Verb("maintenance", "move_city"),
    "backup": Verb("maintenance", "backup_city"),
    "restore": Verb("maintenance", "restore_city"),
    "check": Verb("maintenance", "check_city"),
    "import": Noun(
        "Bring requests, areas, streets, addresses or assets in.",
        {
            "requests": Verb("imports", "requests"),
            "areas": Verb("areas", "areas"),
            "streets": Verb("imports", "streets"),
            "assets": Verb("assets", "assets"),
            "addresses": Verb("places", "addresses"),
        },
    ),
    "incidents": Verb("incidents", "app"),
    "routes": Noun(
        "Plan the crews' day, follow it and replan it, or solve a benchmark instance.",
        {
            "plan": Verb("routes", "plan"),
            "export": Verb("routes", "export"),
            "hand-back": Verb("hand_back", "hand_back"),
            "mark": Verb("stops", "mark"),
            "status": Verb("stops", "status"),
            "replan": Verb("replan", "replan"),
            "benchmark": Verb("routes", "benchmark"),
        },
    ),
    "export": Noun(
        "Take requests, a map or areas along.",
        {
            "requests": Verb("export", "requests"),
            "map": Verb("export", "map_page"),
            "areas": Verb("export", "areas"),
        },
    ),
    "points": Noun(
        "Points that hold improbably many records.",
        {
            "list": Verb("points", "list_points"),
            "confirm": Verb("points", "confirm"),
            "clear": Verb("points", "clear"),
        },
    ),
    "rules": Verb("rules", "app"),
    "services": Noun(
        "The catalogue of services with their questions.",
        {
            "list": Verb("services", "list_services"),
            "export": Verb("services", "export_catalogue"),
            "import": Verb("services", "import_catalogue"),
            "figures": Verb("services", "figures"),
            "times": Verb("services", "times"),
        },
    ),
    "departments": Verb("departments", "app"),
    "roster": Verb("roster", "app"),
    "requests": Verb("requests", "app"),
    "templates": Verb("templates", "app"),
    "outbox": Verb("outbox", "app"),
    "sources": Verb("sources", "app"),
    "city": Noun("What the city sets for itself.", {"settings": Verb("settings", "settings")}),
}


class Verbs(Mapping[str, Any]):
    """The commands behind some words; one is made, and its module loaded, when it is asked for."""

    def __init__(self, verbs: Mapping[str, Verb | Noun]) -> None:
        self._verbs = verbs
        self._made: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._verbs)

    def __len__(self) -> int:
        return len(self._verbs)

    def __getitem__(self, word: str) -> Any:
        verb = self._verbs[word]
        if word not in self._made:
            self._made[word] = _noun(word, verb) if isinstance(verb, Noun) else _verb(word, verb)
        return self._made[word]


def _noun(word: str, noun: Noun) -> Any:
    group = typer.Typer(name=word, help=noun.help, no_args_is_help=True, **FORM)
    group.callback()(_nothing)
    made: Any = typer.main.get_command(group)
    made.commands = Verbs(noun.verbs)
    return made


def _nothing() -> None:
    pass


def _verb(word: str, verb: Verb) -> Any:
    found: typer.Typer | Callable[..., Any] = getattr(importlib.import_module(f"desktop.cli.{verb.module}"), verb.name)
    parent = typer.Typer(**FORM)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=word)
        return typer.main.get_command(parent).commands[word]  # type: ignore[attr-defined] # a group
    parent.command(word, context_settings=dict(verb.settings) if verb.settings else None)(found)
    return typer.main.get_command(parent)
