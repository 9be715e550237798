"""Help: a page of the guide, rendered from its Markdown. It leads nowhere outside the guide."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.views.fonts import prose
from desktop.views.shell.overlay import Dialog
from desktop.views.theme import theme

_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n+", re.MULTILINE)
_HEADINGS = {1: ("title", 0), 2: ("heading", 14), 3: ("body", 10)}  # step of the type scale, room above


class GuideBrowser(QTextBrowser):
    """Shows files of one folder; whatever else a page names is neither followed nor loaded."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder.resolve()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFont(prose("body"))
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._follow)

    def show_page(self, name: str) -> bool:
        """Show a page by its name without ending; False when the guide has none."""
        path = self._within(f"{name}.md")
        if path is None:
            self.setPlainText(self.tr("The guide has no page for this yet."))
            return False
        self.document().setMetaInformation(
            QTextDocument.MetaInformation.DocumentUrl, QUrl.fromLocalFile(str(path)).toString()
        )
        self.document().setDefaultStyleSheet(f"a {{ color: {theme().tokens.colour.accent_text}; }}")
        self.setMarkdown(_PICTURE.sub("", path.read_text(encoding="utf-8")))  # what it shows is behind the dialog
        self._dress()
        return True

    def _dress(self) -> None:
        """Give headings, paragraphs and tables the look's type and room; Markdown knows neither."""
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            step, above = _HEADINGS.get(level, ("body", 0))
            cursor = QTextCursor(block)
            spaced = block.blockFormat()
            spaced.setTopMargin(above if block.position() else 0)
            spaced.setBottomMargin(6 if not cursor.currentTable() else 2)
            spaced.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.setBlockFormat(spaced)
            if level:
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                letters = QTextCharFormat()
                letters.setFont(prose(step))
                letters.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)  # what Markdown made larger
                cursor.mergeCharFormat(letters)
            if (table := cursor.currentTable()) is not None:
                self._dress_table(table)
            block = block.next()

    def _dress_table(self, table: QTextTable) -> None:
        made = table.format()
        made.setBorder(0)
        made.setCellPadding(4)
        made.setCellSpacing(0)
        made.setTopMargin(6)
        made.setBottomMargin(10)
        table.setFormat(made)
        for row in range(table.rows()):
            for column in range(table.columns()):
                cell = table.cellAt(row, column)
                lined = cell.format().toTableCellFormat()
                lined.setBottomBorder(1)
                lined.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                lined.setBottomBorderBrush(theme().colour("line.subtle"))
                cell.setFormat(lined)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Pictures of the guide, and nothing else."""
        url = QUrl(name)
        path = self._within(url.path() if url.isLocalFile() else url.toString())
        if path is None or path.suffix.lower() not in (".png", ".jpg", ".svg"):
            return None
        return super().loadResource(kind, QUrl.fromLocalFile(str(path)))

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("", "file"):
            if not url.path() and url.fragment():
                self.scrollToAnchor(url.fragment())
            elif (path := self._within(url.path())) is not None and path.suffix == ".md":
                self.show_page(str(path.relative_to(self._folder).with_suffix("")))

    def _within(self, name: str) -> Path | None:
        """The file of a name inside the guide; None for anything else."""
        if not name or "://" in name:
            return None
        path = (self._folder / name).resolve()
        return path if path.is_relative_to(self._folder) and path.is_file() else None


class HelpDialog(Dialog):
    """A page of the guide over the work."""

    def __init__(self, folder: Path, page: str, parent: QWidget) -> None:
        super().__init__("", width=680, parent=parent)
        self.set_title(self.tr("Help"))
        self.title.hide()
        self.browser = GuideBrowser(folder)
        self.browser.setMinimumHeight(420)
        self.browser.setAccessibleName(self.tr("Guide"))
        self.browser.show_page(page)
        self.body.addWidget(self.browser, 1)
        self.card.setMinimumHeight(600)
        self.add_close(self.tr("Close"))
