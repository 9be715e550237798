"""The field for what residents read: a template with its placeholders filled and tinted, or words of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from data.records import AnswerTemplate
from desktop.domain import answers
from desktop.domain.answers import Facts
from desktop.views.fonts import prose
from desktop.views.theme import theme

SHORT = 48  # letters of a template's name in the list


class AnswerEdit(QPlainTextEdit):
    """Shows a template filled for one request, or with its placeholders where many will read it.

    What nobody touched is handed on as the template stands, so that everybody reads their own address.
    """

    sent = Signal()  # Ctrl Enter

    def __init__(self, name: str, *, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._template, self._facts, self._shown = "", Facts(), ""
        self._filled = True
        self.setAccessibleName(name)
        self.setFont(prose("table"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 18)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text only: a file that is dropped here is not meant as its path."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def set_template(self, text: str, facts: Facts, *, filled: bool = True) -> None:
        """Begin with a text; `filled` False leaves its placeholders in sight."""
        self._template, self._facts, self._filled = text, facts, filled
        self._render()

    def set_facts(self, facts: Facts) -> None:
        """Other facts: what nobody touched follows them."""
        self._facts = facts
        if self.untouched():
            self._render()

    def untouched(self) -> bool:
        """Whether the words are still the template's."""
        return bool(self._template) and self.toPlainText() == self._shown

    def value(self) -> str:
        """What is to be said: the template as it stands, or the words that were typed."""
        return self._template if self.untouched() else self.toPlainText().strip()

    def reading(self) -> str:
        """What the resident of the facts would read."""
        return answers.fill(self.value(), self._facts)

    def _render(self) -> None:
        pieces = answers.pieces(self._template, self._facts if self._filled else _placeholders())
        self._shown = "".join(text for text, _ in pieces)
        self.setPlainText(self._shown)
        self._shown = self.toPlainText()
        self._tint(pieces)

    def _tint(self, pieces: Sequence[tuple[str, bool]]) -> None:
        marks, at = [], 0
        for text, is_fact in pieces:
            size = len(text.encode("utf-16-le")) // 2  # Qt counts in units of UTF-16
            if is_fact:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(self.document())
                mark.cursor.setPosition(at)
                mark.cursor.setPosition(at + size, QTextCursor.MoveMode.KeepAnchor)
                marks.append(mark)
            at += size
        self._colour(marks)

    def _colour(self, marks: Sequence[QTextEdit.ExtraSelection]) -> None:
        for mark in marks:
            mark.format.setBackground(theme().colour("accent.soft"))
            mark.format.setForeground(theme().colour("accent.text"))
        self.setExtraSelections(list(marks))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._colour(self.extraSelections())  # another look, other tints

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl Enter sends; Enter alone begins a line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
            return
        super().keyPressEvent(event)


class TemplateChoice(QComboBox):
    """The texts that are kept under a code, and words of one's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(prose("table"))
        self.setAccessibleName(self.tr("Template"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._templates: tuple[AnswerTemplate, ...] = ()
        self._own = ""

    def set_templates(self, templates: Sequence[AnswerTemplate], own: str) -> None:
        """What there is to choose from; `own` is the first entry."""
        self._templates, self._own = tuple(templates), own
        self.blockSignals(True)
        self.clear()
        self.addItem(own)
        for one in self._templates:
            named = " ".join(f"{one.code} {one.name}".split())
            self.addItem(named if len(named) <= SHORT else f"{named[: SHORT - 1]}…")
        self.blockSignals(False)

    def template(self) -> AnswerTemplate | None:
        """The chosen one; None for own words."""
        at = self.currentIndex() - 1
        return self._templates[at] if 0 <= at < len(self._templates) else None


def _placeholders() -> Facts:
    """Facts that stand for themselves."""
    return Facts(**{name: f"{{{name}}}" for name in answers.PLACEHOLDERS})
