"""Area layers with their areas, assets, and points under suspicion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from data import schema
from data.records import Area, AreaLayer, Asset, AssetLayer, PointVerdict, SuspectPoint
from data.repositories.arrays import Arrays, fetch_arrays
from data.repositories.base import Reader
from data.values import kinds_of


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
        """The areas of a layer as last drawn, in their declared order."""
        return self._read(self._of_layer(layer_id).where(self.table.c.effective_to.is_(None)))

    def ever(self, layer_id: int) -> list[Area]:
        """The areas of a layer with those that held once, in their declared order."""
        return self._read(self._of_layer(layer_id))

    def _of_layer(self, layer_id: int) -> Select[Any]:
        columns = self.table.c
        return self._select().where(columns.layer_id == layer_id).order_by(columns.position, columns.id)

    def states(self) -> list[tuple[int, int, int]]:
        """For each layer that has areas: its id, and two numbers that change when any area of it does."""
        columns = self.table.c
        newest, versions = func.max(columns.id), func.sum(columns.version)
        query = select(columns.layer_id, newest, versions).group_by(columns.layer_id).order_by(columns.layer_id)
        return [(int(layer), int(last), int(total)) for layer, last, total in self._connection.execute(query)]


class Points(Reader[SuspectPoint]):
    """Points that hold improbably many records."""

    table, record = schema.suspect_point, SuspectPoint
    converted = (("verdict", PointVerdict),)

    def all(self) -> list[SuspectPoint]:
        """Every suspect point, the fullest first."""
        return self._read(self._select().order_by(self.table.c.request_count.desc(), self.table.c.id))


class _AssetLayers(Reader[AssetLayer]):
    table, record = schema.asset_layer, AssetLayer
    converted = (("service_codes", tuple),)

    def all(self) -> list[AssetLayer]:
        return self._read(self._select().order_by(self.table.c.name))


class Assets(Reader[Asset]):
    """What the city owns that stands at a place."""

    table, record = schema.asset, Asset

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._layers = _AssetLayers(connection)

    def layers(self) -> list[AssetLayer]:
        """Every layer, by name."""
        return self._layers.all()

    def of_layer(self, layer_id: int) -> list[Asset]:
        """The assets of a layer, in order of id."""
        return self._read(self._select().where(self.table.c.layer_id == int(layer_id)).order_by(self.table.c.id))

    def get(self, asset_id: int) -> Asset | None:
        """One asset, or None."""
        return self._one(self._select().where(self.table.c.id == int(asset_id)))

    def many(self, ids: Sequence[int]) -> list[Asset]:
        """Assets of these ids in this order; those that are not there are left out."""
        return self._by_ids(ids)

    def by_code(self, asset_code: str) -> list[Asset]:
        """The assets that the city calls by this number, one for each layer at most."""
        return self._read(self._select().where(self.table.c.asset_code == asset_code).order_by(self.table.c.id))

    def in_box(self, west: float, south: float, east: float, north: float) -> list[Asset]:
        """The assets of every layer in a box of degrees, in order of id."""
        lat, long = self.table.c.lat, self.table.c.long
        return self._read(self._select().where(lat.between(south, north), long.between(west, east)).order_by("id"))

    def counts(self) -> dict[int, int]:
        """How many assets each layer holds; layers without any are left out."""
        layer = self.table.c.layer_id
        rows = self._connection.execute(select(layer, func.count()).group_by(layer))
        return {int(key): int(count) for key, count in rows}

    def named(self, layer_id: int) -> set[int]:
        """The assets of a layer that some request names."""
        request = schema.service_request
        query = select(request.c.asset_id).join(self.table, self.table.c.id == request.c.asset_id)
        return set(self._connection.execute(query.where(self.table.c.layer_id == int(layer_id)).distinct()).scalars())

    def requests(self, asset_id: int) -> list[int]:
        """Ids of the requests that name an asset, the newest first."""
        request = schema.service_request
        query = select(request.c.id).where(request.c.asset_id == int(asset_id))
        return list(self._connection.execute(query.order_by(request.c.requested_at.desc(), request.c.id)).scalars())

    def arrays(self, columns: Sequence[str], *, layer_id: int | None = None) -> Arrays:
        """Whole columns in order of id, as `Requests.arrays` gives them; of one layer, or of all."""
        kinds = kinds_of(self.table.name)
        wanted = {name: (self.table.c[name], kinds[name]) for name in columns}
        where = () if layer_id is None else (self.table.c.layer_id == int(layer_id),)
        return fetch_arrays(self._connection, wanted, self.table.c.id, where=where)
