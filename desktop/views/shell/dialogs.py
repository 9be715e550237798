"""Dialogs of the frame: the report of a fault, settings, keys, jobs, about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.views.commands import Command, KeyLine
from desktop.views.fonts import mono
from desktop.views.kit import (
    Button,
    Caption,
    Centred,
    JobRow,
    KeyCap,
    Rule,
    SegmentedChoice,
    StateCard,
    Toggle,
    Words,
)
from desktop.views.shell.base_map_settings import BaseMapSettings
from desktop.views.shell.overlay import Dialog


class ReportDialog(Dialog):
    """A fault of ours: what is safe, the report, and a way to copy it."""

    def __init__(self, report: str, log_path: Path, parent: QWidget) -> None:
        super().__init__("", width=640, parent=parent)
        self.set_title(
            self.tr("Opsmap has a fault"),
            self.tr(
                "Your work is saved up to the last finished act. The report below names no resident; it is also in {0}."
            ).format(log_path),
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setFont(mono(11))
        self.report.setMinimumHeight(260)
        self.report.setAccessibleName(self.tr("Report"))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self.report)
        copy = self.add_act(Button(self.tr("Copy report"), icon="copy"))
        copy.clicked.connect(self._copy)
        go_on = self.add_act(Button(self.tr("Go on"), kind="primary"))
        go_on.clicked.connect(self.accept)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


class SettingsDialog(Dialog):
    """The look, the rows, the keys. Every choice acts at once."""

    theme_chosen = Signal(str)
    density_chosen = Signal(str)
    letters_chosen = Signal(bool)
    motion_chosen = Signal(bool)

    def __init__(
        self,
        *,
        theme: str,
        density: str,
        letters: bool,
        reduced_motion: bool,
        base_map: BaseMapSettings,
        parent: QWidget,
    ) -> None:
        super().__init__("", parent=parent)
        self.set_title(self.tr("Settings"))
        self.base_map = base_map
        self.look = SegmentedChoice(
            [("light", self.tr("Light")), ("dark", self.tr("Dark")), ("system", self.tr("As the system"))],
            self.tr("Look"),
        )
        self.look.choose(theme)
        self.look.chosen.connect(self.theme_chosen)
        self.rows = SegmentedChoice(
            [("compact", self.tr("Compact")), ("comfortable", self.tr("Comfortable"))], self.tr("Rows")
        )
        self.rows.choose(density)
        self.rows.chosen.connect(self.density_chosen)
        self.letters = Toggle(self.tr("Single letters act in lists and on the map"))
        self.letters.setChecked(letters)
        self.letters.toggled.connect(self.letters_chosen)
        self.motion = Toggle(self.tr("Less motion"))
        self.motion.setChecked(reduced_motion)
        self.motion.toggled.connect(self.motion_chosen)
        for words, control in (
            (self.tr("Look"), self.look),
            (self.tr("Rows"), self.rows),
            (self.tr("Single letters act in lists and on the map"), self.letters),
            (self.tr("Less motion"), self.motion),
        ):
            row = QHBoxLayout()
            row.addWidget(Words(words, step="table"), 1)
            row.addWidget(control)
            self.body.addLayout(row)
        self.body.addWidget(base_map)
        self.add_close(self.tr("Close"))


KEYS_BESIDE = 220  # px of a window that margins, title and foot of the key sheet want


class KeySheet(Dialog):
    """Every key, in two columns."""

    def __init__(self, commands: Sequence[Command], lines: Sequence[KeyLine], parent: QWidget) -> None:
        super().__init__("", width=680, parent=parent)
        self.set_title(
            self.tr("Keys"),
            self.tr("Single letters act while a list, the map or a card has the focus, never in a text field."),
        )
        groups: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for command in commands:
            if command.keys:
                groups.setdefault(command.group, []).append(((command.keys,), command.text))
        for line in lines:
            groups.setdefault(line.group, []).append((line.keys, line.text))
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(14)
        heights = [0, 0]
        for heading, rows in groups.items():
            side = 0 if heights[0] <= heights[1] else 1
            grid.addWidget(_key_group(heading, rows), heights[side], side, len(rows) + 1, 1, Qt.AlignmentFlag.AlignTop)
            heights[side] += len(rows) + 1
        sheet = QScrollArea()  # a low window shows as much as it can
        sheet.setWidget(content)
        sheet.setWidgetResizable(True)
        sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sheet.setAccessibleName(self.tr("Keys"))
        sheet.setMinimumHeight(min(content.sizeHint().height(), parent.window().height() - KEYS_BESIDE))
        self.body.addWidget(sheet)
        self.add_close(self.tr("Close"))


def _key_group(heading: str, rows: Sequence[tuple[tuple[str, ...], str]]) -> QWidget:
    group = QWidget()
    column = QVBoxLayout(group)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(Caption(heading))
    column.addWidget(Rule())
    for keys, text in rows:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(Words(text, step="table"), 1)
        for key in keys:
            row.addWidget(KeyCap(key))
        column.addLayout(row)
    return group


class JobsPanel(Dialog):
    """The jobs that wait or run, each with a way to stop it, and what was told lately."""

    cancel_asked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", width=520, parent=parent)
        self.set_title(self.tr("Jobs and messages"))
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setMinimumHeight(220)
        area.setAccessibleName(self.tr("Jobs and messages"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.body.addWidget(area)
        self.add_close(self.tr("Close"))
        self._jobs: dict[int, JobRow] = {}

    def set_state(
        self, jobs: Sequence[tuple[int, str, float | None, str]], messages: Sequence[tuple[str, str]]
    ) -> None:
        """Show jobs of (number, title, fraction, sentence) and messages of (time, sentence), newest first."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._jobs.clear()
        for number, title, fraction, sentence in jobs:
            row = JobRow(title)
            row.set_progress(fraction, sentence)
            row.setObjectName(str(number))
            row.cancelled.connect(self._cancelled)
            self._jobs[number] = row
            self._rows.addWidget(row)
        if not jobs:
            card = StateCard(
                self.tr("No job runs"),
                self.tr("Imports, assignments, plans and hotspots show here while they run."),
                icon="circle-check",
            )
            self._rows.addWidget(Centred(card, ""))
        if messages:
            self._rows.addSpacing(12)
            self._rows.addWidget(Caption(self.tr("Told lately")))
        for at, sentence in messages:
            self._rows.addWidget(Words(f"{at}  {sentence}", step="table", tone="secondary", wrap=True))
        self._rows.addStretch(1)

    def set_progress(self, number: int, fraction: float | None, sentence: str) -> None:
        """How far one job is."""
        if (row := self._jobs.get(number)) is not None:
            row.set_progress(fraction, sentence)

    def _cancelled(self) -> None:
        self.cancel_asked.emit(int(self.sender().objectName()))


class PrintDialog(Dialog):
    """A picture of the workspace: to a printer, or as a PDF."""

    printer_asked = Signal()
    file_asked = Signal()

    def __init__(self, place: str, parent: QWidget) -> None:
        super().__init__("", width=400, parent=parent)
        self.set_title(
            self.tr("Picture of {0}").format(place), self.tr("One landscape page with the workspace as it stands.")
        )
        self.add_close(self.tr("Close"))
        printer = self.add_act(Button(self.tr("Print"), icon="printer"))
        printer.clicked.connect(self.accept)
        printer.clicked.connect(self.printer_asked)
        file = self.add_act(Button(self.tr("Save as PDF"), kind="primary", icon="download"))
        file.clicked.connect(self.accept)
        file.clicked.connect(self.file_asked)


class AboutDialog(Dialog):
    """Which version this is, and whose work it carries."""

    def __init__(self, version: str, parent: QWidget) -> None:
        super().__init__("Opsmap", parent=parent)
        words = self.tr("Version {0}. A city's service requests, crews and neighbourhoods on one map.")
        self.set_title("Opsmap", words.format(version))
        for line in (
            self.tr("Map data © OpenStreetMap contributors, ODbL"),
            self.tr("Inter and JetBrains Mono, SIL Open Font Licence 1.1"),
            self.tr("Lucide icons, ISC licence"),
            self.tr("Leaflet, BSD 2-clause licence"),
            self.tr("Qt and PySide6, LGPL 3"),
        ):
            self.body.addWidget(Words(line, step="table"))
        self.add_close(self.tr("Close"))
