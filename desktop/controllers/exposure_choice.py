"""Asks for a file of an exposure by area when somebody chooses one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from data.errors import RefusedInput
from desktop.operations.exposure_files import read_exposure_file
from desktop.views.neighbourhoods.question_pane import QuestionPane


class ExposureChoice(QObject):
    """What cannot be read is said in the pane, and the exposure goes back to none; without a file all stays."""

    def __init__(self, pane: QuestionPane, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        pane.form.exposure_wanted.connect(self.ask)

    def ask(self) -> None:
        """Ask which file, and take its values."""
        title = self.tr("An exposure by area: columns area and value")
        chosen, _ = QFileDialog.getOpenFileName(self._pane, title, "", "CSV (*.csv)")
        if chosen or not self._pane.form.has_given():
            self.take(Path(chosen) if chosen else None)

    def take(self, path: Path | None) -> None:
        """Take the values of a file; None for none."""
        values: tuple[tuple[str, float], ...] = ()
        why_not = ""
        if path is not None:
            try:
                values = read_exposure_file(path)
            except RefusedInput as fault:
                why_not = str(fault)
        self._pane.set_fault(why_not)
        self._pane.form.set_given(values, path.name if path is not None and values else "")
