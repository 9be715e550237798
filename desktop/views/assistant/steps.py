"""The steps of the assistant: the city itself, and a file each for streets, areas and requests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.views.assistant.state import Phase, StepState
from desktop.views.fonts import font
from desktop.views.kit import Button, Caption, Dropdown, ElidedWords, Field, Link, MeterBar, Rule, Words

MAPPING_HEIGHT = 236


class CityStep(QWidget):
    """Name, time zone, boundary, and the file that the city will be."""

    boundary_wanted = Signal()
    place_wanted = Signal()
    changed = Signal()

    def __init__(self, zones: Sequence[str], zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(200)
        self.name.textChanged.connect(self.changed)
        self.zone = Dropdown()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.addItems(list(zones))
        self.zone.setCurrentText(zone)
        self.name_field = Field(self.tr("Name of the city"), self.name)
        self.zone_field = Field(self.tr("Time zone"), self.zone)
        self._boundary = _FileLine(self.tr("Boundary"), self.tr("None: nothing is out of town"))
        self._place = _FileLine(self.tr("Kept in"), self.tr("No place yet"), self.tr("Choose a place…"))
        self._boundary.wanted.connect(self.boundary_wanted)
        self._place.wanted.connect(self.place_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(self.name_field, 3)
        pair.addWidget(self.zone_field, 2)
        column.addLayout(pair)
        for line in (self._boundary, self._place):
            column.addWidget(line)
        column.addStretch(1)

    def set_files(self, boundary: Path | None, place: Path | None) -> None:
        """Which files were chosen."""
        self._boundary.set_path(boundary)
        self._place.set_path(place)


class _FileLine(QWidget):
    """A caption, a file's name, and the button that chooses another."""

    wanted = Signal()

    def __init__(self, caption: str, without: str, act: str = "") -> None:
        super().__init__()
        self._without = without
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Caption(caption))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.button = Button(act or self.tr("Choose a file…"), icon="folder-open")
        self.button.setAccessibleName(f"{caption}: {self.button.text()}")
        self.button.clicked.connect(self.wanted)
        self._words = ElidedWords(without, step="table", tone="secondary")
        row.addWidget(self.button)
        row.addWidget(self._words, 1)
        column.addLayout(row)

    def set_path(self, path: Path | None) -> None:
        """Show a file's name."""
        self._words.setText(self._without if path is None else str(path))


class _EncodingLine(QWidget):
    """How the letters of a file are read, and words of it by which that is judged."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.choice = Dropdown(self.tr("Encoding of the letters"))
        self.choice.setMinimumWidth(240)
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.activated.connect(lambda at: self.chosen.emit(str(self.choice.itemData(at))))
        caption = Caption(self.tr("Letters"))
        caption.setBuddy(self.choice)
        self.letters = ElidedWords("", step="table", tone="secondary")
        row.addWidget(caption)
        row.addWidget(self.choice)
        row.addWidget(self.letters, 1)

    def set_state(self, state: StepState) -> None:
        """Show what is chosen."""
        self.setVisible(bool(state.encodings))
        if [self.choice.itemData(at) for at in range(self.choice.count())] != [name for name, _ in state.encodings]:
            self.choice.clear()
            for name, text in state.encodings:
                self.choice.addItem(text, name)
        self.choice.setCurrentIndex(self.choice.findData(state.encoding))
        self.letters.setText(state.letters)


class _CrsLine(QWidget):
    """The coordinate system of a layer that declares none."""

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(self.tr("Coordinate system"))
        self.edit.setPlaceholderText(self.tr("EPSG:n, only where the file declares none"))
        self.edit.setMaxLength(120)
        self.edit.setFixedWidth(320)
        self.edit.textChanged.connect(self.named)
        caption = Caption(self.tr("Coordinate system"))
        caption.setBuddy(self.edit)
        row.addWidget(caption)
        row.addWidget(self.edit)
        row.addStretch(1)

    def set_state(self, state: StepState) -> None:
        """Show what is named."""
        self.setVisible(state.crs is not None)
        if state.crs is not None and self.edit.text() != state.crs:
            self.edit.setText(state.crs)


class FileStep(QWidget):
    """One file: chosen or dropped, looked into, its columns named, checked, imported, and taken back again."""

    file_wanted = Signal()
    dropped = Signal(object)  # Path
    column_named = Signal(str, str)  # field, column; "" for none
    encoding_named = Signal(str)
    crs_named = Signal(str)
    undo_wanted = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._file = _FileLine(self.tr("File"), hint)
        self._file.wanted.connect(self.file_wanted)
        self.choose = self._file.button
        self.seen = Words("", step="table", wrap=True)
        self.encoding = _EncodingLine()
        self.encoding.chosen.connect(self.encoding_named)
        self.crs = _CrsLine()
        self.crs.named.connect(self.crs_named)
        self.fault = Words("", step="table", tone="danger", wrap=True)
        self.bar = MeterBar()
        self.told = Words("", step="table", wrap=True)
        self.undo = Link(self.tr("Take this import back"), step="table")
        self.undo.clicked.connect(self.undo_wanted)
        self.mapping = QScrollArea()
        self.mapping.setFrameShape(QScrollArea.Shape.NoFrame)
        self.mapping.setWidgetResizable(True)
        self.mapping.setMinimumHeight(MAPPING_HEIGHT)
        self.combos: dict[str, QComboBox] = {}
        self._shown: tuple[object, ...] = ()
        lines = (self.encoding, self.crs, self.mapping)
        for part in (self._file, self.seen, self.fault, *lines, self.bar, self.told, self.undo):
            column.addWidget(part)
        column.addStretch(1)
        self.set_state(StepState())

    def set_state(self, state: StepState) -> None:
        """Show the step as it stands."""
        busy = state.phase in (Phase.LOOKING, Phase.RUNNING)
        self._file.set_path(state.path)
        self.choose.setEnabled(not busy)
        for words, text in ((self.seen, state.seen), (self.fault, state.fault), (self.told, state.told)):
            words.setText(text)
            words.setVisible(bool(text))
        self.bar.set_share(state.fraction)
        self.bar.setVisible(busy)
        self.undo.setVisible(state.can_undo and not busy)
        self.encoding.set_state(state)
        self.encoding.setEnabled(not busy and state.phase is not Phase.DONE)
        self.crs.set_state(state)
        self.crs.setEnabled(self.encoding.isEnabled())
        self._show_mapping(state)
        self.mapping.setEnabled(not busy and state.phase is not Phase.DONE)

    def _show_mapping(self, state: StepState) -> None:
        given = (state.columns, state.fields)
        self.mapping.setVisible(bool(state.fields) and state.phase is not Phase.DONE)
        if given == self._shown:
            return
        self._shown = given
        at = self.mapping.verticalScrollBar().value()
        self.combos = {}
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        heads = (self.tr("Field"), self.tr("Column of the file"), self.tr("First value"))
        for place, head in enumerate(heads):
            grid.addWidget(Caption(head), 0, place)
        grid.addWidget(Rule(), 1, 0, 1, 3)
        for row, choice in enumerate(state.fields, start=2):
            missing = choice.needed and not choice.column
            name = Words(choice.text, step="table", tone="danger" if missing else "primary")
            sample = ElidedWords(state.samples.get(choice.column, ""), step="table", tone="tertiary")
            grid.addWidget(name, row, 0)
            grid.addWidget(self._combo(choice.key, choice.text, choice.column, state.columns), row, 1)
            grid.addWidget(sample, row, 2)
        grid.setRowStretch(len(state.fields) + 2, 1)
        self.mapping.setWidget(inner)
        self.mapping.verticalScrollBar().setValue(at)

    def _combo(self, key: str, text: str, column: str, columns: tuple[str, ...]) -> QComboBox:
        combo = Dropdown()
        combo.setAccessibleName(text)
        combo.setFont(font("table"))
        combo.setMinimumWidth(200)
        combo.setMaximumWidth(240)
        combo.addItem(self.tr("not in the file"), "")
        for name in columns:
            combo.addItem(name, name)
        combo.setCurrentIndex(max(0, combo.findData(column)))
        combo.setProperty("field", key)
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel scrolls the list, not the choice
        combo.activated.connect(self._named)
        self.combos[key] = combo
        return combo

    def _named(self) -> None:
        combo = self.sender()
        assert isinstance(combo, QComboBox)
        self.column_named.emit(str(combo.property("field")), str(combo.currentData()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.choose.isEnabled() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files[0])
