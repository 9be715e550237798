"""The reports of one proposal side by side: what each says, and how it compares with the parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from data.records import Placement, ServiceRequest
from desktop.controllers.request_details import status_of
from desktop.controllers.review_reads import Case, local_metres
from desktop.controllers.session import Snapshot
from desktop.views import format as words
from desktop.views.duplicates.state import FactLine, ReportCard
from geo.address_reading import (
    CROSSING_STREET,
    NEIGHBOUR,
    OTHER_STREET,
    SAME_PLACE,
    SAME_STREET,
    agreement,
    read_addresses,
)

translate = QCoreApplication.translate
NEAR_M = 40.0
_PHONE, _APP = ("phone", "call", "tel"), ("app", "mobile")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person changed on a proposal before deciding: the parent, what was taken out, the report in focus."""

    parent: int
    out: frozenset[int] = field(default_factory=frozenset)
    focused: int = 0

    def without(self, request_id: int) -> Draft:
        """One report taken out."""
        return replace(self, out=self.out | {request_id})

    def with_again(self, request_id: int) -> Draft:
        """One report kept after all."""
        return replace(self, out=self.out - {request_id})


def cards_of(case: Case, draft: Draft, snapshot: Snapshot, now: datetime) -> tuple[ReportCard, ...]:
    """The cards in the order of the reports."""
    requests = case.requests
    parent = next(one for one in requests if one.id == draft.parent)
    told = compared([one.address for one in requests], parent.address)
    address = {int(one.id): "" if one is parent else word for one, word in zip(requests, told, strict=True)}
    away_m = dict(zip((int(one.id) for one in requests), distances(requests, parent), strict=True))
    return tuple(
        ReportCard(
            request_id=int(one.id),
            number=one.service_request_id,
            parent=one is parent,
            probability=None if one is parent else _fit(case, one, parent),
            photo=cast("QImage | None", case.photos.get(int(one.id))),
            no_photo=_no_photo(case.channels[int(one.id)]),
            no_photo_icon="phone" if _is(case.channels[int(one.id)], _PHONE) else "image",
            text=one.description,
            common=case.common[int(one.id)],
            facts=_facts(case, one, parent, away_m[int(one.id)], address[int(one.id)], snapshot, now),
            kept=int(one.id) not in draft.out,
            joined=int(one.id) in case.proposal.standing,
        )
        for one in requests
    )


def distances(requests: tuple[ServiceRequest, ...], parent: ServiceRequest) -> list[float]:
    """Metres from each report to the parent; nan where one has no place."""
    lon = np.array([one.long if _placed(one) else np.nan for one in requests], dtype=np.float64)
    lat = np.array([one.lat if _placed(one) else np.nan for one in requests], dtype=np.float64)
    x, y = local_metres(lon, lat, parent.lat or 0.0)
    at = requests.index(parent)
    return [float(value) for value in np.hypot(x - x[at], y - y[at])]


def _placed(request: ServiceRequest) -> bool:
    return request.placement is Placement.LOCATED


def _fit(case: Case, one: ServiceRequest, parent: ServiceRequest) -> float:
    """How likely a report belongs to the rest: to the parent where that pair was judged, else to all."""
    pair = case.proposal.pairs.get(frozenset((int(one.id), int(parent.id))))
    return case.fits[int(one.id)] if pair is None else max(pair, case.fits[int(one.id)])


def _facts(
    case: Case,
    one: ServiceRequest,
    parent: ServiceRequest,
    away_m: float,
    address: str,
    snapshot: Snapshot,
    now: datetime,
) -> tuple[FactLine, ...]:
    first, service = one is parent, snapshot.service(one.service_id)
    mark, word = status_of(one, now)
    same_service = one.service_id == parent.service_id
    same, differs = translate("Review", "same"), translate("Review", "differs")
    return (
        FactLine(
            translate("Review", "Service"), service.service_name, "" if first else same if same_service else differs,
            not same_service, service.icon,
        ),
        FactLine(translate("Review", "Address"), one.address or "–", address),
        FactLine(translate("Review", "Distance"), "–" if first or np.isnan(away_m) else words.distance(away_m),
                 "" if first or np.isnan(away_m) or away_m > NEAR_M else translate("Review", "near")),
        FactLine(translate("Review", "Opened"), _opened(one, parent, now, snapshot.city.timezone),
                 "" if first else words.elapsed((one.requested_at - parent.requested_at).total_seconds())),
        _reporter(case, one, parent),
        FactLine(translate("Review", "Status"), word, status=mark),
    )  # fmt: skip


def _opened(one: ServiceRequest, parent: ServiceRequest, now: datetime, timezone: str) -> str:
    """The time alone where all is of one day, with the day where it is not."""
    zone = ZoneInfo(timezone)
    if one.requested_at.astimezone(zone).date() == parent.requested_at.astimezone(zone).date() and one is not parent:
        return words.clock_time(one.requested_at, timezone)
    return words.moment(one.requested_at, now, timezone)


def compared(addresses: Sequence[str], parents: str) -> list[str]:
    """How addresses compare with the parent's; empty where one says too little."""
    told = {
        SAME_PLACE: translate("Review", "same"),
        NEIGHBOUR: translate("Review", "next door"),
        SAME_STREET: translate("Review", "same street"),
        CROSSING_STREET: translate("Review", "crossing"),
        OTHER_STREET: translate("Review", "other street"),
    }
    found = agreement(read_addresses(list(addresses)), read_addresses([parents] * len(addresses)))
    words_of = ["" if np.isnan(one) else told[int(one)] for one in found.tolist()]
    alike = [bool(parents) and one.casefold() == parents.casefold() for one in addresses]
    return [
        told[SAME_PLACE] if same else word if one and parents else ""
        for one, word, same in zip(addresses, words_of, alike, strict=True)
    ]


def _reporter(case: Case, one: ServiceRequest, parent: ServiceRequest) -> FactLine:
    """Residents by letters: the same letter is the same person; who it is stays private."""
    who, first = case.reporters.get(int(one.id)), case.reporters.get(int(parent.id))
    channel = case.channels[int(one.id)]
    name = translate("Review", "not known") if who is None else translate("Review", "Resident {0}").format(_letter(who))
    value = ", ".join(part for part in (name, channel.lower()) if part)
    remark = ""
    if one is not parent and who is not None and first is not None:
        remark = translate("Review", "same") if who == first else translate("Review", "other")
    return FactLine(translate("Review", "Reporter"), value, remark)


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _no_photo(channel: str) -> str:
    if _is(channel, _PHONE):
        return translate("Review", "Phoned in, no photo")
    return translate("Review", "No photo")


def _is(channel: str, kinds: tuple[str, ...]) -> bool:
    return any(kind in channel.casefold() for kind in kinds)


def position_error_m(channel: str, address: str) -> float:
    """How far off a position may be, in metres: a telephone's own in streets, or an address looked up.

    Zandbergen and Barbeau (2011, Journal of Navigation 64) found medians of 5 to 8.5 m for telephones; an address is
    commonly a house off.
    """
    return 9.0 if _is(channel, _APP) or not address else 14.0
