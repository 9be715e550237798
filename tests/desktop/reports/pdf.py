"""Reading PDFs back, by another reader than the one that wrote them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtPdf import QPdfDocument


def pdf_pages(path: Path) -> list[str]:
    """The words of each page, as a viewer selects them."""
    document = QPdfDocument()
    assert document.load(str(path)) is QPdfDocument.Error.None_
    return [document.getAllText(page).text() for page in range(document.pageCount())]


def pdf_text(path: Path) -> str:
    """All words of a PDF."""
    return "\n".join(pdf_pages(path))
