"""What came of a question, beneath it: what to read with care, the result with its counts as links, what was chosen."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.fonts import font
from desktop.views.kit import Button, Caption, Rule, Words
from desktop.views.kit.layouts import clear_layout
from desktop.views.kit.painting import paint_box
from desktop.views.neighbourhoods.state import AnswerState, EmptyState, Sentence, plain
from desktop.views.theme import theme

UNBROKEN = str.maketrans({"\u2009": "\u00a0", "\u202f": "\u00a0"})  # of the narrow spaces rich text holds none together


class LinkedSentence(QLabel):
    """A sentence some of whose counts open their requests. Every part of it is escaped."""

    opened = Signal(object)

    def __init__(
        self, sentence: Sentence, *, tone: str = "primary", step: str = "table", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._weight = 600 if step == "table" else 500  # of links: small words are not loud
        self.setFont(font(step, weight=450))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.linkActivated.connect(self._activated)
        theme().changed.connect(self._write)
        self.set_sentence(sentence)

    def set_sentence(self, sentence: Sentence) -> None:
        """Say something else."""
        self._sentence = sentence
        flags = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        linked = any(piece.opens is not None for piece in sentence)
        self.setTextInteractionFlags(flags if linked else Qt.TextInteractionFlag.NoTextInteraction)
        self.setAccessibleName(plain(sentence))
        self._write()

    def keys(self) -> tuple[Hashable, ...]:
        """What its links open, in their order."""
        return tuple(piece.opens for piece in self._sentence if piece.opens is not None)

    def _write(self) -> None:
        ink, plain_ink = theme().colour("accent.text").name(), theme().colour(f"text.{self._tone}").name()
        told = []
        for at, piece in enumerate(self._sentence):
            text = escape(piece.text.translate(UNBROKEN))
            if piece.opens is not None:
                text = f'<a href="{at}" style="color:{ink}; font-weight:{self._weight}">{text}</a>'
            told.append(text)
        self.setText(f'<span style="color:{plain_ink}">{"".join(told)}</span>')

    def _activated(self, place: str) -> None:
        self.opened.emit(self._sentence[int(place)].opens)


class CareBand(QWidget):
    """What a reader must not miss, on a tint: its first words are strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        self._head = Words(self.tr("Read with care"), step="caption", weight=600)
        self._text = Words("", step="caption", weight=450, wrap=True)
        column.addWidget(self._head)
        column.addWidget(self._text)

    def set_sentences(self, sentences: tuple[str, ...]) -> None:
        """Show these; none hides the band."""
        self._text.setText("\n".join(sentences))
        self.setAccessibleName(" ".join((self._head.text(), *sentences)))
        self.setVisible(bool(sentences))

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            radius = theme().tokens.radius.control
            paint_box(painter, self.rect().toRectF(), theme().colour("warning.soft"), None, radius)
        finally:
            painter.end()


class AnswerPart(QWidget):
    """The answer to the question above it."""

    opened = Signal(object)  # what the requests of a figure are known by

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.care = CareBand()
        self.heading = Caption(self.tr("Result"))
        self.title = Words("", step="table", weight=600, wrap=True)
        self._result, self._chosen = QVBoxLayout(), QVBoxLayout()
        self._chosen_head = Caption(self.tr("Chosen from the data"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for lines in (self._result, self._chosen):
            lines.setSpacing(4)
        column.addWidget(self.heading)
        column.addWidget(self.title)
        column.addLayout(self._result)
        column.addWidget(self.care)  # after what it is about, which a low window would not show otherwise
        column.addWidget(self._chosen_head)
        column.addLayout(self._chosen)
        self.sentences: list[LinkedSentence] = []
        self.set_state(None)

    def set_state(self, state: AnswerState | None) -> None:
        """Show an answer, or none."""
        for layout in (self._result, self._chosen):
            clear_layout(layout)
        self.sentences = []
        for part in (self.heading, self.title):
            part.setVisible(state is not None)
        self._chosen_head.setVisible(state is not None and bool(state.chosen))
        self.care.set_sentences(() if state is None else state.care)
        if state is None:
            return
        self.title.setText(state.title)
        for at, told in enumerate(state.result):
            sentence = LinkedSentence(told, tone="secondary" if at else "primary")
            sentence.opened.connect(self.opened)
            self.sentences.append(sentence)
            self._result.addWidget(sentence)
        for one in state.chosen:
            self._chosen.addWidget(Words(f"{one.name}: {one.value}", step="table"))
            self._chosen.addWidget(Words(one.why, step="caption", tone="tertiary", weight=450, wrap=True))

    def set_empty(self, state: EmptyState) -> None:
        """Show what an answer would tell."""
        self.title.setText(state.title)
        self.title.setVisible(True)
        self._result.addWidget(Words(state.tells, step="table", tone="secondary", wrap=True))

    def result(self) -> str:
        """The result in plain words."""
        return "\n".join(sentence.accessibleName() for sentence in self.sentences)


class AnswerFoot(QWidget):
    """Beneath the pane: how long it took, whether it still holds, and where it may go."""

    export_wanted = Signal()
    report_wanted = Signal()
    method_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule())
        told, acts = QHBoxLayout(), QHBoxLayout()
        told.setContentsMargins(12, 8, 12, 4)
        acts.setContentsMargins(12, 0, 12, 10)
        acts.setSpacing(6)
        self.computed = Words("", step="caption", tone="tertiary", weight=450)
        self.holds = Words("", step="caption", tone="tertiary", weight=450)
        told.addWidget(self.computed, 1)
        told.addWidget(self.holds)
        self.export = Button(self.tr("Export"))
        self.report = Button(self.tr("Report"))
        self.report.setToolTip(self.tr("How requests of this period were served, by neighbourhood: a page or a PDF"))
        self.method = Button(self.tr("Method"))
        self.export.clicked.connect(self.export_wanted)
        self.report.clicked.connect(self.report_wanted)
        self.method.clicked.connect(self.method_wanted)
        acts.addWidget(self.export)
        acts.addWidget(self.report)
        acts.addWidget(self.method)
        acts.addStretch(1)
        column.addLayout(told)
        column.addLayout(acts)
        self.set_answer("")

    def set_answer(self, computed: str) -> None:
        """An answer that was worked out so; empty where there is none."""
        self.computed.setText(computed)
        self.holds.setText("")
        self.export.setEnabled(bool(computed))
        self.method.setEnabled(bool(computed))

    def set_holds(self, *, holds: bool) -> None:
        """Whether the same question would still count the same requests."""
        self.holds.setText(self.tr("up to date") if holds else self.tr("requests changed since"))
        self.holds.set_tone("tertiary" if holds else "warning")
