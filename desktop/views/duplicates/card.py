"""The card of one report: head, photo, words and facts over what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.views.duplicates import acts
from desktop.views.duplicates.card_parts import FACT_PX, HEAD_PX, PAD, CardHead, CardPhoto, FactRow
from desktop.views.duplicates.quoted_text import LINE_PX, QuotedText
from desktop.views.duplicates.state import ReportCard
from desktop.views.kit import Button, Rule
from desktop.views.theme import theme

FOOT_PX, GAP = 40, 8
EDGE = 2  # the frame of a card in focus
SCROLL_PX = 40


class CardView(QWidget):
    """Tells what is wanted of its report, and that the focus is wanted here."""

    opened = Signal(int)
    photo_wanted = Signal(int)
    keep_asked = Signal(int)
    take_out_asked = Signal(int)
    focus_wanted = Signal(int)  # its number
    step_asked = Signal(int)  # the card before (-1) or after (1)
    menu_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._card: ReportCard | None = None
        self._current = False
        self.head = CardHead(self)
        self.photo, self.text = CardPhoto(), QuotedText()
        self.facts: list[FactRow] = []
        self.keep = Button(self.tr("Keep"), keys="K", small=True)
        self.take_out = Button(self.tr("Take out"), keys="X", small=True)
        self.parent_note = Button(self.tr("Is the parent"), small=True)
        self.parent_note.setEnabled(False)
        self._lay_out()
        self.head.opened.connect(self._open)
        self.photo.clicked.connect(self._zoom)
        self.keep.clicked.connect(self._keep)
        self.take_out.clicked.connect(self._take_out)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, 0, EDGE, EDGE)
        column.setSpacing(0)
        column.addWidget(self.head)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(PAD - EDGE, PAD, PAD - EDGE, 4)
        inner.setSpacing(GAP)
        inner.addWidget(self.photo)
        inner.addWidget(self.text)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(0)
        inner.addLayout(self._facts)
        inner.addStretch(1)
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setWidget(body)
        column.addWidget(self.body, 1)
        column.addWidget(Rule())
        foot = QWidget()
        foot.setFixedHeight(FOOT_PX)
        row = QHBoxLayout(foot)
        row.setContentsMargins(PAD - EDGE, 0, PAD - EDGE, 0)
        row.setSpacing(GAP)
        for button in (self.parent_note, self.keep, self.take_out):
            row.addWidget(button)
        row.addStretch(1)
        column.addWidget(foot)

    def set_card(
        self, number: int, card: ReportCard, can: frozenset[str], *, current: bool, letters: bool = True
    ) -> None:
        """Show a report, what can be done with it, and whether acts on one report mean it."""
        other, self.number, self._current = number != self.number, number, current
        self.setAccessibleName(self.tr("Report {0}, {1}").format(self.number, card.number))
        self.head.setAccessibleName(self._spoken(card))
        if other or card != self._card:
            self._fill(card)
        self.keep.setVisible(not card.parent and not (card.joined and card.kept))
        self.keep.set_keys("K" if letters else "")
        self.take_out.set_keys("X" if letters else "")
        self.keep.setEnabled(acts.KEEP in can)
        self.take_out.setVisible(not card.parent and not card.joined and card.kept)
        self.take_out.setEnabled(acts.TAKE_OUT in can)
        self.parent_note.setVisible(card.parent)
        self._name_controls(card)
        self._stop_here(current)
        self.update()

    def _fill(self, card: ReportCard) -> None:
        self._card = card
        self.head.set_card(self.number, card)
        self.photo.set_photo(card, self.number)
        self.text.set_text(card.text, card.common, dim=not card.kept)
        while len(self.facts) < len(card.facts):
            self.facts.append(FactRow())
            self._facts.addWidget(self.facts[-1])
        for row, fact in zip(self.facts, card.facts, strict=False):
            row.set_fact(fact, dim=not card.kept, last=fact is card.facts[-1])
        for at, row in enumerate(self.facts):
            row.setVisible(at < len(card.facts))

    def _spoken(self, card: ReportCard) -> str:
        """What the card is, read when it gets the focus."""
        marks = (
            self.tr("the parent") if card.parent else "",
            "" if card.kept else self.tr("taken out"),
            self.tr("already in the incident") if card.joined else "",
        )
        head = self.tr("Report {0}, {1}").format(self.number, card.number)
        facts = "; ".join(f"{fact.name}: {fact.value} {fact.remark}".strip() for fact in card.facts)
        return ". ".join(part for part in (", ".join((head, *filter(None, marks))), card.text[:200], facts) if part)

    def _name_controls(self, card: ReportCard) -> None:
        self.keep.setAccessibleName(self.tr("Keep report {0}").format(self.number))
        self.take_out.setAccessibleName(self.tr("Take report {0} out").format(self.number))
        self.parent_note.setAccessibleName(self.tr("Report {0} is the parent").format(self.number))

    def _stop_here(self, current: bool) -> None:
        """The tab key stops in one card; arrows and digits lead to the others."""
        policy = Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus
        for control in (self.head, self.head.link, self.photo, self.keep, self.take_out):
            control.setFocusPolicy(policy)

    # sizes

    @staticmethod
    def text_width(width: int) -> int:
        """Px of the words in a card of this width."""
        return width - 2 * PAD

    def set_shares(self, photo_px: int, lines: int, fact_px: int, *, scrolls: bool) -> None:
        """Give photo, words and facts their height; all cards get the same, so that facts stand beside each other."""
        bar = Qt.ScrollBarPolicy  # a bar that comes and goes by itself leaves what it scrolls too narrow
        self.body.setVerticalScrollBarPolicy(bar.ScrollBarAlwaysOn if scrolls else bar.ScrollBarAlwaysOff)
        self.photo.setFixedHeight(photo_px)
        self.text.setVisible(lines > 0)
        self.text.show_lines(lines)
        for row in self.facts:
            row.setFixedHeight(fact_px)

    @staticmethod
    def height_of(photo_px: int, lines: int, facts: int, fact_px: int = FACT_PX) -> int:
        """What a card takes that shows all."""
        words = lines * LINE_PX + GAP if lines else 0
        return HEAD_PX + PAD + photo_px + GAP + words + facts * fact_px + 4 + 1 + FOOT_PX + EDGE

    def sizeHint(self) -> QSize:
        return QSize(268, 400)

    # the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focus_wanted.emit(self.number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.head.mapToGlobal(self.head.rect().bottomLeft())
        self.menu_asked.emit(self.number, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step_asked.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            bar = self.body.verticalScrollBar()
            bar.setValue(bar.value() + (SCROLL_PX if key == Qt.Key.Key_Down else -SCROLL_PX))
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self._tell(self.opened)

    def _zoom(self) -> None:
        self._tell(self.photo_wanted)

    def _keep(self) -> None:
        self._tell(self.keep_asked)

    def _take_out(self) -> None:
        self._tell(self.take_out_asked)

    def _tell(self, signal: object) -> None:
        if self._card is not None:
            signal.emit(self._card.request_id)  # type: ignore[attr-defined]

    def paintEvent(self, event: QPaintEvent) -> None:
        colour, out = theme().colour, self._card is not None and not self._card.kept
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = EDGE if self._current else 1
            pen = QPen(colour("accent.default" if self._current else "line.default"), width)
            if out and not self._current:
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(colour("surface.sunken" if out else "surface.pane"))
            inset, radius = width / 2, theme().tokens.radius.panel
            box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(box, radius - inset, radius - inset)
        finally:
            painter.end()
