"""The acts of the city as commands: imports, departments, duplicates, files. Each becomes a job ending in a toast."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from data.connectors.source_keys import SourceKeys
from desktop.controllers.assistant import Assistant
from desktop.controllers.dropping import FileDrops
from desktop.controllers.import_step import Kind
from desktop.controllers.session import Ended, Session
from desktop.controllers.shell import ShellController
from desktop.controllers.undoing import Undoing
from desktop.jobs import Job, JobHandle, JobRunner, JobState
from desktop.main_window import MainWindow
from desktop.operations.changes import Changes
from desktop.operations.service_figures import FigureQuestion
from desktop.operations.service_report import ReportQuestion
from desktop.views import format as words
from desktop.views.commands import ACT_PREFIX, IMPORT_PREFIX

SHOWN_THERE = ("ask_statistic",)  # what they found fills the screen that asked
ONCE = ("assign_all", "group_duplicates", "ask_statistic", "plan_routes", "push_messages")  # twice at a time: no sense
NETWORK = ("push_messages", "send_again")  # wait for servers: in a lane of their own, so that no act waits for them
_ENDING = re.compile(r"\*(\.\w+)")


@dataclass(frozen=True, slots=True)
class _Asked:
    """An act that waits or runs."""

    operation: str
    arguments: dict[str, Any]
    ended: Ended | None

    def same(self, other: _Asked) -> bool:
        """Whether the same is asked for."""
        return (self.operation, self.arguments) == (other.operation, other.arguments)


class ActsController(QObject):
    """Runs what a person asks for in the worker of writes, and tells how it ended."""

    def __init__(
        self, window: MainWindow, session: Session, runner: JobRunner, shell: ShellController, keys: SourceKeys
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._runner, self._shell, self._keys = window, session, runner, shell, keys
        self._asked: dict[JobHandle, _Asked] = {}  # what waits or runs
        self._undoing = Undoing(window, session, shell)
        self.drops = FileDrops(window, self.open_import, self)
        session.act_wanted.connect(self.run)
        window.asked.connect(self.carry_out)

    def carry_out(self, command_id: str) -> None:
        """Start the act of a command; other commands are not for us."""
        if command_id == f"{ACT_PREFIX}assign":
            self._session.act("assign_all", self.tr("Assigning to departments"))
        elif command_id == f"{ACT_PREFIX}duplicates":
            self._session.act("group_duplicates", self.tr("Grouping duplicates"))
        elif command_id == f"{ACT_PREFIX}send":
            self._session.act("push_messages", self.tr("Sending waiting answers"))
        elif command_id.startswith(IMPORT_PREFIX):
            self.open_import(command_id.removeprefix(IMPORT_PREFIX))  # type: ignore[arg-type] # one of the menu's

    def run(self, operation: str, title: str, arguments: Mapping[str, Any], ended: Ended | None = None) -> None:
        """Run an operation by name as a job."""
        from desktop.operations.entry import run_operation

        session, asked = self._session, _Asked(operation, dict(arguments), ended)
        if operation in ONCE and any(asked.same(other) for other in self._asked.values()):
            self._shell.tell_note(self.tr("{0}: this waits or runs already.").format(title))
            return
        kwargs = {
            "name": operation,
            "location": session.store.location,
            "actor": session.actor,
            "clock": session.clock,
            "arguments": asked.arguments | ({"keys": self._keys} if operation in NETWORK else {}),
        }
        writes = operation not in NETWORK
        job = Job(title, run_operation, kwargs, writes=writes, initiator=self, told_there=ended is not None)
        handle = self._runner.start(job)
        self._asked[handle] = asked
        handle.succeeded.connect(self._done)
        handle.ended.connect(self._ended)
        self._tell_busy()

    def _ended(self, handle: JobHandle) -> None:
        asked = self._asked.pop(handle)
        if handle.failure is not None:
            self._session.act_failed.emit()
        self._tell_busy()
        if asked.ended is not None:
            asked.ended(handle.value if handle.state is JobState.SUCCEEDED else handle.failure)

    def _tell_busy(self) -> None:
        self._session.set_busy(frozenset(asked.operation for asked in self._asked.values()))

    def open_import(self, kind: Kind, path: Path | None = None) -> Assistant:
        """The assistant's step for a file of one kind, perhaps with the file in it."""
        session = self._session
        where = session.store.location
        made = Assistant(self._window, self._runner, session.clock, session.actor, location=where, kind=kind)
        made.open(path)
        return made

    def export_requests(self, ids: np.ndarray, columns: Sequence[str] | None = None) -> None:
        """Ask where the shown requests go, and write them there in their order, with these columns or every one."""
        one, many = self.tr("Exporting 1 request"), self.tr("Exporting {0} requests").format(words.count(len(ids)))
        title = one if len(ids) == 1 else many
        path = self._ask_place(title, self.tr("requests.csv"), "CSV (*.csv);;GeoJSON (*.geojson);;GeoPackage (*.gpkg)")
        if path is not None:
            from desktop.operations.export import RequestFilter

            arguments = {"path": path, "chosen": RequestFilter(), "ids": ids, "columns": columns}
            self._session.act("export_requests", title, arguments)

    def export_statistic(self, statistic: str, stem: str) -> None:
        """Ask where the last answer of a statistic goes, `stem` by default, and write it as the kind that is chosen."""
        title = self.tr("Exporting the answer")
        kinds = (
            self.tr("Picture") + " (*.png)",
            self.tr("Document") + " (*.pdf)",
            self.tr("Drawing") + " (*.svg)",
            self.tr("Page that needs no network") + " (*.html)",
            self.tr("Table") + " (*.csv)",
            "GeoPackage (*.gpkg)",
            "GeoJSON (*.geojson)",
        )
        path = self._ask_place(title, f"{stem}.png", ";;".join(kinds))
        if path is not None:
            self._session.act("export_statistic", title, {"path": path, "statistic": statistic})

    def write_report(self, question: FigureQuestion, stem: str) -> None:
        """Ask where a report of these figures goes, `stem` by default, and write it there as a page or on paper."""
        title = self.tr("Writing the report")
        kinds = f"{self.tr('Page that needs no network')} (*.html);;{self.tr('Document')} (*.pdf)"
        path = self._ask_place(title, f"{stem}.html", kinds)
        if path is not None:
            self._session.act("write_report", title, {"question": ReportQuestion(question), "path": path})

    def export_areas(self, layer: str) -> None:
        """Ask where a layer of areas goes, and write it there as last drawn."""
        title = self.tr("Exporting {0}").format(layer)
        kinds = "GeoPackage (*.gpkg);;GeoJSON (*.geojson);;Shapefile (*.zip)"
        path = self._ask_place(title, f"{layer}.gpkg", kinds)
        if path is not None:
            self._session.act("export_areas", title, {"path": path, "layer": layer})

    def _ask_place(self, title: str, name: str, kinds: str) -> Path | None:
        chosen, kind = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        return with_ending(Path(chosen), kind, kinds) if chosen else None

    def _done(self, changes: Changes) -> None:
        asked = self._asked[self.sender()]  # type: ignore[index] # a handle that ran
        told_there = asked.ended is not None and (changes.act_id is None or asked.operation in SHOWN_THERE)
        if changes.sentence and not told_there:
            self._undoing.tell(changes)


def with_ending(path: Path, kind: str, kinds: str) -> Path:
    """The file with the ending of the chosen kind, "GeoJSON (*.geojson)"; a file that is there already is not it."""
    endings = _ENDING.findall(kinds)
    wanted = (_ENDING.findall(kind) or endings)[0]
    if path.suffix.lower() == wanted:
        return path
    stem = path.stem if path.suffix.lower() in endings else path.name
    made, number = path.with_name(f"{stem}{wanted}"), 2
    while made.exists():  # nobody was asked about this name
        made, number = path.with_name(f"{stem} {number}{wanted}"), number + 1
    return made
