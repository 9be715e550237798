"""Header rows among the rows of a table: which row is whose, whether folded or open. No tree: three short arrays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QDate, QLocale

from data.records import Status
from desktop.models.arranging import NO_KEY, Arrangement, Names
from desktop.models.fields import Grouping, status_word

translate = QCoreApplication.translate
NONE: NDArray[np.int64] = np.empty(0, dtype=np.int64)


class GroupRows:
    """Rows of an arrangement: each group's header, then its members unless folded. Without groups, members only."""

    def __init__(self) -> None:
        self.rows = 0
        self.folds: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._starts = self._heads = NONE  # where groups begin among members, and among rows

    def show(self, arrangement: Arrangement, folded_keys: Sequence[Any] | NDArray[Any] = ()) -> None:
        """Take over an arrangement; groups with these keys stay folded."""
        self._starts = arrangement.starts
        self._members = len(arrangement.order)
        self.folds = np.isin(arrangement.keys, np.asarray(folded_keys, dtype=np.int64))
        self._lay_out()

    _members = 0

    def fold(self, group: int) -> None:
        """Fold a group, or open it again."""
        self.folds[group] = not self.folds[group]
        self._lay_out()

    def fold_all(self, *, folded: bool) -> None:
        """Fold all, or open all."""
        self.folds[:] = folded
        self._lay_out()

    def folded(self, group: int) -> bool:
        """Whether a group is folded."""
        return bool(self.folds[group])

    def header_at(self, row: int) -> int | None:
        """The group whose header a row is; None for a member."""
        if not len(self.folds):
            return None
        group = self._group_at(row)
        return group if self._heads[group] == row else None

    def member_at(self, row: int) -> int:
        """Which member a row is that is no header."""
        if not len(self.folds):
            return row
        group = self._group_at(row)
        return int(self._starts[group] + row - self._heads[group] - 1)

    def row_of(self, member: int) -> int | None:
        """The row of a member; None in a folded group."""
        if not len(self.folds):
            return member
        group = self.of_member(member)
        return None if self.folds[group] else int(self._heads[group] + 1 + member - self._starts[group])

    def of_member(self, member: int) -> int:
        """The group of a member."""
        return int(np.searchsorted(self._starts, member, side="right")) - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The members from one row to another; a header stands for the whole of its group."""
        if not len(self.folds):
            return first, last + 1
        group, head = self._group_at(first), self.header_at(first)
        low = int(self._starts[group]) if head is not None else self.member_at(first)
        end, tail = self._group_at(last), self.header_at(last)
        high = self.member_at(last) + 1 if tail is None else int(self._starts[end])
        if tail is not None and (first == last or self.folds[end]):
            high = int(self._starts[end + 1])
        return low, max(low, high)

    def _group_at(self, row: int) -> int:
        return int(np.searchsorted(self._heads, row, side="right")) - 1

    def _lay_out(self) -> None:
        if not len(self.folds):
            self.rows = self._members
            return
        sizes = np.where(self.folds, 0, np.diff(self._starts)) + 1
        self._heads = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.rows = int(sizes.sum())


def group_name(grouping: Grouping, key: int, names: Names) -> str:
    """What a group is called."""
    if grouping is Grouping.SERVICE:
        return names.services.get(key) or translate("Groups", "No service")
    if grouping is Grouping.DEPARTMENT:
        return names.agencies.get(key) or translate("Groups", "No department")
    if grouping is Grouping.STATUS:
        return status_word(tuple(Status)[key])
    if grouping is Grouping.DAY:
        day = date.fromordinal(key)
        return QLocale().toString(QDate(day.year, day.month, day.day), "dddd d MMMM yyyy")
    if key == NO_KEY:
        return translate("Groups", "One report only")
    return translate("Groups", "Incident {0}").format(key)
