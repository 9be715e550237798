"""Questions to the city that run beside the event loop; only the answer to the last one of a name arrives."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from desktop.map.features import Answer, Clusters, Points
from desktop.map.messages import degrees
from desktop.map.requests import RequestSource
from desktop.map.viewport import View

RunRead = Callable[..., object]  # run_read(function, *args, on_result=...), as desktop.jobs.JobRunner has it
Deliver = Callable[[str, str], None]  # name, JSON


class Asker(QObject):
    """Runs questions and hands on their answers while its parent lives."""

    def __init__(self, run_read: RunRead, deliver: Deliver, parent: QObject) -> None:
        super().__init__(parent)
        self._run_read, self._deliver = run_read, deliver
        self._serials: dict[str, int] = {}

    def ask(self, name: str, function: Callable[..., str], *args: Any) -> None:
        """Run a function elsewhere and deliver its JSON under a name."""
        serial = self._serials[name] = self._serials.get(name, 0) + 1
        _Question(self, name, serial).run(self._run_read, function, args)

    def forget(self) -> None:
        """Whatever is under way is not delivered."""
        for name in self._serials:
            self._serials[name] += 1

    def arrived(self, name: str, serial: int, content: str) -> None:
        """An answer has come; late ones are dropped."""
        if self._serials[name] == serial:
            self._deliver(name, content)


class _Question(QObject):
    """One question on its way. It lives on the GUI thread, and what comes after its end is not delivered."""

    def __init__(self, asker: Asker, name: str, serial: int) -> None:
        super().__init__(asker)
        self._asker, self._name, self._serial = asker, name, serial

    def run(self, run_read: RunRead, function: Callable[..., str], args: Sequence[Any]) -> None:
        run_read(function, *args, on_result=self.done)

    def done(self, content: str) -> None:
        self._asker.arrived(self._name, self._serial, content)
        self.deleteLater()


def what_a_view_holds(source: RequestSource, view: View, serial: int) -> str:
    """Points and clusters of a view."""
    return json.dumps({**source.query(view).to_json(), "serial": serial, "now": source.now_ms / 1000})


def nothing(serial: int) -> str:
    """The answer of a city without requests."""
    answer = Answer(Points.none(), Clusters.none(), 0)
    return json.dumps({**answer.to_json(), "serial": serial, "now": 0})


def chosen(source: RequestSource, ids: list[int]) -> str:
    """The selected requests, and the other reports of their incidents."""
    return json.dumps(source.chosen(ids).to_json())


def stack(source: RequestSource, level: int, key: int, x: float, y: float) -> str:
    """The requests that lie at one point."""
    points = source.members(level, key).to_json()
    return json.dumps({"level": level, "key": key, "x": x, "y": y, "points": points})


def extent(source: RequestSource, level: int, key: int) -> str:
    """The box of the requests of a cluster, in degrees."""
    west, north, east, south = source.bounds_of(level, key)
    (west, north), (east, south) = degrees(west, north), degrees(east, south)
    return json.dumps({"west": west, "south": south, "east": east, "north": north})
