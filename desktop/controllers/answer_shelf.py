"""The kept answers that Neighbourhoods has read, by statistic; read anew where another program may have asked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.controllers.answer_reads import ReadAnswer, read_answer
from desktop.controllers.city_span import words_of
from desktop.controllers.session import Session


class AnswerShelf(QObject):
    """Reads beside the event loop. `told` hears an answer with its statistic, None where the store keeps none."""

    def __init__(self, session: Session, told: Callable[[str, ReadAnswer | None], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._told = session, told
        self.known: dict[str, ReadAnswer | None] = {}
        self._stale: set[str] = set()  # known from before the store changed

    def show(self, statistic: str) -> None:
        """Tell the answer of a statistic: at once where it is known, else once it is read."""
        if statistic in self.known:
            self._told(statistic, self.known[statistic])
            if statistic in self._stale:
                self.reread(statistic)
            return

        def told(read: ReadAnswer | None) -> None:
            self.known[statistic] = read
            self._told(statistic, read)

        self._read(statistic, told)

    def forget(self, statistic: str) -> None:
        """Another answer was worked out here."""
        self.known.pop(statistic, None)

    def outdate(self) -> None:
        """The store changed: whatever is known may not be what is kept."""
        self._stale = set(self.known)

    def reread(self, statistic: str) -> None:
        """Another program may have asked meanwhile: what is kept is told, for Export writes what is kept."""
        self._stale.discard(statistic)
        shown = self.known.get(statistic)

        def told(read: ReadAnswer | None) -> None:
            if read is None or self.known.get(statistic) is not shown:  # what was read since is newer
                return
            if shown is not None and read.answer.method == shown.answer.method:
                return
            self.known[statistic] = read
            self._told(statistic, read)

        self._read(statistic, told)

    def _read(self, statistic: str, told: Callable[[ReadAnswer | None], None]) -> None:
        city = words_of(self._session)
        self._session.runner.run_read(read_answer, self._session.store, statistic, city, on_result=told)
