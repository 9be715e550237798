"""The proposals of duplicates as they stand now, for whoever counts or shows them; read in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.controllers.review_reads import Book, read_book
from desktop.controllers.session import Session, Snapshot


class ProposalDesk(QObject):
    """Follows the city; `changed` tells of a newer book. What comes while it reads is read after that."""

    changed = Signal(object)  # Book

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.book: Book | None = None
        self._session = session
        self._reading = self._outdated = False
        session.watch(self._loaded)

    def _loaded(self, _snapshot: Snapshot) -> None:
        if self._reading:
            self._outdated = True
            return
        session = self._session
        assert session.snapshot is not None
        self._reading, self._outdated = True, False
        handle = session.runner.run_read(
            read_book, session.store, session.snapshot, session.clock.now(), self.book, on_result=self._show
        )
        handle.ended.connect(self._ended)

    def _ended(self) -> None:
        self._reading = False
        if self._outdated and self._session.snapshot is not None:
            self._loaded(self._session.snapshot)

    def _show(self, book: Book) -> None:
        self.book = book
        self.changed.emit(book)
