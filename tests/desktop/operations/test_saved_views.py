"""Filters under names and orders by texts, on both databases; exports of what is shown."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.errors import RefusedInput
from data.store import Store
from data.text_order import TEXT_FIELDS, ids_by_text
from desktop.domain.clock import FixedClock
from desktop.operations.export import RequestFilter, export_requests
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.saved_views import remove_view, save_view
from desktop.operations.work import Work

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)


def filled(store: Store, folder: Path) -> Work:
    """A city of five requests, one without address."""
    with store.write("found", actor="ana", at=NOW) as unit:
        unit.create("city", [{"name": "Rivermouth", "timezone": "UTC"}])
        unit.commit()
    path = folder / "five.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["id", "service_name", "description", "address", "opened"])
        for number, address in enumerate(("mill lane", "Alder street", "", "quay", "Birch road")):
            table.writerow([f"N{9 - number}", "Pothole", f"deep {number}", address, f"2026-10-1{number} 06:00"])
    work = Work(store, "ana", FixedClock(NOW))
    import_requests(work, RequestImport(path))
    return work


def test_a_view_is_saved_replaced_shared_and_removed(any_store: Store, tmp_path: Path) -> None:
    """One's own view of a name is replaced; others see it once it is shared, and cannot remove it."""
    ana = filled(any_store, tmp_path)
    ben = Work(any_store, "ben", FixedClock(NOW))
    save_view(ana, kind="filter", name=" Old  town ", content={"filter": {"line": "open"}}, shared=False)
    with any_store.read() as unit:
        assert unit.saved_views.of("ben", "filter") == []
        (mine,) = unit.saved_views.of("ana", "filter")
    assert mine.name == "Old town"
    save_view(ana, kind="filter", name="Old town", content={"filter": {"line": "today"}}, shared=True)
    with any_store.read() as unit:
        (seen,) = unit.saved_views.of("ben", "filter")
    assert (seen.id, dict(seen.content)) == (mine.id, {"filter": {"line": "today"}})
    with pytest.raises(RefusedInput, match="another person"):
        remove_view(ben, view_id=seen.id)
    remove_view(ana, view_id=seen.id)
    with any_store.read() as unit:
        assert unit.saved_views.of("ana", "filter") == []
    with pytest.raises(RefusedInput, match="name"):
        save_view(ana, kind="filter", name="  ", content={}, shared=False)


def test_the_store_orders_by_texts(any_store: Store, tmp_path: Path) -> None:
    """Addresses are ordered without regard to case, those without one last; every field orders every request once."""
    filled(any_store, tmp_path)
    with any_store.read() as unit:
        found = ids_by_text(unit, "address")
        shown = [request.address for request in unit.requests.many(found.ids.tolist())]
        everything = {field: sorted(ids_by_text(unit, field).ids.tolist()) for field in TEXT_FIELDS}
        assert found.sequence == unit.log.head()
        with pytest.raises(ValueError, match="weather"):
            ids_by_text(unit, "weather")
    assert shown == ["Alder street", "Birch road", "mill lane", "quay", ""]
    assert found.absent == 1
    assert all(ids == sorted(found.ids.tolist()) for ids in everything.values())


def test_a_file_holds_the_rows_and_columns_on_show(sqlite_store: Store, tmp_path: Path) -> None:
    """Rows in their order, columns in theirs, and nothing else; a column nobody knows is refused."""
    work = filled(sqlite_store, tmp_path)
    with sqlite_store.read() as unit:
        ids = ids_by_text(unit, "address").ids[:3]
    path = tmp_path / "shown.csv"
    columns = ("address", "incident_reports", "service_request_id")
    export_requests(work, path, RequestFilter(), ids, columns)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [list(columns), ["Alder street", "1", "N8"], ["Birch road", "1", "N5"], ["mill lane", "1", "N9"]]
    for ending in (".geojson", ".gpkg"):
        other = tmp_path / f"shown{ending}"
        assert export_requests(work, other, RequestFilter(), ids, columns).counts["requests"] == 3
    with pytest.raises(RefusedInput, match="weather"):
        export_requests(work, path, RequestFilter(), np.array(ids), ("weather",))
