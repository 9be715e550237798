"""Requests that came since are assigned by themselves, by the rules and areas that assigned those before them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.columns import Columns, load_columns
from desktop.operations.assign import assign
from desktop.operations.changes import Changes
from desktop.operations.incident_policy import POLICY
from desktop.operations.work import Work

ARRIVALS = "assign arrivals"
MOST = 5_000  # new requests; more are left to a person, who sees how long it takes
_NOT_ASKED = 0  # the code of a kind that says nothing


def arrivals(columns: Columns) -> np.ndarray:
    """Ids of requests that neither a rule nor an area nor a person was asked about; ascending.

    Empty in a city where nothing was ever assigned: the first time is a person's.
    """
    asked = (columns.agency_id >= 0) | (columns.assigned_kind != _NOT_ASKED)
    found: np.ndarray = columns.id[~asked] if asked.any() else columns.id[:0]
    return found


def assign_arrivals(work: Work, *, most: int = MOST) -> Changes:
    """Assign what came since, as the policy: no person's undo means it. Nothing is done for more than `most`."""
    ids = arrivals(load_columns(work.store, save_patched=False))
    if not len(ids) or len(ids) > most:
        counts = {"requests": 0, "waiting": len(ids)}
        return Changes(None, POLICY, ARRIVALS, frozenset(), (), counts, "")
    return assign(replace(work, actor=POLICY), request_ids=ids.tolist())
