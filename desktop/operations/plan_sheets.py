"""Prints a plan's route sheets: the painting happens in a process of its own, for operations load no Qt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import StoreFailure
from desktop.operations.changes import Changes
from desktop.operations.work import Work

PATIENCE_S = 300
PAINTER = "desktop.reports.route_sheets"


def print_sheets(work: Work, content: Mapping[str, Any], path: Path) -> Changes:
    """Write a PDF with the sheets of every crew that has stops; StoreFailure when it cannot be written.

    What to print goes to the other process on its input, so that no password of a store's location shows in a list of
    processes.
    """
    work.breathe(None, "Printing the route sheets")
    order = json.dumps({"location": work.store.location, "content": content, "path": str(path)})
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", PAINTER],
        input=order,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        why = said[-1] if said else f"code {done.returncode}"
        raise StoreFailure(f"{path} could not be printed ({why}); the other files of the plan are whole.")
    sentence = f"The route sheets are in {path}."
    return Changes(None, work.actor, "print route sheets", counts={"file": str(path)}, sentence=sentence)
