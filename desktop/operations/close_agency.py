"""A department ends on a day, once nothing is given to it any more; or begins again."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from data.errors import RefusedInput
from data.records import Agency, AgencyId, Status
from data.unit_of_work import ReadUnit
from desktop.operations.changes import Changes
from desktop.operations.rule_sets import all_sets
from desktop.operations.work import Work

ENTITIES = frozenset({"agency"})
DONE = (Status.CLOSED.value, Status.ARCHIVED.value)
MOST_NAMED = 3


def close_agency(work: Work, agency_id: AgencyId, on: date) -> Changes:
    """Let a department take nothing more from a day on.

    RefusedInput says how many open requests it has, and which areas, rules and services name it on or after that day.
    """
    work.city()
    with work.store.write("close department", actor=work.actor, at=work.clock.now()) as unit:
        agency = _agency(unit, agency_id)
        holding = _holding(unit, agency, on)
        if holding:
            raise RefusedInput(f"{agency.name} cannot be closed on {on}: {'; '.join(holding)}.")
        changed = unit.change("agency", {int(agency_id): {"closed_on": on}})
        unit.summary.update(agency=agency.name, closed_on=str(on))
        act_id = unit.commit() if changed else None
    counts = {"act": act_id, "agency": agency.name, "closed_on": str(on)}
    sentence = f"{agency.name} takes nothing more from {on} on."
    return Changes(act_id, work.actor, "close department", ENTITIES, (), counts, sentence)


def reopen_agency(work: Work, agency_id: AgencyId) -> Changes:
    """Let a department that was closed take requests again. RefusedInput where it is not closed."""
    with work.store.write("reopen department", actor=work.actor, at=work.clock.now()) as unit:
        agency = _agency(unit, agency_id)
        if agency.closed_on is None:
            raise RefusedInput(f"{agency.name} is not closed.")
        unit.change("agency", {int(agency_id): {"closed_on": None}})
        unit.summary.update(agency=agency.name)
        act_id = unit.commit()
    counts = {"act": act_id, "agency": agency.name, "closed_on": None}
    return Changes(act_id, work.actor, "reopen department", ENTITIES, (), counts, f"{agency.name} is open again.")


def agency_named(unit: ReadUnit, name: str) -> Agency:
    """The department of a name, whatever its case where only one is meant. RefusedInput names those there are."""
    agencies = unit.agencies.all()
    same = [one for one in agencies if one.name == name.strip()]
    alike = same or [one for one in agencies if one.name.casefold() == name.strip().casefold()]
    if len(alike) != 1:
        names = ", ".join(one.name for one in agencies) or "none yet"
        raise RefusedInput(f"There is no department '{name}'; the departments are: {names}.")
    return alike[0]


def agencies_told(unit: ReadUnit) -> list[dict[str, Any]]:
    """Each department with how many requests it has, open and all, and the day from which it takes nothing more."""
    rows = unit.requests.arrays(["agency_id", "status"])
    waiting = ~np.isin(rows["status"], DONE)
    return [
        {
            "agency_responsible": agency.name,
            "open": int(np.count_nonzero(waiting & (rows["agency_id"] == int(agency.id)))),
            "requests": int(np.count_nonzero(rows["agency_id"] == int(agency.id))),
            "closed_on": None if agency.closed_on is None else agency.closed_on.isoformat(),
        }
        for agency in unit.agencies.all()
    ]


def _agency(unit: ReadUnit, agency_id: AgencyId) -> Agency:
    found = next((one for one in unit.agencies.all() if one.id == agency_id), None)
    if found is None:
        raise RefusedInput(f"There is no department {agency_id}; look at the list again.")
    return found


def _holding(unit: ReadUnit, agency: Agency, on: date) -> list[str]:
    """What still gives it requests, each with what to do."""
    requests = _open_requests(unit, agency)
    areas, rules, services = _areas(unit, agency, on), _rules(unit, agency, on), _services(unit, agency)
    return [
        words
        for words in (
            _named(requests, "open request has it", "open requests have it", "assign them to another department"),
            _named(areas, "area names it", "areas name it", "give them to another one from that day on"),
            _named(rules, "rule names it", "rules name it", "save rules without it from that day on"),
            _named(services, "service has it as its own", "services have it as their own", "give them another one"),
        )
        if words
    ]


def _named(names: list[str], one: str, many: str, todo: str) -> str:
    if not names:
        return ""
    more = ", ..." if len(names) > MOST_NAMED else ""
    return f"{len(names):,} {one if len(names) == 1 else many} ({', '.join(names[:MOST_NAMED])}{more}), {todo}"


def _open_requests(unit: ReadUnit, agency: Agency) -> list[str]:
    rows = unit.requests.arrays(["agency_id", "status", "service_request_id"])
    own = (rows["agency_id"] == int(agency.id)) & ~np.isin(rows["status"], DONE)
    return [str(number) for number in rows["service_request_id"][own]]


def _areas(unit: ReadUnit, agency: Agency, on: date) -> list[str]:
    return [
        area.name
        for layer in unit.areas.layers()
        for area in unit.areas.ever(layer.id)
        if area.agency_id == agency.id and (area.effective_to is None or area.effective_to > on)
    ]


def _rules(unit: ReadUnit, agency: Agency, on: date) -> list[str]:
    """Rules of versions that hold on the day or later."""
    holding = [one for one in all_sets(unit) if one.holds and (one.until is None or one.until > on)]
    names = [
        rule.name
        for one in holding
        for rule in one.rules
        if rule.agency == agency.name and (rule.effective_to is None or rule.effective_to >= on)
    ]
    return list(dict.fromkeys(names))


def _services(unit: ReadUnit, agency: Agency) -> list[str]:
    return [service.service_name for service in unit.services.all() if service.agency_id == agency.id]
