"""Answers that could not be sent, on a request's page: what they say, why they did not leave, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.plain_text import shortened
from desktop.views.kit import Button, Glyph, Link, Words
from desktop.views.request_acts import DO_NOT_SEND, SEND_AGAIN

LONGEST = 300  # letters of an answer that are shown


@dataclass(frozen=True, slots=True)
class UnsentLine:
    """One answer, and why it has not left; `next_try` is when it is tried by itself, empty where it is not."""

    text: str
    why: str
    next_try: str = ""


class UnsentSection(QWidget):
    """Tells the command that is wanted."""

    wanted = Signal(str)

    def __init__(self, lines: Sequence[UnsentLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Glyph("unplug", side=14, colour="warning.text"))
        head.addWidget(Words(self.tr("Answer not sent"), step="body", weight=500))
        head.addStretch(1)
        column.addLayout(head)
        for line in lines:
            self._add(column, line)
        acts = QHBoxLayout()
        acts.setSpacing(12)
        self.again = Button(self.tr("Send again"), icon="refresh-cw", small=True)
        self.again.clicked.connect(lambda: self.wanted.emit(SEND_AGAIN))
        self.drop = Link(self.tr("Do not send"))
        self.drop.clicked.connect(lambda: self.wanted.emit(DO_NOT_SEND))
        acts.addWidget(self.again)
        acts.addWidget(self.drop)
        acts.addStretch(1)
        column.addLayout(acts)

    def _add(self, column: QVBoxLayout, line: UnsentLine) -> None:
        if line.text:
            said = shortened(" ".join(line.text.split()), LONGEST)
            column.addWidget(Words(f"“{said}”", step="table", tone="secondary", wrap=True))
        why = self.tr("The source: {0}").format(line.why) if line.why else self.tr("The reason is not known.")
        column.addWidget(Words(why, step="table", wrap=True))
        if line.next_try:
            told = self.tr("Tried again by itself from {0}.").format(line.next_try)
            column.addWidget(Words(told, step="table", tone="tertiary", wrap=True))
