"""Who gets each request: the rules of its day, then the layers that name departments; every outcome with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.records import Placement, SavedRules
from data.repositories.arrays import Arrays
from desktop.domain.rule_expression import asked_layers
from desktop.domain.rule_matching import NOWHERE, Reports, Words, area_of, take
from desktop.domain.rules import NO_RULES, Rule, Rules
from desktop.domain.unassigned import NO_AREA, NO_LAYERS, NO_SERVICE, UNLOCATED_REASONS, Unassigned
from desktop.operations.assignment_scene import LOCATES, AssignmentScene, Places, metres, two_digits

Step = Callable[[float, str], None]
MOST_NEAREST = 20_000  # more requests than these in no area is a layer that is missing: the nearest would say nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that many requests share. `priority` and `deadline_working_h` are None where the rule is silent."""

    agency_id: int | None
    area: str
    rule: str
    reason: str
    kind: str = ""
    queue: str = ""
    priority: int | None = None
    deadline_working_h: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The outcomes, and for each request which of them it got."""

    outcomes: Sequence[Outcome]
    which: NDArray[np.int64]

    def of(self, row: int) -> Outcome:
        """The outcome of one request."""
        return self.outcomes[int(self.which[row])]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The sets of rules that hold, each from a day on; the newest one that has begun counts."""

    sets: Sequence[tuple[int, Rules]]  # ordinal of the first day, rules; the oldest first

    @classmethod
    def of(cls, saved: Sequence[SavedRules]) -> RuleBook:
        """The rule book of a store."""
        return cls([(one.effective_from.toordinal(), Rules.model_validate(one.content)) for one in saved])

    @classmethod
    def only(cls, rules: Rules) -> RuleBook:
        """These rules, on every day."""
        return cls([(0, rules)])

    def on(self, day: int) -> Rules:
        """The rules for reports of a day."""
        return next((rules for first, rules in reversed(self.sets) if first <= day), NO_RULES)

    def spans(self, days: NDArray[np.int64]) -> list[tuple[Rules, Places]]:
        """The rows that each set holds for."""
        edges = np.array(sorted({first for first, _ in self.sets}), dtype=np.int64)
        span = np.searchsorted(edges, days, side="right")
        rows = [np.flatnonzero(span == one) for one in np.unique(span)]
        return [(self.on(int(days[part[0]])), part) for part in rows]

    @property
    def layers(self) -> set[str]:
        """Every layer that some rule asks."""
        rules = [rule for _, one in self.sets for rule in one]
        return {layer for rule in rules for layer in (*rule.layers, *asked_layers(rule.when))}


def decide(
    scene: AssignmentScene,
    rows: Arrays,
    book: RuleBook,
    *,
    step: Step = lambda fraction, sentence: None,
    read: Callable[[Places], list[Words]] | None = None,
) -> Decided:
    """Decide requests given as columns of `assignment_scene.DECIDES`; `read` as in AssignmentScene.reports."""
    assigning = [name for name, layer in scene.layers.items() if layer.layer.assigns]
    step(0.1, "Finding the areas")
    reports = scene.reports(rows, book.layers, read)
    desk = _Desk(scene, rows, reports)
    step(0.3, "Asking the rules")
    for rules, part in book.spans(reports.day):
        desk.by_rules(rules, part)
    for number, name in enumerate(assigning):
        step(0.4 + 0.2 * number / len(assigning), f"Assigning by {name}")
        desk.by_layer(name)
    desk.rest(assigning)
    return Decided(desk.outcomes, desk.which)


class _Desk:
    """Requests that wait, and outcomes as they come."""

    def __init__(self, scene: AssignmentScene, rows: Arrays, reports: Reports) -> None:
        self.scene, self.rows, self.reports = scene, rows, reports
        self.outcomes: list[Outcome] = []
        self.which = np.full(len(reports), NOWHERE, dtype=np.int64)
        self._places: dict[Outcome, int] = {}

    def by_rules(self, rules: Rules, part: Places) -> None:
        """What the rules take. What lies outside the city is taken only by rules that ask for an area."""
        outside = self.rows["placement"] == Placement.OUT_OF_TOWN.value
        for inside, allowed in ((True, rules), (False, Rules(rule=tuple(r for r in rules if r.layers)))):
            mine = part[outside[part] != inside]
            if len(mine) and len(allowed):
                numbers = [number for number, rule in enumerate(rules, 1) if inside or rule.layers]
                self._take(allowed, numbers, mine)

    def _take(self, rules: Rules, numbers: Sequence[int], part: Places) -> None:
        taken = take(rules, self.reports, rows=part)
        for place, rule in enumerate(rules):
            hit = np.flatnonzero(taken.rule == place)
            if len(hit):
                self._by_rule(rule, numbers[place], hit)
        for row, (place, why) in taken.faults.items():
            sentence = f"Rule {numbers[place]}, {rules.rule[place].name}, stops here: {why}."
            self._set(np.array([row]), Outcome(None, "", rules.rule[place].name, sentence, Unassigned.FAULT.value))

    def _by_rule(self, rule: Rule, number: int, hit: Places) -> None:
        """The outcome of a rule for the requests it took, by the areas they lie in."""
        shown = rule.agency_of or next(iter(rule.areas), "")
        around = self.reports.areas[shown][hit] if shown else np.zeros(len(hit), dtype=np.int64)
        for place in np.unique(around):
            mine = hit[around == place]
            area = area_of(self.reports, shown, int(mine[0])) if shown else None
            agency = area.agency if rule.agency_of and area else rule.agency
            where = f" Its point is in {area.name} ({shown})." if area else ""
            reason = f"Rule {number}, {rule.name}.{where}"
            self._give(mine, rule, agency, area.name if area else "", reason)

    def _give(self, mine: Places, rule: Rule, agency: str, area: str, reason: str) -> None:
        """To the department, unless it is not there, or takes nothing more on the day of the report."""
        key, closed = self.scene.agency_id(agency), self.scene.closed.get(agency)
        late = np.zeros(len(mine), dtype=bool) if closed is None else self.reports.day[mine] >= closed.toordinal()
        if key is None:
            late = np.ones(len(mine), dtype=bool)
        gone = f"{agency} {'is not among the departments' if key is None else f'is closed since {closed}'}"
        fault = Outcome(None, area, rule.name, f"{reason} But {gone}; correct the rule.", Unassigned.FAULT.value)
        self._set(mine[late], fault)
        given = Outcome(key, area, rule.name, reason, "", rule.queue, rule.priority, rule.deadline_working_h)
        self._set(mine[~late], given)

    def by_layer(self, name: str) -> None:
        """Let a layer take what it serves; where two departments' areas overlap, the first has it and it is marked."""
        layer = self.scene.layers[name]
        facts = self.scene.area_facts(name)
        wait = np.flatnonzero(self.which == NOWHERE)
        wait = wait[self.rows["placement"][wait] == Placement.LOCATED.value]
        wait = wait[self._served(name, wait)]
        around = self._located(name, wait)
        hit, around = wait[around != NOWHERE], around[around != NOWHERE]
        if not len(hit):
            return
        other = self._other_department(name, hit, around)
        pair = around * (len(facts) + 1) + (other - NOWHERE)
        order = np.argsort(pair, kind="stable")
        begins = np.flatnonzero(np.diff(pair[order], prepend=-1))
        for at, mine in zip(begins.tolist(), np.split(hit[order], begins[1:]), strict=True):
            place, rival = int(around[order[at]]), int(other[order[at]])
            reason = f"Its point is in {facts[place].name} ({name})."
            kind = ""
            if rival != NOWHERE:
                reason += f" It is also in {facts[rival].name} of {facts[rival].agency}, which comes later."
                kind = Unassigned.OVERLAP.value
            self._set(mine, Outcome(layer.areas[place].agency_id, facts[place].name, name, reason, kind))

    def _located(self, name: str, rows: Places, *, last: bool = False) -> Places:
        columns = {column: self.rows[column][rows] for column in LOCATES}
        return self.scene.locate(name, columns, self.reports.day[rows], naming=True, last=last)

    def _other_department(self, name: str, hit: Places, around: Places) -> Places:
        """The last area around each point where it is another department's than the first; NOWHERE else."""
        if not self.scene.layers[name].departments_may_overlap:
            return np.full(len(hit), NOWHERE, dtype=np.int64)
        agency = np.array([area.agency_id or NOWHERE for area in self.scene.layers[name].areas], dtype=np.int64)
        last = self._located(name, hit, last=True)
        return np.where(agency[last] != agency[around], last, NOWHERE)

    def _served(self, name: str, rows: Places) -> NDArray[np.bool_]:
        """Which requests are of a service that a layer serves; a layer without services serves all."""
        codes = self.scene.layers[name].layer.service_codes
        if not codes:
            return np.ones(len(rows), dtype=bool)
        wanted = [place for place, service in enumerate(self.reports.services) if service.code in codes]
        return np.isin(self.reports.service[rows], wanted)

    def rest(self, assigning: Sequence[str]) -> None:
        """A reason for each request that nothing took."""
        for placement, reason in UNLOCATED_REASONS.items():
            kind = Unassigned.OUTSIDE if placement == Placement.OUT_OF_TOWN.value else Unassigned.UNLOCATED
            mine = (self.which == NOWHERE) & (self.rows["placement"] == placement)
            self._set(np.flatnonzero(mine), Outcome(None, "", "", reason, kind.value))
        wait = np.flatnonzero(self.which == NOWHERE)
        unknown = np.array([not service.mapped for service in self.scene.services] + [True])
        served = np.zeros(len(wait), dtype=bool)
        for name in assigning:
            served |= self._served(name, wait)
        strange = unknown[self.reports.service[wait]] & ~served
        self._gaps(wait[served], assigning)
        words = NO_SERVICE if assigning else NO_LAYERS
        self._set(wait[strange], Outcome(None, "", "", words, Unassigned.UNKNOWN_SERVICE.value))
        self._set(wait[~served & ~strange], Outcome(None, "", "", words, Unassigned.NO_RULE.value))

    def _gaps(self, rows: Places, assigning: Sequence[str]) -> None:
        """Requests that no area has, each with the area that comes nearest unless there are too many."""
        if len(rows) > MOST_NEAREST:
            self._set(rows, Outcome(None, "", "", NO_AREA, Unassigned.GAP.value))
            return
        distance_m, nearest = np.full(len(rows), np.inf), np.full(len(rows), "", dtype=object)
        for name in assigning:
            mine = np.flatnonzero(self._served(name, rows))
            areas, away_m = self._nearest(name, rows[mine])
            closer = away_m < distance_m[mine]
            distance_m[mine[closer]], nearest[mine[closer]] = away_m[closer], areas[closer]
        told = [
            f"{NO_AREA} Nearest: {area}, {metres(two_digits(away))} away." if area else NO_AREA
            for area, away in zip(nearest, distance_m.tolist(), strict=True)
        ]
        reasons, which = np.unique(told, return_inverse=True)
        for place, reason in enumerate(reasons.tolist()):
            self._set(rows[which == place], Outcome(None, "", "", reason, Unassigned.GAP.value))

    def _nearest(self, name: str, rows: Places) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
        """The nearest area with a department of a layer on each report's day, as words, and the metres to it."""
        layer = self.scene.layers[name]
        named = np.array([area.agency_id is not None for area in layer.areas], dtype=bool)
        words, away_m = np.full(len(rows), "", dtype=object), np.full(len(rows), np.inf)
        for span, holding in layer.spans(self.reports.day[rows]):
            wanted = holding[named[holding]]
            if len(wanted):
                at = rows[span]
                which, away_m[span] = self.scene.nearest(name, wanted, self.rows["long"][at], self.rows["lat"][at])
                words[span] = [f"{layer.areas[place].name} ({name})" for place in which]
        return words, away_m

    def _set(self, rows: Places, outcome: Outcome) -> None:
        if len(rows):
            place = self._places.setdefault(outcome, len(self.outcomes))
            if place == len(self.outcomes):
                self.outcomes.append(outcome)
            self.which[rows] = place
