"""Taking in what a crew hands back: paste the code or open the file, see what it says, record it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPlainTextEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.domain.plain_text import readable
from desktop.views.kit import Button, Field, Words, dress_table
from desktop.views.shell.overlay import Dialog

LINES_HEIGHT = 240


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One stop as it is told: its number, where, what became of it, when, what recording does."""

    sequence: str
    where: str
    state: str
    at: str
    fate: str
    note: str


class HandBackDialog(Dialog):
    """Tells each text that is to be read, and the one that is to be recorded. Nothing is stored before that."""

    read_wanted = Signal(str)
    record_wanted = Signal(str)
    file_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        title = self.tr("Take in what a crew hands back")
        text = self.tr("Paste the code of the crew's page, or type it as it is read out; or open the file it saved.")
        super().__init__(title, text, width=620, parent=parent)
        self.code = QPlainTextEdit()
        self.code.setFixedHeight(64)
        self.code.setTabChangesFocus(True)
        self._field = Field(self.tr("Code"), self.code)
        self.body.addWidget(self._field)
        self.told = Words("", step="table", wrap=True)
        self.told.hide()
        self.body.addWidget(self.told)
        self.lines = self._table()
        self.body.addWidget(self.lines)
        self.open_file = self.add_act(Button(self.tr("Open file")))
        self.add_close(self.tr("Close"))
        self.record = self.add_act(Button(self.tr("Record"), kind="primary"))
        self.record.setEnabled(False)
        self._text = ""
        self.code.textChanged.connect(self._typed)
        self.open_file.clicked.connect(self.file_wanted)
        self.record.clicked.connect(self._record)

    def _table(self) -> QTableWidget:
        names = ("#", self.tr("Where"), self.tr("Told"), self.tr("At"), self.tr("Becomes"), self.tr("Note"))
        made = QTableWidget(0, len(names))
        made.setHorizontalHeaderLabels(names)
        made.setAccessibleName(self.tr("Stops that were handed back"))
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.verticalHeader().hide()
        made.setFixedHeight(LINES_HEIGHT)
        dress_table(made)
        head = made.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 5):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        made.hide()
        return made

    def read(self, text: str) -> None:
        """Ask what a text says: a file that was opened, or the letters of the field."""
        self._text = text
        self.record.setEnabled(False)
        self._field.set_fault("")
        if text.strip():
            self.read_wanted.emit(text)
        else:
            self.show_lines("", (), 0)

    def show_fault(self, text: str, sentence: str) -> None:
        """Say why a text is no hand-back of ours; an answer about an older text is dropped."""
        if text == self._text:
            self.show_lines("", (), 0)
            self._field.set_fault(sentence)
            self._place()

    def show_answer(self, text: str, sentence: str, rows: Sequence[HandedRow], new: int) -> None:
        """Show what a text says; with anything new it can be recorded."""
        if text == self._text:
            self.show_lines(sentence, rows, new)

    def show_lines(self, sentence: str, rows: Sequence[HandedRow], new: int) -> None:
        """The sentence and the stops; none hides them."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        self.lines.setVisible(bool(rows))
        self.lines.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, told in enumerate((row.sequence, row.where, row.state, row.at, row.fate, row.note)):
                item = QTableWidgetItem(" ".join(readable(told).split()))
                item.setToolTip("")
                self.lines.setItem(number, column, item)
        self.record.setEnabled(new > 0)
        self._place()

    def _typed(self) -> None:
        self.read(self.code.toPlainText())

    def _record(self) -> None:
        self.accept()
        self.record_wanted.emit(self._text)

    def _take_focus(self) -> None:
        self.code.setFocus()
