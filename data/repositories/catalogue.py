"""The city, its people, sources, departments, services, depots, crews and rules."""

from __future__ import annotations

from sqlalchemy import Connection

from data import schema
from data.records import Agency, City, Crew, Depot, Person, SavedRules, Service, ServiceQuestion, Source
from data.repositories.base import Reader


class Cities(Reader[City]):
    """The one city of the store."""

    table, record = schema.city, City

    def get(self) -> City | None:
        """The city, or None in an empty store."""
        return self._one(self._select())


class People(Reader[Person]):
    """Those who work here."""

    table, record = schema.person, Person

    def all(self) -> list[Person]:
        """Everyone, by name."""
        return self._read(self._select().order_by(self.table.c.name, self.table.c.id))


class Sources(Reader[Source]):
    """Where requests come from."""

    table, record = schema.source, Source

    def all(self) -> list[Source]:
        """Every source, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def by_name(self, name: str) -> Source | None:
        """The source of this exact name."""
        return self._one(self._select().where(self.table.c.name == name))


class Agencies(Reader[Agency]):
    """Departments."""

    table, record = schema.agency, Agency

    def all(self) -> list[Agency]:
        """Every department, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))


class Services(Reader[Service]):
    """The catalogue of request types with their questions."""

    table, record = schema.service, Service
    converted = (("skills", tuple),)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._questions = _Questions(connection)

    def all(self) -> list[Service]:
        """Every service, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))

    def by_code(self, service_code: str) -> Service | None:
        """The service of this exact code."""
        return self._one(self._select().where(self.table.c.service_code == service_code))

    def questions(self, service_id: int) -> list[ServiceQuestion]:
        """What a service asks, in its order."""
        return self._questions.of(service_id)


class _Questions(Reader[ServiceQuestion]):
    table, record = schema.service_question, ServiceQuestion
    converted = (("values", tuple),)

    def of(self, service_id: int) -> list[ServiceQuestion]:
        where = self.table.c.service_id == service_id
        return self._read(self._select().where(where).order_by(self.table.c.position, self.table.c.id))


class Depots(Reader[Depot]):
    """Where crews start."""

    table, record = schema.depot, Depot

    def all(self) -> list[Depot]:
        """Every depot, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))


class Crews(Reader[Crew]):
    """Crews and their usual day."""

    table, record = schema.crew, Crew
    converted = (("skills", tuple),)

    def all(self) -> list[Crew]:
        """Every crew, in order of id."""
        return self._read(self._select().order_by(self.table.c.id))


class Rules(Reader[SavedRules]):
    """The versions of the rules of assignment."""

    table, record = schema.rule_set, SavedRules

    def all(self) -> list[SavedRules]:
        """Every version, the first one first."""
        return self._read(self._select().order_by(self.table.c.id))

    def last(self) -> SavedRules | None:
        """The version saved last; None before any was."""
        return self._one(self._select().order_by(self.table.c.id.desc()).limit(1))
