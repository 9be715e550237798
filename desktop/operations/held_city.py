"""What questions about places are answered from, held between one question and the next."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from data.columns import Columns, load_columns, refresh_columns
from data.errors import RefusedInput
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.operations.duplicates import MODEL, last_model
from desktop.operations.search_duplicates import LAWS, last_laws

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel
    from geo.known_laws import KnownLaws


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """What tells how likely a report repeats another: the laws of the last search, and what staff taught since."""

    laws: KnownLaws | None
    model: DuplicateModel | None
    versions: tuple[int | None, int | None]


class Held:
    """The snapshot of one store's requests and what judges new ones, as of the last question; for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._columns: Columns | None = None
        self._judges: Judges | None = None

    def now(self, store: Store) -> tuple[Columns, Judges]:
        """Both as of now: what changed since the last question is brought up from the log."""
        with self._lock:  # what two questions at a time need is read once
            known = self._columns
            self._columns = load_columns(store, save_patched=False) if known is None else refresh_columns(store, known)
            with store.read() as unit:
                self._judges = _judges(unit, self._judges)
            return self._columns, self._judges


def _judges(unit: ReadUnit, known: Judges | None) -> Judges:
    versions = unit.artifacts.version(LAWS), unit.artifacts.version(MODEL)
    if known is not None and known.versions == versions:
        return known
    return Judges(last_laws(unit), _model(unit), versions)


def _model(unit: ReadUnit) -> DuplicateModel | None:
    """None, too, for what another version learned: residents are told what the laws say until staff learn anew."""
    try:
        return last_model(unit)
    except RefusedInput:
        return None
