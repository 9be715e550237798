"""Bring service requests in from a file: idempotent, nothing lost, unbelievable points marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.connectors.requests import RejectedRow, RequestFile, RequestRow, open_requests
from data.connectors.values import storable
from data.records import Placement
from data.unit_of_work import WriteUnit
from desktop.domain.service_icons import icon_for
from desktop.operations.changes import Changes
from desktop.operations.incidents import share_again
from desktop.operations.judge_points import judge_points
from desktop.operations.keep_desk_work import desk_requests, keep_desk_work
from desktop.operations.outputs import after, check_output
from desktop.operations.work import Work

PLACEMENTS = tuple(Placement)


@dataclass(slots=True)
class Tally:
    """What came of the rows of one import: read = added + updated + unchanged + rejected."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    unlocated: int = 0
    placeholder: int = 0
    kept: int = 0  # of those updated: how many stand where the desk last put them

    def as_counts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class RequestImport:
    """What to read and how."""

    path: Path
    format: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None  # its name; the file's name without one
    timezone: str | None = None  # of times without a zone; the city's without one
    encoding: str | None = None
    dry_run: bool = False
    rejects: Path | None = None


def import_requests(work: Work, wanted: RequestImport) -> Changes:
    """Read a file of requests into the store as one act.

    A request known by its source's id is updated when its row differs, else left; what was done here since the row's
    last moment stays (keep_desk_work). A row that repeats an id later
    in the same file wins; the rows that lose count as unchanged. RefusedInput when the file as a whole cannot be
    read; Stopped when the person stops. In both cases the store is as it was.
    """
    city = work.city()
    if wanted.rejects is not None:
        check_output(work.store, wanted.rejects, wanted.path)
    file = open_requests(
        wanted.path,
        format=wanted.format,
        columns=wanted.columns,
        timezone=wanted.timezone or city.timezone,
        encoding=wanted.encoding,
    )
    source = storable(wanted.source or wanted.path.name.split(".")[0])
    with work.store.write("import requests", actor=work.actor, at=work.clock.now()) as unit:
        importer = _Importer(work, unit, _source_id(unit, source, file.kind))
        rejected = importer.take(file)
        suspects = importer.finish(wanted.path.name)
        tally = importer.tally
        unit.summary.update(file=wanted.path.name, source=source, **tally.as_counts())
        changed = bool(tally.added or tally.updated or suspects)
        act_id = unit.commit() if changed and not wanted.dry_run else None
    counts = {**tally.as_counts(), "source": source, "suspect_points": suspects, "file": str(wanted.path)}
    entities = frozenset({"service_request", "service", "agency", "suspect_point"})
    done = Changes(act_id, work.actor, "import requests", entities, None, counts, _sentence(tally, wanted, None))
    with after(done):
        where = _write_rejects(work, wanted, rejected)
    return replace(done, counts={**counts, "rejects": where}, sentence=_sentence(tally, wanted, where))


class _Importer:
    """One pass over a file inside one write."""

    def __init__(self, work: Work, unit: WriteUnit, source_id: int) -> None:
        self.work, self.unit, self.source_id = work, unit, source_id
        self.tally = Tally()
        self.known: dict[str, tuple[int, bytes]] = dict(unit.requests.ids_by_external(source_id))
        self.services: dict[str, int] = {service.service_code: service.id for service in unit.services.all()}
        self.agencies: dict[str, int] = {agency.name: agency.id for agency in unit.agencies.all()}
        self.deferred: dict[str, RequestRow] = {}  # rows of known requests that differ; a later row may win
        self.seen: set[str] = set()  # ids that this file holds
        self.worked: set[int] = set()  # requests that somebody acted on here
        city = work.city()
        self.boundary_wkb, self.crs_epsg = city.boundary_wkb, city.crs_epsg

    def take(self, file: RequestFile) -> list[RejectedRow]:
        """Read everything; returns the rows that could not be read."""
        rejected: list[RejectedRow] = []
        for rows, bad in file.chunks():
            rejected += bad
            self.tally.read += len(rows) + len(bad)
            self.tally.rejected += len(bad)
            self.seen.update(row.service_request_id for row in rows)
            self._add(self._fresh(rows))
            self._tell(file)
        return rejected

    def finish(self, name: str) -> int:
        """Update what differs, then judge all points anew; returns how many points are suspected."""
        pending = list(self.deferred.values())
        self.worked = desk_requests(self.unit) if pending else set()
        for start in range(0, len(pending), 5000):
            self._update(pending[start : start + 5000])
            self.work.breathe(None, f"Updating {len(pending):,} requests")
        self.tally.updated = len(pending)
        self.work.breathe(None, "Judging the points")
        suspects = judge_points(self.unit)
        self._count_unlocated()
        return suspects

    def _tell(self, file: RequestFile) -> None:
        fraction = min(1.0, self.tally.read / file.total_hint) if file.total_hint else None
        self.work.breathe(fraction, f"{self.tally.read:,} rows read")

    def _fresh(self, rows: Iterable[RequestRow]) -> list[RequestRow]:
        """The rows of requests not known yet, the last of each id; known ones are set aside or counted."""
        fresh: dict[str, RequestRow] = {}
        for row in rows:
            key = row.service_request_id
            found = self.known.get(key)
            if found is None:
                self.tally.unchanged += key in fresh
                fresh[key] = row
                continue
            lost = self.deferred.pop(key, None)
            self.tally.unchanged += lost is not None
            if found[1] == row.row_digest:
                self.tally.unchanged += 1
            else:
                self.deferred[key] = row
        return list(fresh.values())

    def _add(self, rows: list[RequestRow]) -> None:
        if not rows:
            return
        ids = self.unit.create("service_request", self._rows(rows))
        self.known.update((row.service_request_id, (key, row.row_digest)) for row, key in zip(rows, ids, strict=True))
        self._attach(rows, ids)
        self.tally.added += len(rows)

    def _update(self, rows: list[RequestRow]) -> None:
        ids = [self.known[row.service_request_id][0] for row in rows]
        changes = dict(zip(ids, self._rows(rows), strict=True))
        self.tally.kept += keep_desk_work(self.unit, changes, self.worked)
        self.unit.change("service_request", changes)
        share_again(self.unit, ids)
        self._attach(rows, ids)

    def _attach(self, rows: list[RequestRow], ids: list[int]) -> None:
        answers = [
            {"request_id": key, "code": code, "value": value}
            for row, key in zip(rows, ids, strict=True)
            for code, value in row.answers
        ]
        people = [
            {"request_id": key, "name": row.reporter_name, "email": row.reporter_email, "phone": row.reporter_phone}
            for row, key in zip(rows, ids, strict=True)
            if row.reporter_name or row.reporter_email or row.reporter_phone
        ]
        if answers:
            self.unit.attach_answers(answers)
        if people:
            self.unit.attach_reporters(people)

    def _rows(self, rows: list[RequestRow]) -> Iterator[dict[str, object]]:
        """Rows of the service_request table, their placements judged together."""
        self._learn_catalogue(rows)
        placements = self._placements(rows)
        for row, placement in zip(rows, placements, strict=True):
            yield self._row(row, placement)

    def _row(self, row: RequestRow, placement: Placement) -> dict[str, object]:
        return {
            "source_id": self.source_id,
            "service_request_id": row.service_request_id,
            "service_id": self.services[row.service_code],
            "status": row.status.value,
            "description": row.description,
            "address": row.address,
            "lat": row.lat,
            "long": row.long,
            "placement": placement.value,
            "requested_at": row.requested_at,
            "acknowledged_at": row.acknowledged_at,
            "closed_at": row.closed_at,
            "updated_at": row.updated_at,
            "due_at": row.due_at,
            "status_notes": row.status_notes,
            "agency_id": self.agencies.get(row.agency_name),
            "media_url": row.media_url,
            "extras": row.extras,
            "row_digest": row.row_digest,
        }

    def _placements(self, rows: list[RequestRow]) -> list[Placement]:
        from geo.placement import judge

        lon = np.array([np.nan if row.long is None else row.long for row in rows], dtype=np.float64)
        lat = np.array([np.nan if row.lat is None else row.lat for row in rows], dtype=np.float64)
        self._choose_crs(lon, lat)
        return [PLACEMENTS[code] for code in judge(lon, lat, self.boundary_wkb, self.crs_epsg)]

    def _choose_crs(self, lon: np.ndarray, lat: np.ndarray) -> None:
        """The first geometry decides the projected CRS of a city that was founded without one."""
        if self.crs_epsg is not None:
            return
        good = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 84) & (np.abs(lon) <= 180)
        if good.any():
            from geo.crs import utm_epsg

            self.crs_epsg = utm_epsg(float(np.median(lon[good])), float(np.median(lat[good])))
            self.unit.change("city", {1: {"crs_epsg": self.crs_epsg}})

    def _learn_catalogue(self, rows: list[RequestRow]) -> None:
        """Unseen services enter the catalogue as unmapped; unseen departments enter too."""
        services = {row.service_code: row.service_name for row in rows if row.service_code not in self.services}
        if services:
            made = [_unmapped_service(code, name) for code, name in services.items()]
            self.services.update(zip(services, self.unit.create("service", made), strict=True))
        agencies = dict.fromkeys(
            row.agency_name for row in rows if row.agency_name and row.agency_name not in self.agencies
        )
        if agencies:
            ids = self.unit.create("agency", [{"name": name} for name in agencies])
            self.agencies.update(zip(agencies, ids, strict=True))

    def _count_unlocated(self) -> None:
        """Of the requests in this file, how many have no point that can be believed."""
        ids = [self.known[key][0] for key in self.seen]
        placement = self.unit.requests.arrays(["placement"], ids=ids)["placement"]
        self.tally.placeholder = int(np.count_nonzero(placement == Placement.PLACEHOLDER.value))
        located = int(np.count_nonzero(placement == Placement.LOCATED.value))
        self.tally.unlocated = len(placement) - located - self.tally.placeholder


def _source_id(unit: WriteUnit, name: str, kind: str) -> int:
    found = unit.sources.by_name(name)
    return found.id if found is not None else unit.create("source", [{"name": name, "kind": kind}])[0]


def _unmapped_service(code: str, name: str) -> dict[str, object]:
    told = name or code
    return {"service_code": code, "service_name": told, "mapped": False, "skills": [], "icon": icon_for(told)}


def _write_rejects(work: Work, wanted: RequestImport, rejected: list[RejectedRow]) -> str | None:
    """The rejects file, where there is something to write: beside the store unless a place was named."""
    if not rejected or (wanted.dry_run and wanted.rejects is None):
        return None
    from data.connectors.safe_csv import write_csv

    stamp = work.clock.now().strftime("%Y%m%dT%H%M%S")
    path = wanted.rejects or work.store.cache_folder / "rejects" / f"{wanted.path.name}-{stamp}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, ["row", "reason", "raw"], ((row.row_number, row.reason, row.raw) for row in rejected))
    return str(path)


def _sentence(tally: Tally, wanted: RequestImport, rejects: str | None) -> str:
    words = (
        f"{wanted.path.name}: {tally.added:,} added, {tally.updated:,} updated, {tally.unchanged:,} unchanged, "
        f"{tally.rejected:,} rejected; {tally.unlocated:,} without a believable point, "
        f"{tally.placeholder:,} at placeholder points."
    )
    if tally.kept:
        words += f" {tally.kept:,} stand where the desk put them since."
    if rejects:
        words += f" Rejected rows are in {rejects}."
    return f"Nothing was stored (dry run). {words}" if wanted.dry_run else words
