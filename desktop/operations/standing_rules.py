"""Whether the rules that hold still name what is there: layers, areas, services and departments change under them."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.clock import today
from desktop.domain.rule_faults import faults
from desktop.operations.rule_sets import catalogue_of, last_set, rules_in_force
from desktop.operations.work import Work

MOST_TOLD = 3


def broken_rules(work: Work) -> list[str]:
    """What of the rules that hold today, and of those saved last, could not be saved now: each fault in a sentence."""
    day = today(work.clock, work.city().timezone)
    with work.store.read() as unit:
        sets = {one.number: one for one in (rules_in_force(unit, day), last_set(unit)) if one is not None}
        catalogue = catalogue_of(unit, day) if sets else None
    if catalogue is None:
        return []
    found = [fault for one in sets.values() for fault in faults(one.rules, catalogue)]
    return list(dict.fromkeys(fault.sentence for fault in found if fault.refuses and fault.part == "rule"))


def broken_words(broken: Sequence[str]) -> str:
    """The first of them as a remark; empty where there is none."""
    if not broken:
        return ""
    more = f" And {len(broken) - MOST_TOLD:,} more." if len(broken) > MOST_TOLD else ""
    return f"Rules no longer fit what is there: {' '.join(broken[:MOST_TOLD])}{more}"
