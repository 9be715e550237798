"""The sheet of the hand-over: the page for the next shift, of which shift it is, and ways onto paper."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget

from desktop.views.fonts import prose
from desktop.views.kit import Button, SegmentedChoice, Words
from desktop.views.shell.overlay import Dialog
from desktop.views.theme import theme

OPENING = "opening"  # the shift began when the city last opened
SPANS = ("8", "12", "24")  # or so many hours ago


class PageBrowser(QTextBrowser):
    """Shows the page. It loads nothing and follows nothing by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: QTextDocument | None = None
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFont(prose("table"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else all is laid out twice
        self.setViewportMargins(0, 0, 10, 0)

    def show_body(self, body: str, css: str) -> None:
        """Show HTML in the colours of the look. A document of its own is laid out once, the present one thrice."""
        document = QTextDocument(self)
        document.setDocumentMargin(2)
        document.setDefaultFont(self.font())
        document.setDefaultStyleSheet(css + _colours())
        document.setHtml(body)
        before, self._page = self._page, document
        self.setDocument(document)
        if before is not None:
            before.deleteLater()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


def _colours() -> str:
    """What replaces the colours of paper."""
    colour = theme().tokens.colour
    return (
        f"body, h1, h2, p, td {{ color: {colour.text_primary}; background-color: transparent; }}"
        f"th, .caption, .quiet {{ color: {colour.text_secondary}; }}"
        f"th, td {{ border-bottom-color: {colour.line_subtle}; }}"
        f"a {{ color: {colour.accent_text}; }}"
    )


class HandOverSheet(Dialog):
    """`span_chosen` asks for another shift; `opened` tells a link of the page, "request:12" or "queue:overdue"."""

    span_chosen = Signal(str)
    opened = Signal(str)
    print_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", width=min(820, parent.window().width() - 120), parent=parent)
        self.set_title(self.tr("Hand over to the next shift"))
        row = QHBoxLayout()
        row.addWidget(Words(self.tr("The shift began"), step="table", tone="secondary"))
        hours = [(span, self.tr("{0} h ago").format(span)) for span in SPANS]
        self.spans = SegmentedChoice(
            [(OPENING, self.tr("When the city opened")), *hours], self.tr("Begin of the shift")
        )
        self.spans.choose(OPENING)
        self.spans.chosen.connect(self.span_chosen)
        row.addWidget(self.spans)
        row.addStretch(1)
        self.body.addLayout(row)
        self.browser = PageBrowser()
        self.browser.setAccessibleName(self.tr("Hand-over"))
        self.browser.setPlaceholderText(self.tr("Reading what was done…"))
        self.browser.anchorClicked.connect(self._follow)
        self.body.addWidget(self.browser, 1)
        self.card.setMinimumHeight(parent.window().height() - 100)
        self.add_close(self.tr("Close"))
        self.print = self.add_act(Button(self.tr("Print…"), icon="printer"))
        self.save = self.add_act(Button(self.tr("Save as PDF…"), kind="primary", icon="download"))
        self.print.clicked.connect(self.print_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.set_ready(False)

    def set_ready(self, ready: bool) -> None:
        """Whether there is a page to print."""
        self.print.setEnabled(ready)
        self.save.setEnabled(ready)

    def show_page(self, body: str, css: str) -> None:
        """Show the page."""
        self.browser.show_body(body, css)
        self.set_ready(True)

    def _follow(self, url: QUrl) -> None:
        self.accept()
        self.opened.emit(url.toString())
