"""What a draft of rules or areas would have done: the last days' requests through what holds and through the draft."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedInput
from data.records import Area
from data.repositories.arrays import Arrays
from data.unit_of_work import ReadUnit
from desktop.domain.clock import today
from desktop.domain.rules import Rules, content_of
from desktop.domain.unassigned import Unassigned
from desktop.operations.assign import BY_HAND
from desktop.operations.assignment_scene import DECIDES, AssignmentScene
from desktop.operations.deciding import Decided, RuleBook, decide
from desktop.operations.work import Work

NOBODY = ""  # the department of what nothing takes
LAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be tried. `rules` None: those that hold. `drawn`: areas, by layer, that stand in for its own."""

    rules: Rules | None = None
    drawn: Mapping[str, Sequence[Area]] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One request that would go elsewhere. Departments are names, empty for nobody."""

    request_id: int
    service_request_id: str
    service: str
    before: str
    after: str
    because: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule of the draft that could not be decided, with the request that broke it."""

    rule: str
    request_id: int
    service_request_id: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Where each request of a replay went: its key, the departments before and after, and the rule or layer after.

    Departments are names, empty for nobody; the rule is empty where nothing took it, or a rule stopped on it.
    """

    id: NDArray[np.int64]
    before: NDArray[np.object_]
    after: NDArray[np.object_]
    rule: NDArray[np.object_]

    def of_flow(self, before: str, after: str) -> tuple[int, ...]:
        """The requests that go from one department to another."""
        return tuple(self.id[(self.before == before) & (self.after == after)].tolist())

    def of_rule(self, name: str) -> tuple[int, ...]:
        """The requests that a rule or layer takes."""
        return tuple(self.id[self.rule == name].tolist())

    def of_nobody(self) -> tuple[int, ...]:
        """The requests that nothing takes."""
        return tuple(self.id[self.after == NOBODY].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What would move.

    flows: how many requests went from one department to another, those that stay among them. services: how many of
    each service would move. took: how many requests each rule of the draft took, by name. moves: the requests that
    would move, newest first. seen: what saving asks for, to know that this was on show.
    """

    first: date
    last: date
    requests: int
    by_hand: int  # left out: a person gave them to a department
    moved: int
    flows: Mapping[tuple[str, str], int]
    services: Mapping[str, int]
    took: Mapping[str, int]
    moves: tuple[Move, ...]
    faults: tuple[Fault, ...]
    passage: Passage
    seen: str


def replay(
    work: Work, draft: Draft, *, first: date | None = None, last: date | None = None, days: int = LAST_DAYS
) -> Replay:
    """Run the requests of some days (the last `days` unless told) through what holds and through a draft.

    Both ways ask by the day of each request; the draft holds on every day. RefusedInput for a period that ends before
    it begins.
    """
    city = work.city()
    last = last or today(work.clock, city.timezone)
    first = first or last - timedelta(days=days - 1)
    if last < first:
        raise RefusedInput(f"The period ends on {last}, before it begins on {first}.")
    work.breathe(0.0, "Reading requests")
    with work.store.read() as unit:
        rows, by_hand = _rows(unit, city.timezone, first, last)
        held = RuleBook.of(unit.rules.all())
        work.breathe(0.2, "Through what holds")
        scene = AssignmentScene.read(work, unit, city)
        before = decide(scene, rows, held)
        work.breathe(0.5, "Through the draft")
        drawn = AssignmentScene.read(work, unit, city, drawn=draft.drawn)
        after = decide(drawn, rows, held if draft.rules is None else RuleBook.only(draft.rules))
        work.breathe(0.8, "Counting what would move")
        return _replay(unit, scene, rows, by_hand, (before, after), (first, last), seen_token(unit, draft))


def seen_token(unit: ReadUnit, draft: Draft) -> str:
    """What stands for a draft and the state of the store that it was tried against."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps(None if draft.rules is None else content_of(draft.rules), sort_keys=True).encode())
    for layer, areas in sorted((draft.drawn or {}).items()):
        for area in areas:
            digest.update(f"{layer}\n{area.name}\n{area.agency_id}\n".encode() + area.geometry_wkb)
    rules = unit.rules.last()
    digest.update(repr((rules.id if rules else 0, unit.areas.states())).encode())
    return digest.hexdigest()


def _rows(unit: ReadUnit, timezone: str, first: date, last: date) -> tuple[Arrays, int]:
    """The requests of the days, without those given by hand, and how many these are."""
    zone = ZoneInfo(timezone)
    period = (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )
    rows = unit.requests.arrays([*DECIDES, "service_request_id", "assigned_rule"], reported=period)
    by_hand = rows["assigned_rule"] == BY_HAND
    return {name: values[~by_hand] for name, values in rows.items()}, int(by_hand.sum())


def _replay(
    unit: ReadUnit,
    scene: AssignmentScene,
    rows: Arrays,
    by_hand: int,
    decided: tuple[Decided, Decided],
    period: tuple[date, date],
    seen: str,
) -> Replay:
    before, after = decided
    old, new = _departments(before), _departments(after)
    moves = np.flatnonzero(old != new)
    moves = moves[np.argsort(-rows["requested_at"][moves], kind="stable")]
    names = {**scene.agencies, -1: NOBODY}
    services = {int(service.id): service.service_name for service in scene.services}
    flows = Counter(zip(old.tolist(), new.tolist(), strict=True))
    counts = Counter(services[key] for key in rows["service_id"][moves].tolist())
    return Replay(
        first=period[0],
        last=period[1],
        requests=len(old),
        by_hand=by_hand,
        moved=len(moves),
        flows={(names[was], names[now]): count for (was, now), count in flows.items()},
        services=dict(counts.most_common()),
        took=_took(after),
        moves=tuple(_move(rows, row, before, after, names, services) for row in moves.tolist()),
        faults=_faults(rows, after),
        passage=Passage(rows["id"], _named(names, old), _named(names, new), _rules(after)),
        seen=seen,
    )


def _departments(decided: Decided) -> NDArray[np.int64]:
    keys = [-1 if outcome.agency_id is None else int(outcome.agency_id) for outcome in decided.outcomes]
    found: NDArray[np.int64] = np.array(keys, dtype=np.int64)[decided.which]
    return found


def _named(names: Mapping[int, str], keys: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array([names[key] for key in keys.tolist()], dtype=object)


def _rules(decided: Decided) -> NDArray[np.object_]:
    stopped = [outcome.kind == Unassigned.FAULT for outcome in decided.outcomes]
    rules = ["" if stops else outcome.rule for outcome, stops in zip(decided.outcomes, stopped, strict=True)]
    found: NDArray[np.object_] = np.array(rules, dtype=object)[decided.which]
    return found


def _took(decided: Decided) -> dict[str, int]:
    counts = np.bincount(decided.which, minlength=len(decided.outcomes))
    took: Counter[str] = Counter()
    for outcome, count in zip(decided.outcomes, counts.tolist(), strict=True):
        if outcome.kind != Unassigned.FAULT and outcome.rule:
            took[outcome.rule] += count
    return dict(took)


def _move(
    rows: Arrays,
    row: int,
    before: Decided,
    after: Decided,
    names: Mapping[int, str],
    services: Mapping[int, str],
) -> Move:
    old, new = before.of(row), after.of(row)
    return Move(
        request_id=int(rows["id"][row]),
        service_request_id=str(rows["service_request_id"][row]),
        service=services[int(rows["service_id"][row])],
        before=names[-1 if old.agency_id is None else int(old.agency_id)],
        after=names[-1 if new.agency_id is None else int(new.agency_id)],
        because=new.reason,
        lon=float(rows["long"][row]),
        lat=float(rows["lat"][row]),
    )


def _faults(rows: Arrays, decided: Decided) -> tuple[Fault, ...]:
    """Each rule that stopped, with the first request that it stopped on."""
    found: dict[str, Fault] = {}
    for place, outcome in enumerate(decided.outcomes):
        if outcome.kind == Unassigned.FAULT and outcome.rule not in found:
            row = int(np.flatnonzero(decided.which == place)[0])
            number = str(rows["service_request_id"][row])
            found[outcome.rule] = Fault(outcome.rule, int(rows["id"][row]), number, outcome.reason)
    return tuple(found.values())
