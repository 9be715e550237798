"""Bring service areas in: repaired, measured, and named as the last rules where they carry a department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.connectors.values import storable
from data.errors import RefusedInput
from data.records import City, Placement
from data.unit_of_work import WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.edit_areas import DrawnArea, store_areas
from desktop.operations.standing_rules import broken_rules, broken_words
from desktop.operations.work import Work

if TYPE_CHECKING:
    from data.connectors.areas import AreaFile

FAR_M = 50_000.0  # from the city: a layer that is its own meets it
MOST_NAMED = 5


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
    from data.connectors.areas import UnknownCrs, read_areas
    from geo.areas_repair import measure_coverage, repair_polygons

    city = work.city()
    read = read_areas(wanted.path, name_field=wanted.name_field, agency_field=wanted.agency_field, crs=wanted.crs)
    without = _without_department(wanted, read)
    work.breathe(0.2, f"Repairing {len(read.rows):,} areas")
    polygons, repairs = repair_polygons([row.geometry_wkb for row in read.rows])
    epsg = city.crs_epsg or _epsg_of(polygons)
    away_m = _away_m(work, city, polygons)
    if read.brought_from and away_m is not None and away_m > FAR_M:
        raise UnknownCrs(
            f"{wanted.path.name} would lie {away_m / 1000:,.0f} km from {city.name} if it is in {read.brought_from}; "
            "correct its coordinate system, or name another with --crs EPSG:n."
        )
    work.breathe(0.5, "Measuring overlaps and gaps")
    coverage = measure_coverage(polygons, city.boundary_wkb, epsg)
    layer = storable(wanted.layer or Path(wanted.path.name.removesuffix(".gz")).stem)
    known = broken_rules(work)
    with work.store.write("import areas", actor=work.actor, at=work.clock.now()) as unit:
        if city.crs_epsg is None:
            unit.change("city", {1: {"crs_epsg": epsg}})
        layer_id = _layer(unit, layer, wanted)
        agencies = _agencies(unit, [wanted.agency or row.agency_name for row in read.rows])
        keys = [agencies.get(wanted.agency or row.agency_name) for row in read.rows]
        _store(unit, layer_id, [row.name for row in read.rows], keys, polygons, wanted.effective_from)
        counts: dict[str, Any] = {
            "layer": layer,
            "areas": len(read.rows),
            "without_polygon": read.without_polygon,
            "without_department": without,
            "away_km": None if away_m is None else round(away_m / 1000, 1),
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
    broken = [one for one in broken_rules(work) if one not in known]
    counts["broken_rules"] = broken
    sentence = " ".join(words for words in (_sentence(counts), broken_words(broken)) if words)
    return Changes(act_id, work.actor, "import areas", entities, (), counts, sentence)


def _without_department(wanted: AreaImport, read: AreaFile) -> list[str]:
    """The areas whose department the file leaves empty; RefusedInput where that are all."""
    if not wanted.agency_field:
        return []
    without = [row.name for row in read.rows if not row.agency_name]
    if len(without) == len(read.rows):
        raise RefusedInput(
            f"{wanted.agency_field} is empty for all areas of {wanted.path.name}, so that nobody would get anything; "
            "name another field, or leave --agency-field away for a layer that does not assign."
        )
    return without


def _away_m(work: Work, city: City, polygons: Sequence[bytes]) -> float | None:
    """How far the areas are from the city's boundary, or from its requests; None where it has neither."""
    import shapely

    from geo.crs import boxes_apart_m

    if city.boundary_wkb:
        place = shapely.from_wkb(city.boundary_wkb).bounds
    else:
        with work.store.read() as unit:
            rows = unit.requests.arrays(["lat", "long", "placement"])
        located = rows["placement"] == Placement.LOCATED.value
        lat, long = rows["lat"][located], rows["long"][located]
        if not len(lat):
            return None
        place = (long.min(), lat.min(), long.max(), lat.max())
    return boxes_apart_m(shapely.total_bounds(shapely.from_wkb(polygons)).tolist(), place)


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


def _sentence(counts: dict[str, Any]) -> str:
    gap = counts["gap_km2"]
    words = f"{counts['layer']}: {counts['areas']} areas, {counts['repaired']} repaired, {counts['overlaps']} overlaps"
    if counts["without_polygon"]:
        words += f", {counts['without_polygon']} rows without a polygon left out"
    words += ", no boundary to measure gaps against." if gap is None else f", {gap} km² of the city uncovered."
    without: Sequence[str] = counts["without_department"]
    if without:
        few = f"{', '.join(without[:MOST_NAMED])}{', ...' if len(without) > MOST_NAMED else ''}"
        words += f" {len(without)} without a department ({few}): nobody gets what lies there, unless a rule takes it."
    away_km = counts["away_km"]
    if away_km is not None and away_km * 1000 > FAR_M:
        words += f" They lie {away_km:,.0f} km from the city: nothing of it is assigned by them."
    return words
