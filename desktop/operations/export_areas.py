"""Write a layer of areas as it holds on a day, for other systems and to be read again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.errors import RefusedInput
from data.records import Area
from desktop.operations.changes import Changes
from desktop.operations.outputs import check_output
from desktop.operations.work import Work
from desktop.reports.area_files import write_areas


def export_areas(work: Work, *, path: Path, layer: str, day: date | None = None) -> Changes:
    """Write the areas of a layer as last drawn, or as they held on a day.

    Fields: name, agency (empty where it has none), from and to (days, empty where open). RefusedInput for a layer that
    is not there, or without any area on that day.
    """
    import geopandas as gpd
    import shapely

    check_output(work.store, path)
    with work.store.read() as unit:
        layers = unit.areas.layers()
        found = next((one for one in layers if one.name == layer), None)
        if found is None:
            names = ", ".join(one.name for one in layers) or "none yet"
            raise RefusedInput(f"There is no layer '{layer}'; the layers are: {names}.")
        areas = unit.areas.areas(found.id) if day is None else [a for a in unit.areas.ever(found.id) if holds(a, day)]
        agencies = {agency.id: agency.name for agency in unit.agencies.all()}
    if not areas:
        raise RefusedInput(f"No area of {layer} holds on {day}; choose another day.")
    fields = {
        "name": [area.name for area in areas],
        "agency": [agencies.get(area.agency_id, "") if area.agency_id else "" for area in areas],
        "from": [_iso(area.effective_from) for area in areas],
        "to": [_iso(area.effective_to) for area in areas],
    }
    shapes = shapely.from_wkb([area.geometry_wkb for area in areas])
    write_areas(path, layer, gpd.GeoDataFrame(fields, geometry=shapes, crs="EPSG:4326"))
    counts = {"layer": layer, "areas": len(areas), "file": str(path)}
    return Changes(
        None, work.actor, "export areas", frozenset(), (), counts, f"{layer}: {len(areas):,} areas in {path}."
    )


def holds(area: Area, day: date) -> bool:
    """Whether an area holds on a day."""
    begun = area.effective_from is None or area.effective_from <= day
    return begun and (area.effective_to is None or day < area.effective_to)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
