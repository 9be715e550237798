"""Records as GeoDataFrames in EPSG:4326, for computation and export. geopandas is imported when one is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from data.records import Placement
from data.unit_of_work import ReadUnit
from data.values import MISSING

if TYPE_CHECKING:
    import geopandas

_TIMES = ("requested_at", "acknowledged_at", "closed_at", "updated_at", "due_at")
_TEXTS = ("service_request_id", "status", "description", "address", "placement", "status_notes", "media_url")
_ASSIGNED = ("assigned_area", "assigned_rule", "assigned_reason")
_NUMBERS = ("lat", "long", "priority", "incident_id", "incident_score")


def requests_frame(unit: ReadUnit, ids: Sequence[int] | np.ndarray | None = None) -> geopandas.GeoDataFrame:
    """Requests (all, or these) in order of id, indexed by it: texts, UTC times, names of service and agency.

    The geometry is the point of a located request and None for any other.
    """
    import geopandas
    import pandas as pd
    import shapely

    names = ["id", "service_id", "agency_id", *_TEXTS, *_TIMES, *_ASSIGNED, *_NUMBERS]
    rows = unit.requests.arrays(names, ids=ids)
    services = {service.id: service for service in unit.services.all()}
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    columns: dict[str, Any] = {name: rows[name] for name in (*_TEXTS, *_ASSIGNED, *_NUMBERS)}
    columns |= {name: pd.to_datetime(_times(rows[name]), utc=True) for name in _TIMES}
    columns["service_code"] = [services[key].service_code for key in rows["service_id"].tolist()]
    columns["service_name"] = [services[key].service_name for key in rows["service_id"].tolist()]
    columns["agency_responsible"] = [agencies.get(key, "") for key in rows["agency_id"].tolist()]
    columns["incident_id"] = pd.array(rows["incident_id"], dtype="Int64")
    columns["incident_id"][rows["incident_id"] == MISSING] = pd.NA
    located = rows["placement"] == Placement.LOCATED.value
    points = np.full(len(located), None, dtype=object)
    points[located] = shapely.points(rows["long"][located], rows["lat"][located])
    index = pd.Index(rows["id"], name="id")
    return geopandas.GeoDataFrame(columns, geometry=geopandas.array.from_shapely(points), index=index, crs="EPSG:4326")


def areas_frame(unit: ReadUnit, layer_id: int) -> geopandas.GeoDataFrame:
    """The areas of a layer in their declared order, indexed by id: name, department, geometry."""
    import geopandas
    import pandas as pd
    import shapely

    areas = unit.areas.areas(layer_id)
    agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    columns = {
        "name": [area.name for area in areas],
        "agency_responsible": ["" if a.agency_id is None else agencies[a.agency_id] for a in areas],
    }
    geometry = shapely.from_wkb(np.array([area.geometry_wkb for area in areas], dtype=object))
    index = pd.Index([int(area.id) for area in areas], name="id", dtype="int64")
    return geopandas.GeoDataFrame(columns, geometry=geometry, index=index, crs="EPSG:4326")


def _times(values: np.ndarray) -> np.ndarray:
    """Epoch milliseconds as datetime64, not-a-time where there is none."""
    times = values.astype("datetime64[ms]")
    times[values == MISSING] = np.datetime64("NaT")
    return times
