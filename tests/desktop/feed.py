"""Requests that another program brings into a store on which a window is open.

A program of its own, as a feed is: a process that opens and closes a file which it has open already loses the locks
that SQLite holds on it.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

from tests.demo import MOMENT
from tests.forked import run_module


def send(
    location: str,
    count: int,
    name: str,
    *,
    service: int = 1,
    moment: datetime = MOMENT,
    at: tuple[float, float] | None = None,
) -> list[int]:
    """Bring requests in and return their ids; `at` are longitude and latitude."""
    place: dict[str, Any] = {"placement": "missing"}
    if at is not None:
        place = {"placement": "located", "long": at[0], "lat": at[1]}
    rows = [
        {
            "source_id": 1,
            "service_request_id": f"{name}{number}",
            "service_id": service,
            "status": "submitted",
            "description": "",
            "address": f"{number} {name} Street",
            **place,
        }
        for number in range(count)
    ]
    order = json.dumps({"location": location, "rows": rows, "moment": moment.isoformat()})
    done = run_module(__name__, given=order)
    done.check_returncode()
    return [int(number) for number in json.loads(done.stdout)]


def _receive(location: str, rows: list[dict[str, Any]], moment: datetime) -> list[int]:
    from data.store import open_store

    for number, row in enumerate(rows):
        row["requested_at"] = moment - timedelta(seconds=60 - number)
        row["row_digest"] = row["service_request_id"].encode().ljust(16)
    store = open_store(location)
    try:
        with store.write("receive request", actor="feed", at=moment) as unit:
            ids = unit.create("service_request", rows)
            unit.commit()
    finally:
        store.close()
    return [int(number) for number in ids]


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    found = _receive(asked["location"], asked["rows"], datetime.fromisoformat(asked["moment"]))
    sys.stdout.write(json.dumps(found))
