"""Parts of a report's card: its head, its photo or why there is none, and its facts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.domain.plain_text import readable, typeset
from desktop.views import format as words
from desktop.views.duplicates.state import FactLine, ReportCard, is_doubtful
from desktop.views.fonts import font
from desktop.views.icons import paint_icon, service_icon
from desktop.views.kit import KeyCap, Link, Tag, set_tip
from desktop.views.kit.focus import AROUND_PARENT
from desktop.views.kit.painting import paint_box
from desktop.views.marks import MARKS, paint_mark
from desktop.views.photo_strip import PhotoThumb
from desktop.views.theme import theme

PAD, GAP = 10, 8
HEAD_PX, FACT_PX, LOW_FACT_PX = 34, 25, 21
NAME_PX = 60  # the widest name of a fact
DIM = 0.45
SINGLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class CardHead(QWidget):
    """Number, link and pills. It takes the focus for the whole card; the ring goes around that."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty(AROUND_PARENT, True)
        self.setFixedHeight(HEAD_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD - 2, 0, PAD - 2, 0)  # the card's edge is before and after it
        row.setSpacing(GAP)
        self.place = KeyCap("1")
        self.link = Link("", step="body", weight=600)
        self.link.clicked.connect(self.opened)
        self.joined = Tag(self.tr("in the incident"))
        self.pill = Tag("")
        row.addWidget(self.place)
        row.addWidget(self.link)
        row.addStretch(1)
        row.addWidget(self.joined)
        row.addWidget(self.pill)
        self._number = ""

    def set_card(self, number: int, card: ReportCard) -> None:
        """Show whose card it is."""
        self.place.set_keys(str(number))
        self._number = " ".join(readable(card.number).split())
        self.pill.set_text(*_pill(card))
        self.pill.setVisible(card.parent or card.probability is not None or not card.kept)
        self.joined.setVisible(card.joined)
        self._fit()

    def _fit(self) -> None:
        """A number of any source gives way to the pills."""
        taken = sum(part.sizeHint().width() + GAP for part in (self.joined, self.pill) if not part.isHidden())
        room = self.width() - 2 * PAD - self.place.width() - GAP - taken
        metrics = QFontMetricsF(self.link.font())
        self.link.setText(metrics.elidedText(typeset(self._number), Qt.TextElideMode.ElideMiddle, max(24, room)))
        self.link.setAccessibleName(self.tr("Open report {0} in Operations").format(self._number))
        set_tip(self.link, "" if self.link.text() == typeset(self._number) else self._number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().colour("line.subtle"))
        finally:
            painter.end()


def _pill(card: ReportCard) -> tuple[str, str]:
    """What the pill says, and its tint."""
    if card.parent:
        return QCoreApplication.translate("ReportCards", "parent"), "accent"
    if not card.kept:
        return QCoreApplication.translate("ReportCards", "taken out"), "neutral"
    if card.probability is None:
        return "", "neutral"
    return f"p {words.probability(card.probability)}", "warning" if is_doubtful(card.probability) else "neutral"


class CardPhoto(PhotoThumb):
    """The first photo, cut to fill; without one, a field that says why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QImage(), "", parent=parent)
        self._icon, self._told, self._dim = "", "", False
        self.show_in_row()

    def set_photo(self, card: ReportCard, number: int) -> None:
        """Show the photo of a report, or that there is none."""
        picture = card.photo if card.photo is not None else QImage()
        self._picture, self._icon = picture, card.no_photo_icon
        self._told, self._dim = " ".join(readable(card.no_photo).split()), not card.kept
        there = not picture.isNull()
        name = self.tr("Photo of report {0}: open it large").format(number) if there else self._told
        self.setAccessibleName(name)
        self.setToolTip(name if there else "")
        self.setEnabled(there)
        self.setCursor(Qt.CursorShape.PointingHandCursor if there else Qt.CursorShape.ArrowCursor)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture.isNull():
            self._paint_why()
            return
        super().paintEvent(event)
        if self._dim:
            veil = theme().colour("surface.sunken")
            veil.setAlphaF(1 - DIM)
            painter = QPainter(self)
            try:
                painter.fillRect(self.rect(), veil)
            finally:
                painter.end()

    def _paint_why(self) -> None:
        colour = theme().colour
        painter = QPainter(self)
        try:
            paint_box(painter, QRectF(self.rect()), colour("state.hover"), None, theme().tokens.radius.chip)
            middle = self.height() / 2
            low = self.height() < 64
            if self._icon and not low:
                box = QRectF((self.width() - 18) / 2, middle - 26, 18, 18)
                paint_icon(painter, box, service_icon(self._icon), colour("text.secondary"))
            painter.setFont(font("caption", weight=450))
            painter.setPen(colour("text.secondary"))
            line = QRectF(GAP, middle - 8 if low else middle + 4, self.width() - 2 * GAP, 16)
            told = painter.fontMetrics().elidedText(self._told, Qt.TextElideMode.ElideRight, int(line.width()))
            set_tip(self, "" if told == self._told else self._told)
            painter.drawText(line, SINGLE | int(Qt.AlignmentFlag.AlignHCenter), told)
        finally:
            painter.end()


class FactRow(QWidget):
    """A fact: its name, its value with an icon or a status mark, and how it compares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fact, self._dim, self._last = FactLine("", ""), False, False
        self.setFixedHeight(FACT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_fact(self, fact: FactLine, *, dim: bool, last: bool) -> None:
        """Show a fact; the last one has no line under it."""
        self._fact, self._dim, self._last = fact, dim, last
        self.setAccessibleName(f"{fact.name}: {', '.join(part for part in (fact.value, fact.remark) if part)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, FACT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if not self._last:
                painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().colour("line.subtle"))
            self._paint_name(painter)
            self._paint_value(painter, self._paint_remark(painter))
        finally:
            painter.end()

    def _paint_name(self, painter: QPainter) -> None:
        painter.setFont(font("table"))
        painter.setPen(theme().colour("text.tertiary"))
        name = painter.fontMetrics().elidedText(self._fact.name, Qt.TextElideMode.ElideRight, NAME_PX)
        painter.drawText(QRectF(0, 0, NAME_PX, self.height()), SINGLE, name)

    def _paint_remark(self, painter: QPainter) -> float:
        """Where the value must end."""
        if not self._fact.remark:
            return self.width()
        differs = self._fact.differs and not self._dim
        painter.setFont(font("caption", weight=600 if differs else 450))
        painter.setPen(theme().colour("warning.text" if differs else "text.tertiary"))
        most = self.width() * 0.4
        told = painter.fontMetrics().elidedText(readable(self._fact.remark), Qt.TextElideMode.ElideRight, int(most))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(told)
        painter.drawText(QRectF(self.width() - wide - 1, 0, wide + 1, self.height()), SINGLE, told)
        return self.width() - wide - GAP

    def _paint_value(self, painter: QPainter, right: float) -> None:
        colour, fact, left = theme().colour, self._fact, float(NAME_PX + 4)
        box = QRectF(left, 0, 14, self.height())
        if fact.status in MARKS:
            paint_mark(painter, box, fact.status)
        elif fact.icon:
            paint_icon(painter, box, service_icon(fact.icon), colour("text.secondary"))
        left += 20 if fact.status in MARKS or fact.icon else 0
        painter.setFont(font("table"))
        painter.setPen(colour("text.tertiary" if self._dim else "text.primary"))
        value = typeset(" ".join(readable(fact.value).split()))
        told = painter.fontMetrics().elidedText(value, Qt.TextElideMode.ElideRight, int(max(0.0, right - left)))
        set_tip(self, "" if told == value else f"{fact.value} · {fact.remark}" if fact.remark else fact.value)
        painter.drawText(QRectF(left, 0, max(0.0, right - left) + 1, self.height()), SINGLE, told)
