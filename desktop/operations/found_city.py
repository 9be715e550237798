"""Found an empty city in a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import RefusedInput
from data.store import Store
from desktop.operations.changes import Changes
from desktop.operations.work import Work


@dataclass(frozen=True, slots=True)
class CityPlan:
    """What a new city starts with."""

    name: str
    timezone: str = "UTC"
    crs_epsg: int | None = None
    boundary_wkb: bytes | None = None


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
