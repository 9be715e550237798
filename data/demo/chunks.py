"""Requests as chunks of rows, ready for the store, with texts, answers, reporters and photos."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import ENDINGS, NOT_FOUND, NUMBER_QUESTION, SERVICES
from data.demo.city_time import EPOCH, Ints
from data.demo.desk_work import NOT_FOUND_SHARE, DemoNote, DeskWork
from data.demo.frame import Floats, Streams
from data.demo.people import ANSWER_DRAWS, answers_of, reporters
from data.demo.photos import HEIGHT_PX, MEDIA_TYPE, WIDTH_PX, photo_bank
from data.demo.places import Fabric
from data.demo.plan import DemoPlan
from data.demo.requests import CLOSED, FIRST_ID, SCHEDULED, STATUSES, RequestColumns
from data.demo.texts import CHANNELS, DRAWS, PHONE, SHARED, write_texts
from data.records import Placement

CHUNK = 5000
ANSWERS_DAYS = 730  # the intake form came two years ago: older requests have no answers
REPORTER_DAYS = 180  # who reported is forgotten after half a year
_PLACEMENTS = tuple(Placement)
_CHANNEL_EXTRAS: tuple[Mapping[str, str], ...] = tuple({"channel": name} for name in CHANNELS)


@dataclass(frozen=True, slots=True)
class RequestChunk:
    """Some consecutive requests, ready for the store."""

    first: int  # place of the first among all
    columns: dict[str, Sequence[object]]  # named as in the service_request table; `service`, `asset` are indexes
    answers: list[tuple[int, str, str]]  # place in this chunk, code, value
    reporters: list[tuple[int, str, str, str]]  # place in this chunk, name, mail, telephone
    photos: list[tuple[int, bytes]]  # place in this chunk, JPEG
    notes: list[DemoNote]

    def __len__(self) -> int:
        return len(self.columns["service_request_id"])

    def rows(
        self, source_id: int, service_ids: Sequence[int], asset_ids: Sequence[int] = ()
    ) -> Iterator[dict[str, object]]:
        """Rows of the service_request table; service_ids and asset_ids in the order of the city's own."""
        names = [name for name in self.columns if name not in ("service", "asset")]
        services = [service_ids[at] for at in self.columns["service"]]  # type: ignore[call-overload]
        assets = [None if at is None else asset_ids[at] for at in self.columns["asset"]]  # type: ignore[call-overload]
        for service_id, asset_id, *values in zip(
            services, assets, *(self.columns[name] for name in names), strict=True
        ):
            row = dict(zip(names, values, strict=True))
            yield {"source_id": source_id, "service_id": service_id, "asset_id": asset_id, **row}

    def answer_rows(self, request_ids: Sequence[int]) -> list[dict[str, object]]:
        """Rows of the answer table; request_ids are the store's ids of this chunk's rows."""
        return [{"request_id": request_ids[at], "code": code, "value": value} for at, code, value in self.answers]

    def reporter_rows(self, request_ids: Sequence[int]) -> list[dict[str, object]]:
        """Rows of the reporter table."""
        return [
            {"request_id": request_ids[at], "name": name, "email": mail, "phone": phone}
            for at, name, mail, phone in self.reporters
        ]

    def photo_rows(self, request_ids: Sequence[int]) -> list[dict[str, object]]:
        """Rows of the photo table."""
        return [
            {"request_id": request_ids[at], "media_type": MEDIA_TYPE, "width_px": WIDTH_PX, "height_px": HEIGHT_PX,
             "content": content}
            for at, content in self.photos
        ]  # fmt: skip

    def note_rows(self, request_ids: Sequence[int]) -> list[dict[str, object]]:
        """Rows of the note table."""
        return [
            {"request_id": request_ids[note.at], "at": note.at_ms, "author": note.author, "kind": note.kind,
             "text": note.text}
            for note in self.notes
        ]  # fmt: skip


class RequestWriter:
    """Turns columns into chunks of rows, one after the other, so that texts never fill the memory."""

    def __init__(
        self, random: Streams, plan: DemoPlan, fabric: Fabric, columns: RequestColumns, first_id: int = FIRST_ID,
        named: tuple[Ints, Sequence[str]] | None = None,
    ):  # fmt: skip
        """The streams `wording`, `answers`, `reporters` and `photos` have to be fresh.

        named: the asset of each request (-1: none), and the numbers of all assets.
        """
        self._asset: Ints = named[0] if named is not None else np.full(len(columns), -1)
        self._codes: Sequence[str] = named[1] if named is not None else ()
        self._random, self._plan, self._columns, self._first_id = random, plan, columns, first_id
        self._park_names = [shape.name for shape in (*fabric.parks, fabric.stadium)]
        sites = columns.incidents.sites
        self._park = np.where(sites.stadium, len(fabric.parks), sites.park)
        self._bank: list[bytes] = photo_bank(random.photos) if (columns.photo >= 0).any() else []

    def chunks(self, size: int = CHUNK) -> Iterator[RequestChunk]:
        """All requests in the order of their times. Draws do not depend on the size of a chunk."""
        for first in range(0, len(self._columns), size):
            yield self._chunk(first, min(size, len(self._columns) - first))

    def _chunk(self, first: int, count: int) -> RequestChunk:
        columns, part = self._columns, slice(first, first + count)
        reports, places = columns.reports, columns.positions
        incident = reports.incident[part]
        addresses, streets = self._addresses(part)
        service, channel = columns.service[part], reports.channel[part]
        shared, own = columns.shared[incident], self._random.wording.random((count, DRAWS))
        texts = write_texts(
            service.tolist(), channel, shared[:, :SHARED], own, places.number[part].tolist(), streets, addresses
        )
        status = columns.status[part]
        desk = DeskWork(columns, first, count)
        ids = [str(self._first_id + first + at) for at in range(count)]
        made: dict[str, Sequence[object]] = {
            "service_request_id": ids,
            "service": service.tolist(),
            "status": [STATUSES[at].value for at in status.tolist()],
            "description": texts,
            "address": addresses,
            "lat": _or_none(places.lat[part]),
            "long": _or_none(places.lon[part]),
            "placement": [_PLACEMENTS[at].value for at in places.placement[part].tolist()],
            "requested_at": columns.requested_ms[part].tolist(),
            "acknowledged_at": _or_no_time(columns.acknowledged_ms[part]),
            "closed_at": _or_no_time(columns.closed_ms[part]),
            "updated_at": columns.updated_ms[part].tolist(),
            "due_at": columns.due_ms[part].tolist(),
            "status_notes": self._notes(service, status, shared[:, SHARED]),
            "priority": [SERVICES[at].priority for at in service.tolist()],
            "outcome": desk.outcomes(shared[:, SHARED]),
            "acknowledged_by": desk.acknowledged_by(),
            "scheduled_for": desk.scheduled_for(),
            "reopened_count": desk.reopened(),
            "awaits_answer": desk.awaiting(),
            "extras": [_CHANNEL_EXTRAS[at] for at in channel.tolist()],
        }
        made["row_digest"] = _digests(made)
        made["asset"] = [None if at < 0 else at for at in self._asset[part].tolist()]
        return RequestChunk(
            first, made, self._answers(part, shared), self._reporters(part),
            [(at, self._bank[index]) for at, index in enumerate(columns.photo[part].tolist()) if index >= 0],
            desk.notes(addresses, made["status_notes"]),
        )  # fmt: skip

    def _addresses(self, part: slice) -> tuple[list[str], list[str]]:
        """Address lines, and the street alone."""
        places, names = self._columns.positions, self._plan.street_names
        park = self._park[self._columns.reports.incident[part]].tolist()
        rows = zip(
            places.street[part].tolist(),
            places.number[part].tolist(),
            places.crossing[part].tolist(),
            park,
            strict=True,
        )
        addresses, streets = [], []
        for street, number, other, at_park in rows:
            name = names[street] if street >= 0 else ""
            streets.append(name)
            if at_park >= 0:
                addresses.append(self._park_names[at_park])
            elif other >= 0:
                addresses.append(f"{name} / {names[other]}")
            else:
                addresses.append(f"{number} {name}" if name and number else name)
        return addresses, streets

    def _notes(self, service: Ints, status: NDArray[np.uint8], draw: Floats) -> list[str]:
        """How closed requests ended: one note an incident."""
        notes = []
        for kind, stands, share in zip(service.tolist(), status.tolist(), draw.tolist(), strict=True):
            if stands != CLOSED:
                notes.append("Crew planned." if stands == SCHEDULED else "")
                continue
            bank = NOT_FOUND if share < NOT_FOUND_SHARE else ENDINGS[SERVICES[kind].code]
            notes.append(bank[int(share * 9973) % len(bank)])
        return notes

    def _answers(self, part: slice, shared: Floats) -> list[tuple[int, str, str]]:
        """Answers to the intake questions of requests younger than two years; on the telephone nobody asks."""
        columns = self._columns
        day = columns.requested_day[part]
        draws = self._random.answers.random((len(day), ANSWER_DRAWS)).tolist()
        asked = (day > columns.requested_day[-1] - ANSWERS_DAYS) & (columns.reports.channel[part] != PHONE)
        found = []
        for at in np.flatnonzero(asked).tolist():
            when = EPOCH + timedelta(days=int(day[at]))
            answers = answers_of(int(columns.service[part][at]), when, draws[at], float(shared[at, 0]))
            named = int(self._asset[part][at])
            found += [(at, code, self._read_off(named, code, value)) for code, value in answers]
        return found

    def _read_off(self, asset: int, question: str, value: str) -> str:
        """The number on the post is that of the asset which the request names."""
        return self._codes[asset] if asset >= 0 and question == NUMBER_QUESTION else value

    def _reporters(self, part: slice) -> list[tuple[int, str, str, str]]:
        """Who reported, where they said so, within the last half year."""
        day = self._columns.requested_day[part]
        draws = self._random.reporters.random((len(day), 4))
        known = np.flatnonzero((day > self._columns.requested_day[-1] - REPORTER_DAYS) & (draws[:, 3] < 0.62))
        return [(at, *person) for at, person in zip(known.tolist(), reporters(draws[known, :3]), strict=True)]


def _or_none(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _or_no_time(values: Ints) -> list[int | None]:
    return [None if value < 0 else value for value in values.tolist()]


def _digests(columns: Mapping[str, Sequence[object]]) -> list[bytes]:
    """Sixteen bytes of each row, as imports keep them to see what changed."""
    rows = zip(*columns.values(), strict=True)
    return [hashlib.blake2b(repr(row).encode(), digest_size=16).digest() for row in rows]
