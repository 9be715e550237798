"""How every benchmark tells its figures: one table, or one JSON object."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, with its peer in the same run where there is one. `goal` reads like '>= 0.995' or '<= 6'.

    A goal is held against the ratio where there is a peer, else against the value.
    """

    what: str
    size: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None
    goal: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if not self.goal:
            return None
        sign, bound = self.goal.split()
        held = self.value if self.ratio is None else self.ratio
        return held >= float(bound) if sign == ">=" else held <= float(bound)


def machine() -> str:
    """The machine in words."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {platform.system()}"


def report(name: str, rows: Sequence[Row], as_json: bool = False) -> None:
    """Print the table, or the JSON object of name, machine and rows."""
    if as_json:
        print(json.dumps({"name": name, "machine": machine(), "rows": [_as_object(row) for row in rows]}))
        return
    print(f"{name} · {machine()}")
    print("| what | size | value | unit | peer | peer value | ratio | goal | met |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        met = {True: "yes", False: "no", None: ""}[row.met]
        cells = (row.what, row.size, _number(row.value), row.unit, row.peer, _number(row.peer_value))
        print(f"| {' | '.join(cells)} | {_number(row.ratio)} | {row.goal} | {met} |")


def _as_object(row: Row) -> dict[str, Any]:
    return {**asdict(row), "met": row.met}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
