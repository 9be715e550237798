"""The left pane of Assignment: the rules, as a list with a form beside it or as one text, and which set is in force."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.views.assignment.rules_list import RulesList
from desktop.views.assignment.state import RulesState
from desktop.views.fonts import mono
from desktop.views.kit import Caption, IconButton, Link, PaneHeader, Rule, SegmentedChoice, StateCard, Words

FORM, TEXT = "form", "text"
LEAST_PX = 336  # chips and who gets it stand on one line
SETTLE_MS = 500  # after the last key, before the text is read


class RulesPane(QWidget):
    """The rules. Nothing is kept here: what a person asks goes out as signals."""

    form_wanted = Signal()
    text_wanted = Signal()
    text_changed = Signal(str)
    add_asked = Signal()
    roll_back_asked = Signal()
    discard_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Rules"))
        self.setMinimumWidth(LEAST_PX)
        self.list, self.text = RulesList(), QPlainTextEdit()
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._send_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._bar())
        column.addWidget(Rule())
        self._pages = QStackedWidget()
        self._pages.addWidget(self._rules_page())
        self._pages.addWidget(self._text_page())
        column.addWidget(self._pages, 1)
        self.text_fault = Words("", step="caption", tone="danger", weight=450, wrap=True)
        self.text_fault.setContentsMargins(12, 6, 12, 6)
        self.text_fault.hide()
        column.addWidget(self.text_fault)  # beneath the list too: it shows the rules as they were before
        column.addWidget(Rule())
        column.addLayout(self._foot())

    def _head(self) -> QWidget:
        self.header = PaneHeader(self.tr("Rules"), self.tr("first match wins"))
        ways = ((FORM, self.tr("Form")), (TEXT, self.tr("Text")))
        self.form_or_text = SegmentedChoice(ways, self.tr("Write rules as"))
        self.form_or_text.chosen.connect(self._switch)
        self.header.add(self.form_or_text)
        self.add = IconButton("plus", self.tr("Add a rule"))
        self.add.clicked.connect(self.add_asked)
        self.header.add(self.add)
        return self.header

    def _bar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(4)
        self.title = Caption("")
        row.addWidget(self.title)
        self.undo, self.redo = IconButton("undo-2", self.tr("Undo in the draft")), IconButton("redo-2", self.tr("Redo"))
        self.undo.clicked.connect(self.undo_asked)
        self.redo.clicked.connect(self.redo_asked)
        self.discard = IconButton("trash-2", self.tr("Drop the draft"))
        self.discard.clicked.connect(self.discard_asked)
        row.addStretch(1)
        for button in (self.undo, self.redo, self.discard):
            row.addWidget(button)
        row.addWidget(Words(self.tr("took"), step="caption", tone="tertiary", weight=450))
        return bar

    def _rules_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.none = StateCard(
            self.tr("No rules yet"),
            self.tr("Areas that name a department assign, in the order of their layers. A rule comes before them."),
            icon="split",
            act=self.tr("Make the first rule"),
            act_kind="primary",
        )
        self.none.acted.connect(self.add_asked)
        self._none_place = QWidget()
        around = QVBoxLayout(self._none_place)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(self.none)
        around.addStretch(1)
        column.addWidget(self._none_place)
        column.addWidget(self.list, 1)
        return page

    def _text_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.text.setFont(mono())
        self.text.setAccessibleName(self.tr("Rules as text"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.textChanged.connect(self._settle.start)
        column.addWidget(self.text, 1)
        return page

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 6)
        self.in_force = Words("", step="caption", tone="secondary", weight=450, wrap=True)
        self.roll_back = Link(self.tr("roll back"), step="caption")
        self.roll_back.clicked.connect(self.roll_back_asked)
        row.addWidget(self.in_force, 1)
        row.addWidget(self.roll_back)
        return row

    def set_state(self, state: RulesState, row: int) -> None:
        """Show rules, the chosen one among them."""
        self.title.setText(state.title)
        self.in_force.setText(state.in_force)
        self.roll_back.setVisible(state.can_roll_back)
        self.roll_back.setEnabled(not state.busy)
        self.undo.setEnabled(state.can_undo)
        self.redo.setEnabled(state.can_redo)
        self.discard.setVisible(state.is_draft)
        empty = len(state.lines) <= 1
        self._none_place.setVisible(empty)
        self.list.set_lines(state.lines, row)

    def set_text(self, text: str, fault: str = "") -> None:
        """Show the rules as text, the cursor where it was; and what is wrong with it."""
        self.text_fault.setText(fault)
        self.text_fault.setVisible(bool(fault))
        if not fault and text != self.text.toPlainText():
            self._settle.stop()
            at = self.text.textCursor().position()
            self.text.blockSignals(True)
            self.text.setPlainText(text)
            self.text.blockSignals(False)
            cursor = self.text.textCursor()
            cursor.setPosition(min(at, len(text)))
            self.text.setTextCursor(cursor)

    def is_text(self) -> bool:
        """Whether the rules are on show as text."""
        return self.form_or_text.choice() == TEXT

    def show_form(self) -> None:
        """Back to the list."""
        self.form_or_text.choose(FORM)
        self._switch(FORM)

    def flush(self) -> None:
        """Read at once what was typed last."""
        if self._settle.isActive():
            self._settle.stop()
            self._send_text()

    def _send_text(self) -> None:
        self.text_changed.emit(self.text.toPlainText())

    def _switch(self, choice: str) -> None:
        if choice == FORM:
            self.flush()
        self._pages.setCurrentIndex(int(choice == TEXT))
        (self.text_wanted if choice == TEXT else self.form_wanted).emit()
