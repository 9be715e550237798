"""Points that hold improbably many records: judged over the whole store, decided by staff."""

from __future__ import annotations

import numpy as np

from data.errors import RefusedInput
from data.records import Placement, PointVerdict
from data.unit_of_work import WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.work import Work

PLACEMENTS = tuple(Placement)


def judge_points(unit: WriteUnit) -> int:
    """Judge every point of the store anew inside a write; returns how many points stand suspected or confirmed.

    A cleared point keeps its requests on the map; suspected and confirmed ones take them off it. A point that no
    longer stands out loses its suspicion, a decision of staff stays.
    """
    rows = unit.requests.arrays(["id", "lat", "long", "placement"])
    usable = np.isin(rows["placement"], [Placement.LOCATED.value, Placement.PLACEHOLDER.value])
    ids, lat, lon = (rows[name][usable] for name in ("id", "lat", "long"))
    _record_suspects(unit, lon, lat)
    held = {(point.lat, point.long) for point in unit.points.all() if point.verdict is not PointVerdict.CLEARED}
    at_held = _at_points(lon, lat, held)
    wanted = np.where(at_held, Placement.PLACEHOLDER.value, Placement.LOCATED.value)
    differs = wanted != rows["placement"][usable]
    if differs.any():
        unit.change_columns("service_request", ids[differs].tolist(), {"placement": wanted[differs].tolist()})
    return len(held)


def decide_point(work: Work, *, point_id: int, placeholder: bool) -> Changes:
    """Staff confirm a suspect point as a placeholder, or clear it as a real place."""
    verdict = PointVerdict.CONFIRMED if placeholder else PointVerdict.CLEARED
    with work.store.write("decide point", actor=work.actor, at=work.clock.now()) as unit:
        point = next((point for point in unit.points.all() if point.id == point_id), None)
        if point is None:
            raise RefusedInput(f"There is no suspect point {point_id}; 'opsmap points' lists them.")
        unit.change("suspect_point", {point_id: {"verdict": verdict.value}})
        judge_points(unit)
        held = next(point.request_count for point in unit.points.all() if point.id == point_id)
        act_id = unit.commit()
    counts = {"point": point_id, "verdict": verdict.value, "requests": held}
    words = f"Point {point_id} is {'a placeholder' if placeholder else 'a real place'}: {held:,} requests."
    entities = frozenset({"suspect_point", "service_request"})
    return Changes(act_id, work.actor, "decide point", entities, None, counts, words)


def _record_suspects(unit: WriteUnit, lon: np.ndarray, lat: np.ndarray) -> None:
    """Bring the table of suspect points in step with what the records say now."""
    from geo.placement import suspect_points

    found = {(point.lat, point.long): point.request_count for point in suspect_points(lon, lat)}
    known = {(point.lat, point.long): point for point in unit.points.all()}
    fresh = [
        {"lat": at[0], "long": at[1], "request_count": count, "verdict": PointVerdict.SUSPECTED.value}
        for at, count in found.items()
        if at not in known
    ]
    if fresh:
        unit.create("suspect_point", fresh)
    now = {at: found[at] if at in found else _count_at(lon, lat, at) for at in known}
    counts = {point.id: {"request_count": now[at]} for at, point in known.items() if now[at] != point.request_count}
    if counts:
        unit.change("suspect_point", counts)
    gone = [p.id for at, p in known.items() if at not in found and p.verdict is PointVerdict.SUSPECTED]
    if gone:
        unit.remove("suspect_point", gone)


def _count_at(lon: np.ndarray, lat: np.ndarray, point: tuple[float, float]) -> int:
    """How many records are exactly at a point (lat, long)."""
    return int(np.count_nonzero((lat == point[0]) & (lon == point[1])))


def _at_points(lon: np.ndarray, lat: np.ndarray, points: set[tuple[float, float]]) -> np.ndarray:
    """Which coordinates are exactly one of the points (lat, long)."""
    mask = np.zeros(len(lon), dtype=bool)
    for point_lat, point_lon in points:
        mask |= (lat == point_lat) & (lon == point_lon)
    return mask
