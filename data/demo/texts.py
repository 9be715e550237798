"""Texts of requests: what happened from the banks of phrases, told in the manner of the channel it came by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.demo import phrases
from data.demo.catalogue import SERVICES

Ints = NDArray[np.int64]
DRAWS = 12  # random numbers a text uses of its own
SHARED = 3  # random numbers it shares with the other reports of its incident: thing, place, time
APP, WEB, PHONE, KIOSK, EMAIL = range(5)
CHANNELS = ("app", "web", "phone", "kiosk", "email")
TERSE, PLAIN, POLITE, ANGRY, AGENT, FORMAL, BARE = range(7)
# Chances of each manner, by channel.
_MANNERS = (
    (0.42, 0.30, 0.10, 0.09, 0.0, 0.0, 0.09),
    (0.12, 0.48, 0.24, 0.09, 0.0, 0.05, 0.02),
    (0.0, 0.12, 0.0, 0.0, 0.88, 0.0, 0.0),
    (0.62, 0.18, 0.04, 0.04, 0.0, 0.0, 0.12),
    (0.0, 0.14, 0.34, 0.06, 0.0, 0.46, 0.0),
)
_FOREIGN_SHARE, _TYPO_SHARE, _STREET_SHARE = 0.03, 0.10, 0.14


@dataclass(frozen=True, slots=True)
class _Bank:
    things: tuple[tuple[str, ...], ...]
    sayings: tuple[str, ...]
    effects: tuple[str, ...]
    wishes: tuple[str, ...]
    foreign: tuple[str, ...]


def _entries(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in " ".join(text.split()).split(" / "))


def _worded(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(wording.strip() for wording in entry.split("|")) for entry in _entries(text))


@lru_cache(maxsize=1)
def _banks() -> tuple[tuple[_Bank, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """A bank for every service, the places and the times."""
    banks = []
    for service in SERVICES:
        things, sayings, effects, wishes = phrases.PHRASES[service.code]
        asked = tuple(f"{wish}?" if wish.split()[0] in _QUESTION_WORDS else f"{wish}." for wish in _entries(wishes))
        banks.append(
            _Bank(_worded(things), _entries(sayings), _entries(effects), asked, phrases.FOREIGN[service.group])
        )
    places, times = (_worded(text.strip().replace("\n", " / ")) for text in (phrases.PLACES, phrases.TIMES))
    return tuple(banks), places, times


_QUESTION_WORDS = ("Can", "Could", "When", "Who", "Which", "Do", "What")


def manners(channel: Ints, draw: NDArray[np.float64]) -> Ints:
    """The manner of each text, by its channel and a number between 0 and 1."""
    edges = np.cumsum(np.array(_MANNERS), axis=1)[channel]
    return np.asarray(np.minimum((draw[:, None] >= edges).sum(axis=1), BARE))


def write_texts(
    service: list[int], channel: Ints, shared: NDArray[np.float64], own: NDArray[np.float64], number: list[int],
    street: list[str], address: list[str],
) -> list[str]:  # fmt: skip
    """One text a request. shared [n, 3] belongs to its incident, own [n, 12] to itself; all between 0 and 1."""
    banks, places, times = _banks()
    picks = (shared * 2**20).astype(np.int64).tolist()
    draws = (own * 2**20).astype(np.int64).tolist()
    manner = manners(channel, own[:, 0]).tolist()
    foreign = ((own[:, 1] < _FOREIGN_SHARE) & (channel != PHONE)).tolist()
    typos = ((own[:, 2] < _TYPO_SHARE) & (channel != PHONE)).tolist()
    near = (own[:, 3] < _STREET_SHARE).tolist()
    texts = []
    for at, kind in enumerate(service):
        bank, pick, draw = banks[kind], picks[at], draws[at]
        if foreign[at]:
            place = address[at] or street[at] or "Rivermouth"
            texts.append(bank.foreign[draw[4] % len(bank.foreign)].format(a=place))
            continue
        where = _wording(places[pick[1] % len(places)], draw[5]).format(n=number[at] or 12)
        if near[at] and street[at]:
            where = f"{where}, {street[at]}" if draw[6] % 2 else f"{where} in {street[at]}"
        thing = _wording(bank.things[pick[0] % len(bank.things)], draw[4])
        time = _wording(times[pick[2] % len(times)], draw[6])
        text = _told(bank, manner[at], draw, thing, where, time)
        texts.append(_with_typo(text, draw[11]) if typos[at] else text)
    return texts


def _wording(entry: tuple[str, ...], draw: int) -> str:
    return entry[draw % len(entry)]


def _told(bank: _Bank, manner: int, draw: list[int], thing: str, where: str, time: str) -> str:
    """The text in one manner."""
    if manner == BARE:
        return f"{thing} {where} {time}" if draw[7] % 3 else f"{where}: {thing}, {time}"
    said = bank.sayings[draw[7] % len(bank.sayings)].format(t=thing, w=where, s=time)
    said = said[0].upper() + said[1:]
    effect, wish = bank.effects[draw[8] % len(bank.effects)], bank.wishes[draw[9] % len(bank.wishes)]
    turn = draw[10]
    if manner == TERSE:
        return _terse(said, effect, turn)
    if manner == PLAIN:
        return (f"{said}. {effect}.", f"{said}. {effect}. {wish}", f"{said}. {wish}", f"{effect}. {said}.")[turn % 4]
    if manner == AGENT:
        opener = phrases.AGENT_OPENERS[turn % len(phrases.AGENT_OPENERS)]
        said = said[0].lower() + said[1:] if not opener.endswith(":") else said
        closer = phrases.AGENT_CLOSERS[draw[11] % len(phrases.AGENT_CLOSERS)]
        return (f"{opener} {said}.", f"{opener} {said}. {effect}.", f"{opener} {said}. {closer}")[draw[11] % 3]
    if manner == ANGRY:
        opener = phrases.ANGRY_OPENERS[turn % len(phrases.ANGRY_OPENERS)]
        closer = phrases.ANGRY_CLOSERS[draw[11] % len(phrases.ANGRY_CLOSERS)]
        text = (f"{opener} {said}! {effect}.", f"{said}!! {effect}. {closer}", f"{opener} {said}. {closer}")[
            draw[9] % 3
        ]
        return text.upper() if draw[11] % 9 == 0 else text
    thanks = phrases.THANKS[draw[11] % len(phrases.THANKS)]
    if manner == POLITE:
        opener = phrases.POLITE_OPENERS[turn % len(phrases.POLITE_OPENERS)]
        rest = said[0].lower() + said[1:]
        return (
            f"{opener} {rest}. {wish} {thanks}.",
            f"{opener} {rest}. {effect}. {wish} {thanks}!",
            f"{opener} {rest}. {thanks}!",
        )[draw[9] % 3]
    opener = phrases.FORMAL_OPENERS[turn % len(phrases.FORMAL_OPENERS)]
    closer = phrases.FORMAL_CLOSERS[draw[11] % len(phrases.FORMAL_CLOSERS)]
    return f"{opener} {said[0].lower()}{said[1:]}. {effect}. {wish} {closer}"


def _terse(said: str, effect: str, turn: int) -> str:
    """A line typed on the way."""
    if turn % 5 == 0:
        return f"{said}, {effect[0].lower()}{effect[1:]}"
    if turn % 5 < 3:
        return said.lower()
    return said if turn % 5 == 3 else f"{said.lower()} .."


def _with_typo(text: str, draw: int) -> str:
    """The text with one slip: letters swapped, one lost or doubled, or an apostrophe forgotten."""
    if draw % 4 == 0 and "'" in text:
        return text.replace("'", "", 1)
    at = 2 + draw % max(1, len(text) - 5)
    if not (text[at].isalpha() and text[at + 1].isalpha()):
        return text
    if draw % 3 == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if draw % 3 == 1 else text[: at + 1] + text[at:]
