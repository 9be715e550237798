"""Found an empty city in a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.connectors.requests import check_zone
from data.connectors.values import storable
from data.errors import Conflict, RefusedInput
from data.store import Store, new_store
from data.unit_of_work import ReadUnit, WriteUnit
from desktop.domain.clock import Clock
from desktop.operations.changes import Changes
from desktop.operations.work import Progress, ShouldStop, Work

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class CityPlan:
    """What a new city starts with."""

    name: str
    timezone: str = "UTC"
    crs_epsg: int | None = None
    boundary_wkb: bytes | None = None
    boundary_repairs: tuple[str, ...] = ()  # what was wrong with the boundary as it came


@dataclass(frozen=True, slots=True)
class CityWish:
    """What a person says of a new city; the boundary is a file of areas."""

    name: str
    timezone: str = "UTC"
    crs_epsg: int | None = None
    boundary: Path | None = None


def plan_of(wish: CityWish) -> CityPlan:
    """The wish with its boundary read.

    RefusedInput for no name, an unknown zone or a file without polygon; GeoError for a CRS that is not projected.
    """
    from geo.crs import check_projected, utm_epsg

    name = storable(wish.name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise RefusedInput(f"A city needs a name of at most {LONGEST_NAME} letters; write one.")
    check_zone(wish.timezone)
    if wish.crs_epsg is not None:
        check_projected(wish.crs_epsg)
    if wish.boundary is None:
        return CityPlan(name, wish.timezone, wish.crs_epsg)
    polygon, inside, repairs = read_boundary(wish.boundary)
    return CityPlan(name, wish.timezone, wish.crs_epsg or utm_epsg(*inside), polygon, repairs)


def found_store(
    location: str, actor: str, clock: Clock, wish: CityWish, *, progress: Progress, should_stop: ShouldStop
) -> Changes:
    """Make a store that holds a new city, whole or not at all: what is refused is refused before there is a file."""
    progress(None, f"Founding {wish.name}")
    plan = plan_of(wish)
    if "://" not in location and Path(location).exists():
        raise RefusedInput(f"{location} is there already; choose another name.")
    with new_store(location) as store:
        return found_city(Work(store, actor, clock, progress, should_stop), plan)


def found_city(work: Work, plan: CityPlan) -> Changes:
    """Create the city; RefusedInput where the store holds one already or the zone is unknown."""
    check_zone(plan.timezone)
    with work.store.write("found city", actor=work.actor, at=work.clock.now()) as unit:
        create_city(work.store, unit, plan)
        unit.summary["city"] = plan.name
        act_id = unit.commit()
    counts = {
        "city": plan.name,
        "timezone": plan.timezone,
        "crs": crs_name(plan.crs_epsg),
        "boundary_repairs": list(plan.boundary_repairs),
    }
    words = f"Founded {plan.name}."
    if plan.boundary_repairs:
        words += f" The boundary was not valid and was repaired: {'; '.join(plan.boundary_repairs)}."
    return Changes(act_id, work.actor, "found city", frozenset({"city"}), (), counts, words)


def read_boundary(path: Path) -> tuple[bytes, tuple[float, float], tuple[str, ...]]:
    """One WKB polygon from a file of areas, repaired and merged, a point (lon, lat) inside it, and what was wrong."""
    import shapely

    from data.connectors.areas import read_areas
    from geo.areas_repair import repair_polygons

    read = read_areas(path, allow_unnamed=True)
    repaired, repairs = repair_polygons([row.geometry_wkb for row in read.rows])
    merged = shapely.union_all(shapely.from_wkb(repaired))
    inside = merged.representative_point()
    told = tuple(repair.reason for repair in repairs)
    return bytes(shapely.to_wkb(merged)), (float(inside.x), float(inside.y)), told


def create_city(store: Store, unit: WriteUnit, plan: CityPlan) -> None:
    """Write the city; RefusedInput where there is one, also one that somebody else founded in this moment."""
    _refuse_city_of(store, unit)
    try:
        unit.create("city", [city_row(plan)])
    except Conflict as fault:
        raise RefusedInput(f"{store.location} already holds a city; name another store.") from fault


def refuse_second_city(store: Store) -> None:
    """RefusedInput where the store holds a city."""
    with store.read() as unit:
        _refuse_city_of(store, unit)


def _refuse_city_of(store: Store, unit: ReadUnit) -> None:
    city = unit.city.get()
    if city is not None:
        raise RefusedInput(f"{store.location} already holds the city {city.name}; name another store.")


def city_row(plan: CityPlan) -> dict[str, object]:
    """The row of the city table."""
    return {
        "id": 1,
        "name": plan.name,
        "timezone": plan.timezone,
        "crs_epsg": plan.crs_epsg,
        "boundary_wkb": plan.boundary_wkb,
    }


def crs_name(epsg: int | None) -> str | None:
    """How a projected CRS is written for a person."""
    return None if epsg is None else f"EPSG:{epsg}"
