"""Found an empty city in a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import RefusedInput
from data.store import Store, open_store
from desktop.domain.clock import Clock
from desktop.operations.changes import Changes
from desktop.operations.work import Progress, ShouldStop, Work


@dataclass(frozen=True, slots=True)
class CityPlan:
    """What a new city starts with."""

    name: str
    timezone: str = "UTC"
    crs_epsg: int | None = None
    boundary_wkb: bytes | None = None


@dataclass(frozen=True, slots=True)
class CityWish:
    """What a person says of a new city; the boundary is a file of areas."""

    name: str
    timezone: str = "UTC"
    crs_epsg: int | None = None
    boundary: Path | None = None


def plan_of(wish: CityWish) -> CityPlan:
    """The wish with its boundary read; RefusedInput for no name, an unknown zone or a file without polygon."""
    if not wish.name.strip():
        raise RefusedInput("A city needs a name; write one.")
    check_timezone(wish.timezone)
    if wish.boundary is None:
        return CityPlan(wish.name.strip(), wish.timezone, wish.crs_epsg)
    from geo.crs import utm_epsg

    polygon, inside = read_boundary(wish.boundary)
    return CityPlan(wish.name.strip(), wish.timezone, wish.crs_epsg or utm_epsg(*inside), polygon)


def found_store(
    location: str, actor: str, clock: Clock, wish: CityWish, *, progress: Progress, should_stop: ShouldStop
) -> Changes:
    """Make a store that holds a new city, whole or not at all: what is refused is refused before there is a file."""
    progress(None, f"Founding {wish.name}")
    plan = plan_of(wish)
    if "://" not in location and Path(location).exists():
        raise RefusedInput(f"{location} is there already; choose another name.")
    store = open_store(location, create=True)
    try:
        return found_city(Work(store, actor, clock, progress, should_stop), plan)
    finally:
        store.close()


def found_city(work: Work, plan: CityPlan) -> Changes:
    """Create the city; RefusedInput where the store holds one already or the zone is unknown."""
    refuse_second_city(work.store)
    check_timezone(plan.timezone)
    with work.store.write("found city", actor=work.actor, at=work.clock.now()) as unit:
        unit.create("city", [city_row(plan)])
        unit.summary["city"] = plan.name
        act_id = unit.commit()
    counts = {"city": plan.name, "timezone": plan.timezone, "crs": crs_name(plan.crs_epsg)}
    return Changes(act_id, work.actor, "found city", frozenset({"city"}), (), counts, f"Founded {plan.name}.")


def read_boundary(path: Path) -> tuple[bytes, tuple[float, float]]:
    """One WKB polygon from a file of areas, repaired and merged, and a point (lon, lat) inside it."""
    import shapely

    from data.connectors.areas import read_areas
    from geo.areas_repair import repair_polygons

    read = read_areas(path, allow_unnamed=True)
    repaired, _ = repair_polygons([row.geometry_wkb for row in read.rows])
    merged = shapely.union_all(shapely.from_wkb(repaired))
    inside = merged.representative_point()
    return bytes(shapely.to_wkb(merged)), (float(inside.x), float(inside.y))


def refuse_second_city(store: Store) -> None:
    """RefusedInput where the store holds a city."""
    with store.read() as unit:
        city = unit.city.get()
    if city is not None:
        raise RefusedInput(f"{store.location} already holds the city {city.name}; name another store.")


def check_timezone(name: str) -> None:
    """RefusedInput for a zone that is not in the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise RefusedInput(f"'{name}' is not a time zone; use an IANA name such as America/Detroit.") from fault


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
