"""Area layers with their areas, and points under suspicion."""

from __future__ import annotations

from sqlalchemy import Connection

from data import schema
from data.records import Area, AreaLayer, PointVerdict, SuspectPoint
from data.repositories.base import Reader


class _Layers(Reader[AreaLayer]):
    table, record = schema.area_layer, AreaLayer
    converted = (("service_codes", tuple),)

    def all(self) -> list[AreaLayer]:
        return self._read(self._select().order_by(self.table.c.position, self.table.c.id))


class Areas(Reader[Area]):
    """Layers of polygons."""

    table, record = schema.area, Area

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._layers = _Layers(connection)

    def layers(self) -> list[AreaLayer]:
        """Every layer, in the order in which they assign."""
        return self._layers.all()

    def areas(self, layer_id: int) -> list[Area]:
        """The areas of a layer, in their declared order."""
        return self._read(self._select().where(self.table.c.layer_id == layer_id).order_by(self.table.c.id))


class Points(Reader[SuspectPoint]):
    """Points that hold improbably many records."""

    table, record = schema.suspect_point, SuspectPoint
    converted = (("verdict", PointVerdict),)

    def all(self) -> list[SuspectPoint]:
        """Every suspect point, the fullest first."""
        return self._read(self._select().order_by(self.table.c.request_count.desc(), self.table.c.id))
