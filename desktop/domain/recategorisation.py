"""How often requests were reported as another service than they are, and went from department to department.

The requests of a period are those reported in it, whatever became of them later; closed ones and duplicates count too,
for somebody had to read each. A request counts under the service it was reported as, and under the first department it
was of. One that was recategorised and is of its first service again was rightly reported: it does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.domain.agency_trail import departments, moves, returns

MOST = 5  # services that are named as where requests went
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The requests of a period, a column each: what they were reported as and are, and how they went about.

    `absent` stands in `service_id`, `reported_service_id` and `agency_id` for none.
    """

    id: Ids
    service_id: Ids
    reported_as: Ids
    recategorised: Mask
    first_agency: Ids  # `absent` where nobody ever had it
    moves: Ids
    returns: Ids

    @classmethod
    def of(cls, rows: Mapping[str, NDArray[np.generic]], absent: int) -> Ways:
        """From columns of requests: id, service_id, reported_service_id, agency_id, agency_trail."""
        service, reported = rows["service_id"].astype(np.int64), rows["reported_service_id"].astype(np.int64)
        first, trails = rows["agency_id"].astype(np.int64), rows["agency_trail"]
        moved, returned = np.zeros(len(first), dtype=np.int64), np.zeros(len(first), dtype=np.int64)
        for at in np.flatnonzero(trails != "").tolist():
            trail, present = str(trails[at]), None if first[at] == absent else int(first[at])
            moved[at], returned[at] = moves(trail, present), returns(trail, present)
            first[at] = departments(trail, present)[0]
        changed = (reported != absent) & (reported != service)  # a file that comes again may bring the first one back
        return cls(
            rows["id"].astype(np.int64), service, np.where(changed, reported, service), changed, first, moved, returned
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """Of the requests of a service, a department or the city: which were recategorised, moved and came back, by id."""

    reported: Ids
    recategorised: Ids
    moved: Ids  # from one department to another, at least once
    returned: Ids  # of the moved: to a department that they had left
    to: tuple[tuple[int, int], ...]  # the services that the recategorised became, with how many, the most first

    @property
    def share(self) -> float | None:
        """Of the reported that were recategorised, 0 to 1; None where nothing was reported."""
        return _share(self.recategorised, self.reported)

    @property
    def moved_share(self) -> float | None:
        """Of the reported that went to another department."""
        return _share(self.moved, self.reported)

    @property
    def returned_share(self) -> float | None:
        """Of the reported that went back and forth."""
        return _share(self.returned, self.reported)


def _share(some: Ids, of: Ids) -> float | None:
    return len(some) / len(of) if len(of) else None


def whole(ways: Ways) -> Rate:
    """The city's."""
    return _rate(ways, np.arange(len(ways.id)))


def by_service(ways: Ways) -> dict[int, Rate]:
    """By what requests were reported as; services of which nothing was reported are left out."""
    return _by(ways, ways.reported_as)


def by_department(ways: Ways, absent: int) -> dict[int, Rate]:
    """By the first department of requests; those that nobody ever had are left out."""
    return {key: rate for key, rate in _by(ways, ways.first_agency).items() if key != absent}


def _by(ways: Ways, keys: Ids) -> dict[int, Rate]:
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(found) else []
    return {int(key): _rate(ways, part) for key, part in zip(found.tolist(), parts, strict=True)}


def _rate(ways: Ways, at: Ids) -> Rate:
    ids, changed = ways.id[at], ways.recategorised[at]
    became, counts = np.unique(ways.service_id[at][changed], return_counts=True)
    ranked = sorted(zip(became.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return Rate(ids, ids[changed], ids[ways.moves[at] > 0], ids[ways.returns[at] > 0], tuple(ranked[:MOST]))
