"""What the search for duplicates is told of each located request, read from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import RefusedInput
from data.records import City, Placement
from data.store import Store
from data.unit_of_work import ReadUnit
from desktop.operations.figure_columns import entered_by_staff

if TYPE_CHECKING:
    from geo.duplicates import CandidateIndex, DuplicateSettings
    from geo.report_order import Texts

MISSING_MS = -(2**63)  # how the store's columns write an absent time or key
MOST_PHOTOS = 4  # of a request that are compared
_COLUMNS = ("id", "service_id", "placement", "lat", "long", "requested_at", "closed_at", "incident_id", "asset_id")


@dataclass(frozen=True, slots=True)
class DuplicateColumns:
    """Arrays of the located requests that take part, and how many there are in all."""

    ids: np.ndarray
    incident_id: np.ndarray
    columns: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # as geo.duplicates takes them
    asset: np.ndarray
    asset_layer: np.ndarray
    staff: np.ndarray | None  # None where nobody's entries are known to be staff's
    reporter: np.ndarray | None  # a number for whoever made each, -1 unknown; None where nobody is known
    photo: np.ndarray | None  # [requests, photos] how each looks, -1 for none; None where nobody sent any
    text: Texts  # reads the descriptions of some of them
    address: Texts
    total: int
    placeholder: int

    def index(self, settings: DuplicateSettings | None = None) -> CandidateIndex:
        """The reports in order, with the laws that they tell."""
        from geo.duplicates import build_candidate_index

        return build_candidate_index(*self.columns, settings=settings, **self.particulars)

    @property
    def particulars(self) -> dict[str, Any]:
        """What the requests say beyond place, time and service, as geo.duplicates takes it."""
        return {
            "text": self.text, "address": self.address, "asset": self.asset, "asset_layer": self.asset_layer,
            "staff": self.staff, "reporter": self.reporter, "photo": self.photo,
        }  # fmt: skip

    def rows_of(self, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
        """Pairs [pairs, 2] of ids as rows; those of which one is not here are left out."""
        ids = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        if not len(self.ids):
            return ids[:0]
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(place[(self.ids[place] == ids).all(axis=1)])


def read_columns(unit: ReadUnit, city: City, *, store: Store) -> DuplicateColumns:
    """The located requests. RefusedInput where no request has a point yet.

    Descriptions and addresses stay in `store` until they are asked for, and then only those of some requests come.
    """
    from geo.crs import to_metres

    rows = unit.requests.arrays(_COLUMNS)
    total, placeholder = len(rows["id"]), int(np.count_nonzero(rows["placement"] == Placement.PLACEHOLDER.value))
    layers, staff = _asset_layers(unit, rows["asset_id"]), np.isin(rows["id"], entered_by_staff(unit))
    usable = rows["placement"] == Placement.LOCATED.value
    rows = {name: values[usable] for name, values in rows.items()}
    closed_s = np.where(rows["closed_at"] == MISSING_MS, np.nan, rows["closed_at"] / 1000.0)
    x_m, y_m = to_metres(rows["long"], rows["lat"], _epsg(city))
    return DuplicateColumns(
        ids=rows["id"],
        incident_id=rows["incident_id"],
        columns=(x_m, y_m, rows["requested_at"] / 1000.0, closed_s, rows["service_id"]),
        asset=np.where(rows["asset_id"] == MISSING_MS, -1, rows["asset_id"]),
        asset_layer=layers[usable],
        staff=staff[usable] if staff.any() else None,
        reporter=reporters_of(unit, rows["id"], store.identity),
        photo=photos_of(unit, rows["id"]),
        text=_texts(store, rows["id"], "description"),
        address=_texts(store, rows["id"], "address"),
        total=total,
        placeholder=placeholder,
    )


def _asset_layers(unit: ReadUnit, assets: np.ndarray) -> np.ndarray:
    """The layer of each request's asset; -1 where none is named."""
    known = unit.assets.arrays(["id", "layer_id"])
    if not len(known["id"]):
        return np.full(len(assets), -1)
    at = np.minimum(np.searchsorted(known["id"], assets), len(known["id"]) - 1)
    return np.where(known["id"][at] == assets, known["layer_id"][at], -1)


def photos_of(unit: ReadUnit, ids: np.ndarray, some: Sequence[int] | None = None) -> np.ndarray | None:
    """How the first photos of each request look; -1 fills the places of those with fewer."""
    told = np.array(unit.requests.photo_looks(some), dtype=np.int64).reshape(-1, 2)
    told = told[np.isin(told[:, 0], ids)]
    if not len(told):
        return None
    at = np.searchsorted(ids, told[:, 0])
    number = np.arange(len(told)) - np.searchsorted(told[:, 0], told[:, 0])  # of the photo within its request
    kept = number < MOST_PHOTOS
    found = np.full((len(ids), int(number[kept].max()) + 1), -1)
    found[at[kept], number[kept]] = told[kept, 1]
    return found


def reporters_of(unit: ReadUnit, ids: np.ndarray, key: str, some: Sequence[int] | None = None) -> np.ndarray | None:
    """A number for whoever made each request; what they wrote of themselves stays here, and so does the number."""
    found = np.full(len(ids), -1)
    told = [(request_id, person(email, phone, key)) for request_id, email, phone in unit.requests.contacts(some)]
    if not told or not len(ids):
        return None
    request, who = np.array(told, dtype=np.int64).T
    at = np.minimum(np.searchsorted(ids, request), len(ids) - 1)
    here = ids[at] == request
    found[at[here]] = who[here]
    return found


def person(email: str, phone: str, key: str) -> int:
    """A keyed hash (BLAKE2, RFC 7693) of an e-mail, else of a telephone number; -1 where neither tells anything."""
    told = email.strip().casefold() or "".join(sign for sign in phone if sign.isdigit())
    if not told:
        return -1
    digest = blake2b(told.encode("utf-8", "surrogatepass"), key=key.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _texts(store: Store, ids: np.ndarray, column: str) -> Texts:
    def read(rows: np.ndarray) -> list[str]:
        wanted = ids[rows]
        with store.read() as unit:
            told = unit.requests.arrays(["id", column], ids=wanted)
        known = dict(zip(told["id"].tolist(), told[column].tolist(), strict=True))
        return [known.get(key) or "" for key in wanted.tolist()]  # what was removed since says nothing

    return read


def _epsg(city: City) -> int:
    if city.crs_epsg is None:
        raise RefusedInput("No request has a point yet, so there is nothing to compare; import requests first.")
    return city.crs_epsg
