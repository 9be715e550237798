"""Bring service areas in: repaired, measured, and named as the last rules where they carry a department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.connectors.values import storable
from data.errors import RefusedInput
from data.unit_of_work import WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.edit_areas import DrawnArea, store_areas
from desktop.operations.work import Work


@dataclass(frozen=True, slots=True)
class AreaImport:
    """What to read and how. `agency` names one department for all, `agency_field` a field that names each one's.

    effective_from: the day from which the file holds, the layer's areas before it; None: it replaces them on all days.
    """

    path: Path
    layer: str | None = None
    name_field: str | None = None
    agency_field: str | None = None
    agency: str | None = None
    service_codes: tuple[str, ...] = ()
    crs: str | None = None
    effective_from: date | None = None


def import_areas(work: Work, wanted: AreaImport) -> Changes:
    """Read a layer of polygons into the store, in place of the layer of the same name, or from a day on.

    Invalid polygons are repaired and reported, overlaps and gaps measured. RefusedInput for a file without usable
    polygons, or services nobody knows.
    """
    from data.connectors.areas import read_areas
    from geo.areas_repair import measure_coverage, repair_polygons

    city = work.city()
    read = read_areas(wanted.path, name_field=wanted.name_field, agency_field=wanted.agency_field, crs=wanted.crs)
    work.breathe(0.2, f"Repairing {len(read.rows):,} areas")
    polygons, repairs = repair_polygons([row.geometry_wkb for row in read.rows])
    epsg = city.crs_epsg or _epsg_of(polygons)
    work.breathe(0.5, "Measuring overlaps and gaps")
    coverage = measure_coverage(polygons, city.boundary_wkb, epsg)
    layer = storable(wanted.layer or Path(wanted.path.name.removesuffix(".gz")).stem)
    with work.store.write("import areas", actor=work.actor, at=work.clock.now()) as unit:
        if city.crs_epsg is None:
            unit.change("city", {1: {"crs_epsg": epsg}})
        layer_id = _layer(unit, layer, wanted)
        agencies = _agencies(unit, [wanted.agency or row.agency_name for row in read.rows])
        keys = [agencies.get(wanted.agency or row.agency_name) for row in read.rows]
        _store(unit, layer_id, [row.name for row in read.rows], keys, polygons, wanted.effective_from)
        counts = {
            "layer": layer,
            "areas": len(read.rows),
            "without_polygon": read.without_polygon,
            "repaired": len(repairs),
            "repairs": [{"area": read.rows[repair.index].name, "reason": repair.reason} for repair in repairs],
            "overlaps": len(coverage.overlaps),
            "overlap_km2": round(sum(overlap[2] for overlap in coverage.overlaps), 4),
            "gap_km2": None if coverage.gap_km2 is None else round(coverage.gap_km2, 4),
            "overlapping": [
                {"areas": [read.rows[i].name, read.rows[j].name], "km2": round(km2, 4)}
                for i, j, km2 in coverage.overlaps
            ],
        }
        unit.summary.update(layer=layer, areas=len(read.rows), repaired=len(repairs), overlaps=len(coverage.overlaps))
        work.breathe(0.9, "Storing the areas")
        act_id = unit.commit()
    entities = frozenset({"area_layer", "area", "agency"})
    return Changes(act_id, work.actor, "import areas", entities, (), counts, _sentence(counts))


def _layer(unit: WriteUnit, name: str, wanted: AreaImport) -> int:
    """The layer of this name, or a new one after all others."""
    layers = unit.areas.layers()
    known = {service.service_code for service in unit.services.all()}
    strangers = [code for code in wanted.service_codes if code not in known]
    if strangers:
        raise RefusedInput(
            f"No service has the code {', '.join(strangers)}; import requests or services first, or correct --services."
        )
    values: dict[str, object] = {
        "assigns": bool(wanted.agency or wanted.agency_field),
        "service_codes": list(wanted.service_codes),
    }
    for layer in layers:
        if layer.name == name:
            unit.change("area_layer", {layer.id: values})
            return layer.id
    position = 1 + max((layer.position for layer in layers), default=0)
    return unit.create("area_layer", [{"name": name, "position": position, **values}])[0]


def _store(
    unit: WriteUnit,
    layer_id: int,
    names: Sequence[str],
    agency_ids: Sequence[int | None],
    polygons: Sequence[bytes],
    effective_from: date | None,
) -> None:
    """Put the areas in place of all that the layer ever had, or from a day on of those that it has now."""
    read = zip(names, agency_ids, polygons, strict=True)
    if effective_from is None:
        unit.remove("area", [area.id for area in unit.areas.ever(layer_id)])
        drawn = [DrawnArea(None, *one) for one in read]
        store_areas(unit, layer_id, drawn, {}, None)
        return
    standing = {int(area.id): area for area in unit.areas.areas(layer_id)}
    free = {area.name: key for key, area in reversed(standing.items())}  # an area is the one that had its name
    drawn = [DrawnArea(free.pop(name, None), name, agency, polygon) for name, agency, polygon in read]
    store_areas(unit, layer_id, drawn, standing, effective_from)


def _agencies(unit: WriteUnit, names: Sequence[str | None]) -> dict[str | None, int]:
    """Ids of the departments by name; unseen ones are created."""
    known: dict[str | None, int] = {agency.name: agency.id for agency in unit.agencies.all()}
    fresh = list(dict.fromkeys(name for name in names if name and name not in known))
    if fresh:
        known.update(zip(fresh, unit.create("agency", [{"name": name} for name in fresh]), strict=True))
    return known


def _epsg_of(polygons: Sequence[bytes]) -> int:
    """The UTM zone of the first polygon."""
    import shapely

    from geo.crs import utm_epsg

    point = shapely.from_wkb(polygons[0]).representative_point()
    return utm_epsg(point.x, point.y)


def _sentence(counts: dict[str, object]) -> str:
    gap = counts["gap_km2"]
    words = f"{counts['layer']}: {counts['areas']} areas, {counts['repaired']} repaired, {counts['overlaps']} overlaps"
    if counts["without_polygon"]:
        words += f", {counts['without_polygon']} rows without a polygon left out"
    return words + (", no boundary to measure gaps against." if gap is None else f", {gap} km² of the city uncovered.")
