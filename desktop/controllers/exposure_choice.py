"""Asks for a file of an exposure by area when somebody chooses one, and reads it beside the event loop."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop.job import ENDED, Job, JobHandle
from desktop.jobs import JobRunner
from desktop.operations.exposure_files import KINDS, ExposureFile, look_into
from desktop.views.neighbourhoods.exposure_dialog import ExposureDialog
from desktop.views.neighbourhoods.question_pane import QuestionPane


class ExposureChoice(QObject):
    """What cannot be read is said in the dialog; whoever leaves it keeps the exposure before, or none."""

    def __init__(self, pane: QuestionPane, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._runner = pane, runner
        self._reading: JobHandle | None = None
        self.dialog: ExposureDialog | None = None
        pane.form.exposure_wanted.connect(self.ask)

    def ask(self) -> None:
        """Ask which file, and take its values."""
        title = self.tr("An exposure by area: a table with the columns area and value, or a map layer")
        kinds = self.tr("Tables and map layers ({0})").format(" ".join(f"*{ending}" for ending in KINDS))
        chosen, _ = QFileDialog.getOpenFileName(self._pane, title, "", kinds)
        if chosen:
            self.take(Path(chosen))
        else:
            self._pane.form.settle_exposure()

    def take(self, path: Path) -> None:
        """Read a file; of a map layer the dialog asks for the column."""
        dialog = self.dialog = ExposureDialog(path.name, self._pane)
        dialog.used.connect(partial(self._pane.form.set_given, (), str(path)))
        dialog.finished.connect(self._closed)
        dialog.open()
        title, asked = self.tr("Reading {0}").format(path.name), {"path": str(path)}
        job = Job(title, look_into, asked, quiet=True, answers=True, told_there=True)
        reading = self._reading = self._runner.start(job)
        reading.succeeded.connect(partial(self._read, path))
        reading.failed.connect(dialog.set_fault)
        reading.broke.connect(dialog.accept)

    def _read(self, path: Path, found: ExposureFile) -> None:
        assert self.dialog is not None
        if found.fields:
            self.dialog.set_fields([(field.name, field.fault) for field in found.fields])
            return
        self._pane.form.set_given(found.values, path.name)
        self.dialog.accept()

    def _closed(self) -> None:
        if self._reading is not None and self._reading.state not in ENDED:
            self._reading.cancel()
        if self.dialog is not None:
            self.dialog.deleteLater()
        self._reading = self.dialog = None
        self._pane.form.settle_exposure()
