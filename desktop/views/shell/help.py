"""Help: a page of the guide, rendered from its Markdown. It leads nowhere outside the guide."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.views.fonts import font
from desktop.views.shell.overlay import Dialog
from desktop.views.theme import theme


class GuideBrowser(QTextBrowser):
    """Shows files of one folder; whatever else a page names is neither followed nor loaded."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder.resolve()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFont(font("body"))
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
        self.setMarkdown(path.read_text(encoding="utf-8"))
        return True

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
