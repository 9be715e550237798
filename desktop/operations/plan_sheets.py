"""Prints a plan's route sheets: the painting happens in a process of its own, for operations load no Qt.

The plan then says when it was printed (`printed_at` of its content), the act which crews' sheets they were (ADR 0022).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from data.errors import RefusedInput
from data.records import ActId, Plan
from data.unit_of_work import ReadUnit
from desktop.operations.changes import Changes
from desktop.operations.outputs import check_output
from desktop.operations.painting import Painter, paint
from desktop.operations.work import Work

SHEETS = Painter("desktop.reports.route_sheets", "Printing the route sheets", "crews", "print fewer crews")
PRINTED = "print route sheets"


def print_sheets(work: Work, *, plan_id: int, path: Path, crew: str | None = None) -> Changes:
    """Write a PDF with the sheets of every crew that has stops, or of one; marks the plan as printed.

    RefusedInput for a plan or crew that is not there, StoreFailure when the file cannot be written. When the person
    stops it, neither file nor mark is there.
    """
    from desktop.reports.crew_days import chosen_crews

    check_output(work.store, path)
    with work.store.read() as unit:
        plan = plan_there(unit, plan_id)
    names = [plan.content["crews"][number - 1]["crew"] for number in chosen_crews(plan.content, crew)]
    work.breathe(0.0, "Printing the route sheets")
    printed_at = work.clock.now()
    paint(work, SHEETS, {"plan": int(plan.id), "crew": crew, "printed_at": printed_at.isoformat()}, path)
    act_id = _mark(work, int(plan.id), printed_at, names)
    counts = {"file": str(path), "plan": int(plan.id), "crews": len(names)}
    return Changes(act_id, work.actor, PRINTED, frozenset({"plan"}), (), counts, f"The route sheets are in {path}.")


def plan_there(unit: ReadUnit, plan_id: int) -> Plan:
    """A plan; RefusedInput where there is none of this number."""
    plan = unit.plans.get(plan_id)
    if plan is None:
        raise RefusedInput(f"There is no plan {plan_id} in this city.")
    return plan


def _mark(work: Work, plan_id: int, at: datetime, crews: Sequence[str]) -> ActId:
    """Keep with the plan when it was printed last, so that a later version is compared with what the crews have."""
    with work.store.write(PRINTED, actor=work.actor, at=at) as write:
        plan = plan_there(write, plan_id)
        write.change("plan", {plan_id: {"content": {**plan.content, "printed_at": at.isoformat(timespec="seconds")}}})
        write.summary.update(plan=plan_id, crews=list(crews))
        return write.commit()
