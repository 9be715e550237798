"""Prints a plan's route sheets: the painting happens in a process of its own, for operations load no Qt.

The plan then says when it was printed (`printed_at` of its content), the act which crews' sheets they were (ADR 0022).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from data.errors import RefusedInput, StoreFailure
from data.records import ActId, Plan
from data.unit_of_work import ReadUnit
from desktop.operations.changes import Changes
from desktop.operations.outputs import check_output
from desktop.operations.work import Work

PATIENCE_S = 600
LOOK_S = 0.05  # how often the painter is looked after
PAINTER = "desktop.reports.route_sheets"
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
    paint(work, {"plan": int(plan.id), "crew": crew, "printed_at": printed_at.isoformat()}, path)
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


def paint(work: Work, order: Mapping[str, Any], path: Path) -> None:
    """Have the painter write a PDF; StoreFailure when it cannot, Stopped with nothing left behind.

    What to print goes to the other process on its input, so that no password of a store's location shows in a list of
    processes. It tells on its output how many crews are done.
    """
    whole = json.dumps({"location": work.store.location, "path": str(path), **order})
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", PAINTER],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=said,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            text=True,
        )
        try:
            _order(process, whole)
            _look_after(work, process, told)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.returncode != 0:
                with suppress(OSError):
                    path.with_name(f".{path.name}.part").unlink()
        if process.returncode != 0:
            raise StoreFailure(f"{path} could not be printed ({_last_words(said, process.returncode)}).")


def _order(process: subprocess.Popen[str], whole: str) -> None:
    """Hand the order over; a painter that is gone already says why on its own."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(whole)
        process.stdin.close()


def _look_after(work: Work, process: subprocess.Popen[str], told: IO[str]) -> None:
    """Wait for the painter, tell how far it is, and let the person stop it."""
    spent = 0.0
    while True:
        try:
            process.wait(LOOK_S)
            return
        except subprocess.TimeoutExpired:
            spent += LOOK_S
        if spent > PATIENCE_S:
            raise StoreFailure(f"The painter of route sheets did not end within {PATIENCE_S} s; print fewer crews.")
        work.breathe(*_progress(told))


def _progress(told: IO[str]) -> tuple[float | None, str]:
    told.seek(0)
    lines = told.read().splitlines()
    numbers = lines[-1].split() if lines else []
    if len(numbers) != 2:
        return None, "Printing the route sheets"
    done, of = (int(number) for number in numbers)
    return done / max(1, of), f"Printing the route sheets: {done} of {of} crews"


def _last_words(said: IO[str], code: int) -> str:
    said.seek(0)
    lines = said.read().strip().splitlines()
    return lines[-1] if lines else f"code {code}"
