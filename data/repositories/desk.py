"""What people at the desk write and keep: notes, texts of answers, saved filters and bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, func, or_, select, type_coerce

from data import schema
from data.records import AnswerTemplate, Note, SavedView
from data.repositories.base import Reader


class Notes(Reader[Note]):
    """What was said about requests."""

    table, record = schema.note, Note

    def of(self, request_id: int) -> list[Note]:
        """Everything said about a request, oldest first."""
        where = self.table.c.request_id == int(request_id)
        return self._read(self._select().where(where).order_by(self.table.c.at, self.table.c.id))

    def many(self, ids: Sequence[int]) -> list[Note]:
        """Notes of these ids in this order; those that are not there are left out."""
        return self._by_ids(ids)

    def internal_between(self, since: datetime, until: datetime) -> list[Note]:
        """What staff told each other in a span of time, both ends counted, oldest first."""
        at = self.table.c.at
        where = (self.table.c.kind == "internal", at >= since, at <= until)
        return self._read(self._select().where(*where).order_by(at, self.table.c.id))

    def first_by_people(self) -> dict[int, int]:
        """Of requests that a machine acknowledged, when a person first wrote to the resident, in ms since 1970."""
        request, note = schema.service_request.c, self.table.c
        query = select(note.request_id, func.min(type_coerce(note.at, BigInteger)))
        query = query.join(schema.service_request, request.id == note.request_id).group_by(note.request_id)
        where = (request.acknowledged_by == "machine", note.kind == "answer", note.by_machine.is_(False))
        return {int(key): int(at) for key, at in self._connection.execute(query.where(*where))}

    def requests_since(self, moment: datetime) -> set[int]:
        """Ids of the requests of which something was said after a moment."""
        return set(self._connection.execute(select(self.table.c.request_id).where(self.table.c.at > moment)).scalars())


class Templates(Reader[AnswerTemplate]):
    """Texts for residents."""

    table, record = schema.answer_template, AnswerTemplate

    def all(self) -> list[AnswerTemplate]:
        """Every template, by code."""
        return self._read(self._select().order_by(self.table.c.code))

    def get(self, template_id: int) -> AnswerTemplate | None:
        """One template, or None."""
        return self._one(self._select().where(self.table.c.id == int(template_id)))

    def by_code(self, code: str) -> AnswerTemplate | None:
        """The template of this code, or None."""
        return self._one(self._select().where(self.table.c.code == code))


class SavedViews(Reader[SavedView]):
    """Filters and bookmarks under names."""

    table, record = schema.saved_view, SavedView

    def of(self, owner: str, kind: str) -> list[SavedView]:
        """A person's own and those that others share, by name."""
        mine = or_(self.table.c.owner == owner, self.table.c.shared)
        names = (self.table.c.name, self.table.c.id)
        return self._read(self._select().where(self.table.c.kind == kind, mine).order_by(*names))

    def get(self, view_id: int) -> SavedView | None:
        """One of them, or None."""
        return self._one(self._select().where(self.table.c.id == int(view_id)))
