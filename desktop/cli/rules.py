"""`opsmap rules`: the rules of assignment brought in, taken along, tested, listed, rolled back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from data.errors import RefusedInput
from desktop.cli.desk import REFUSED, desk_of, parse_day, tell, tell_counts
from desktop.cli.replays import counted, in_words, refuse_faults
from desktop.domain.rule_faults import RuleFault
from desktop.domain.rules import Rules
from desktop.operations.replay_rules import Replay
from desktop.operations.rule_files import export_rules, read_rules
from desktop.operations.rule_sets import (
    RuleSet,
    all_sets,
    faults_in,
    last_set,
    recent_replay,
    refusing,
    roll_back,
    save_rules,
)
from desktop.operations.work import Work

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
app = typer.Typer(help="The rules of assignment.", no_args_is_help=True)


@app.command("import")
def import_rules(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.toml, as export writes it; it replaces all rules.")],
    effective_from: Annotated[
        str, typer.Option("--effective-from", help="The first day of reports it is for, YYYY-MM-DD; today unless told.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="What was changed, for the list of versions.")] = "",
    without_replay: Annotated[
        bool, typer.Option("--without-replay", help="Save without trying the rules on the last days' requests.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Save the rules of a file as the newest version, after a replay of the last 30 days that must not stop."""
    first_day = parse_day(effective_from or None, "--effective-from")
    rules = read_rules(file)
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            base = last_set(unit)
        refuse_faults(faults_in(work, rules, first_day))
        seen = None if without_replay else _replayed(work, rules)
        changes = save_rules(
            work,
            rules=rules,
            note=note,
            effective_from=first_day,
            based_on=base.number if base else None,
            seen=seen.seen if seen else "",
            without_replay=without_replay,
        )
    counts: dict[str, Any] = {**changes.counts, "replay": counted(seen) if seen else None}
    words = in_words(seen) if seen else "What they move was not looked at (--without-replay)."
    tell_counts(counts, f"{words} {changes.sentence}", as_json=as_json)


@app.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.toml")],
    number: Annotated[int | None, typer.Option("--set", help="An older version; the last one unless told.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the rules as text."""
    with desk_of(context).work() as work:
        tell(export_rules(work, file, number=number), as_json=as_json)


@app.command("test")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.toml")],
    as_json: AsJson = False,
) -> None:
    """Check the rules of a file against the city: every fault in a sentence; 2 where they could not be saved."""
    with desk_of(context).work() as work:
        work.city()
        try:
            rules = read_rules(file)
        except RefusedInput as unreadable:
            if not as_json:
                raise
            _tell_unreadable(unreadable)
        found = faults_in(work, rules)
    refused = sum(fault.refuses for fault in found)
    counts = {
        "rules": len(rules),
        "examples": len(rules.example),
        "refused": refused,
        "warnings": len(found) - refused,
        "faults": [_as_json(fault) for fault in found],
    }
    lines = [f"{'' if fault.refuses else 'Warning: '}{fault.sentence}" for fault in found]
    total = f"{file.name}: {len(rules):,} rules, {refused:,} faults, {len(found) - refused:,} warnings."
    tell_counts(counts, "\n".join([*lines, total]), as_json=as_json)
    if refused:
        raise typer.Exit(REFUSED)


@app.command("list")
def list_sets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the versions with the days on which each holds."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            sets = all_sets(unit)
    if as_json:
        print(json.dumps({"sets": [_row(one) for one in sets]}, ensure_ascii=False))
        return
    for one in sets:
        days = f"{one.effective_from}..{one.until or ''}" if one.holds else "on no day"
        words = " ".join(one.note.split())
        print(f"{one.number}\t{days}\t{len(one.rules):,} rules\t{one.saved_by}\t{words}")


@app.command("rollback")
def rollback(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The version to go back to, as 'list' numbers them.")],
    as_json: AsJson = False,
) -> None:
    """Save an older version anew; those after it hold on no day any more."""
    with desk_of(context).work() as work:
        tell(roll_back(work, number), as_json=as_json)


def _tell_unreadable(refused: RefusedInput) -> NoReturn:
    """The faults of a text that holds no rules, as JSON."""
    told = [{"part": "text", "refuses": True, "sentence": sentence} for sentence in str(refused).splitlines()]
    counts = {"rules": 0, "examples": 0, "refused": len(told), "warnings": 0, "faults": told}
    tell_counts(counts, "", as_json=True)
    raise typer.Exit(REFUSED) from refused


def _replayed(work: Work, rules: Rules) -> Replay:
    found = recent_replay(work, rules)
    stopping = refusing(found)
    if stopping:
        raise RefusedInput("\n".join([*stopping, "These rules were not saved; mend them first."]))
    return found


def _as_json(fault: RuleFault) -> dict[str, Any]:
    of = {"part": fault.part, "number": fault.number, "name": fault.name}
    return {**of, "what": fault.what, "todo": fault.todo, "refuses": fault.refuses, "sentence": fault.sentence}


def _row(one: RuleSet) -> dict[str, Any]:
    days = {"effective_from": str(one.effective_from), "until": str(one.until) if one.until else None}
    saved = {"saved_at": one.saved_at.isoformat(), "saved_by": one.saved_by, "note": one.note}
    return {"set": one.number, **days, "holds": one.holds, **saved, "rules": len(one.rules)}
