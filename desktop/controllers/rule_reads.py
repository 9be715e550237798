"""What Assignment reads in the background: the rules with what they may name, replays, and explanations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import Clock, today
from desktop.domain.rule_expression import compiled
from desktop.domain.rule_faults import Catalogue
from desktop.domain.rules import Rules
from desktop.operations.explain_assignment import Explanation, Supposed, explain_place, explain_request
from desktop.operations.replay_rules import LAST_DAYS, Draft, Replay, replay
from desktop.operations.rule_sets import RuleSet, all_sets, catalogue_of
from desktop.operations.work import Work


@dataclass(frozen=True, slots=True)
class Shelf:
    """The saved sets, the newest last, what rules may name, and the city's day."""

    sets: tuple[RuleSet, ...]
    catalogue: Catalogue
    today: date

    @property
    def last(self) -> RuleSet | None:
        """The set that was saved last."""
        return self.sets[-1] if self.sets else None

    @property
    def in_force(self) -> RuleSet | None:
        """The set that holds for reports of today."""
        return next((one for one in reversed(self.sets) if one.effective_from <= self.today), None)

    @property
    def before(self) -> RuleSet | None:
        """The set that a roll back would take up again."""
        held = [one for one in self.sets[:-1] if one.holds]
        return held[-1] if held else None


def read_shelf(store: Store, clock: Clock) -> Shelf | None:
    """The rules of a store; None without a city.

    The library of expressions comes along, for the window checks a rule at each change of it.
    """
    compiled("true")
    with store.read() as unit:
        city = unit.city.get()
        if city is None:
            return None
        day = today(clock, city.timezone)
        return Shelf(tuple(all_sets(unit)), catalogue_of(unit, day), day)


def run_replay(store: Store, clock: Clock, draft: Draft, stopped: Callable[[], bool], days: int = LAST_DAYS) -> Replay:
    """What a draft would move in the last days."""
    return replay(Work(store, "", clock, should_stop=stopped), draft, days=days)


Asked = int | str | Supposed  # a request by its key, by its number, or one that might come


def read_explanation(store: Store, clock: Clock, asked: Asked, rules: Rules | None) -> Explanation | str:
    """Why it goes where it goes, by a draft or by what holds; a sentence where it cannot be told."""
    work = Work(store, "", clock)
    try:
        if isinstance(asked, Supposed):
            return explain_place(work, asked, rules=rules)
        return explain_request(work, asked if isinstance(asked, int) else _key_of(store, asked), rules=rules)
    except RefusedInput as refusal:
        return str(refusal)


def _key_of(store: Store, number: str) -> int:
    with store.read() as unit:
        found = unit.requests.find(number)
    if not found:
        raise RefusedInput(f"No request has the number {number}.")
    return int(found[0].id)
