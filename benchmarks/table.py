"""The table over many requests: ordered by each column, filtered by each line, searched, ticked, scrolled; its memory.

The peer is Qt's own QSortFilterProxyModel over a plain model of the same data, in the same run, with the calls that a
person causes: a click on a header, another filter. Goals: sort and filter under 50 ms, 100 times the peer. `--store
FILE` measures a city that exists.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.report import Row, report
from desktop.domain.attention import OPEN_CODES

SIZES = (190_000, 750_000)
QUICK = 20_000
GOAL_MS = 50
PEER = "QSortFilterProxyModel"
TIMES = 5


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} requests")
    parser.add_argument("--requests", type=int, help="one size instead of the usual ones")
    parser.add_argument("--store", help="a city that exists")
    arguments = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        sizes = (arguments.requests,) if arguments.requests else (QUICK,) if arguments.quick else SIZES
        for size in (0,) if arguments.store else sizes:
            rows += measure(arguments.store or make_city(Path(folder), size))
    report("table", rows, arguments.json)


def make_city(folder: Path, requests: int) -> str:
    """A demo city of a size."""
    store = folder / f"{requests}.opsmap"
    opsmap = [sys.executable, "-m", "desktop.cli.main", "--store", str(store)]
    subprocess.run([*opsmap, "demo", "--requests", str(requests)], check=True, stdout=sys.stderr)
    return str(store)


def measure(location: str) -> list[Row]:
    """Everything about one city."""
    from PySide6.QtWidgets import QApplication

    from data.store import open_store
    from desktop.controllers.session import read_snapshot
    from desktop.views.theme import Theme

    qt = QApplication.instance() or QApplication(["benchmark"])
    look = Theme(qt, "light")  # type: ignore[arg-type]
    store = open_store(location)
    before = memory_mb()
    snapshot = read_snapshot(store)
    assert snapshot is not None
    bench = Bench(store, snapshot)
    size = f"{len(snapshot.columns):,} requests"
    after = memory_mb()  # before the peer takes its own
    bench.peer = peer_of(snapshot)
    rows = bench.sorts(size) + bench.filters(size) + bench.rest(size)
    rows.append(Row("memory of snapshot and table", size, after - before, "MB"))
    bench.close()
    store.close()
    del look
    return rows


class Bench:
    """The table's model and view, and the peer with the same columns."""

    def __init__(self, store: Any, snapshot: Any) -> None:
        from desktop.domain.attention import Moment
        from desktop.domain.clock import SystemClock
        from desktop.domain.request_filter import line_masks
        from desktop.models.request_table import RequestTableModel
        from desktop.views.request_table import RequestTable

        self.store, self.snapshot = store, snapshot
        moment = Moment.at(SystemClock().now(), snapshot.city.timezone)
        self.lines: Callable[[], dict[str, Any]] = lambda: line_masks(snapshot.columns, moment)
        self.model = RequestTableModel()  # without threads: the whole of the work is measured
        self.model.set_columns(
            snapshot.columns, snapshot.names, snapshot.reports, now_ms=moment.now_ms, zone=snapshot.city.timezone
        )
        self.table = RequestTable(self.model)
        self.table.cells.working = snapshot.working
        self.table.resize(760, 400)
        self.table.show()
        self.peer: Any = None

    def close(self) -> None:
        """Put the windows away."""
        self.table.close()
        self.table.deleteLater()

    def sorts(self, size: str) -> list[Row]:
        """Each column, downwards and upwards in turn, beside the peer for those that it holds."""
        from PySide6.QtCore import Qt

        from desktop.models.fields import TEXTS, Field, field_title

        rows = []
        orders = (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder)
        for field in Field:
            if field is Field.TICK:
                continue
            if field in TEXTS:
                rows.append(self._read_order(field, size))
            times = [timed(lambda n=n, field=field: self.model.sort(field, orders[n % 2])) for n in range(TIMES)]
            # Sorting invalidates the peer's order; a second call with the same order would do nothing.
            peer_value = None
            if self.peer is not None and (column := PEER_COLUMNS.get(field.name)) is not None:
                peer_value = timed(lambda column=column: self.peer.sort(column, orders[0]))
            value, what = median(times), f"order by {field_title(field).lower()}"
            rows.append(Row(what, size, value, "ms", goal=f"<= {GOAL_MS}"))
            if peer_value is not None:
                rows.append(
                    Row(f"{what}, beside the peer", size, value, "ms", PEER, peer_value, peer_value / value, ">= 100")
                )
        return rows

    def _read_order(self, field: Any, size: str) -> Row:
        """The order of a text is read from the store once, in a thread."""
        from data.text_order import ids_by_text
        from desktop.controllers.table_tools import STORED
        from desktop.models.arranging import TextOrder

        started = time.perf_counter()
        with self.store.read() as unit:
            found = ids_by_text(unit, STORED[field])
        took = time.perf_counter() - started
        self.model.sort(field)
        self.model.set_text_order(field, TextOrder(found.sequence, found.ids, found.absent))
        return Row(f"order of {STORED[field]} read beside the window, once", size, took, "s")

    def filters(self, size: str) -> list[Row]:
        """Each line of the queue: its mask, the rows that fit in their order, and the reset of the view."""
        from PySide6.QtCore import Qt

        from desktop.models.fields import Field

        self.model.sort(Field.OPENED, Qt.SortOrder.DescendingOrder)
        rows = [Row("all lines of the queue counted", size, median(timed(self.lines) for _ in range(TIMES)), "ms")]
        masks = self.lines()
        for name, mask in masks.items():
            times = []
            for _ in range(TIMES):
                self.model.set_filter(masks["all"] if name != "all" else masks["open"])
                times.append(timed(lambda mask=mask: self.model.set_filter(mask)))
            rows.append(Row(f"filter: {name}", size, median(times), "ms", goal=f"<= {GOAL_MS}"))
        if self.peer is not None:
            self.peer.setFilterFixedString("nothing")
            held = timed(lambda: self.peer.setFilterFixedString("open"))
            ours = next(row.value for row in rows if row.what == "filter: open")
            rows.append(Row("filter: open, beside the peer", size, ours, "ms", PEER, held, held / ours))
        self.model.set_filter(None)
        return rows

    def rest(self, size: str) -> list[Row]:
        """Groups, ticks, search, and a page of rows painted after a jump."""
        from desktop.controllers.search import find_requests
        from desktop.models.fields import Grouping, grouping_title

        rows = []
        for each in Grouping:
            value = timed(lambda each=each: self.model.group_by(each))
            rows.append(Row(f"group by {grouping_title(each).lower()}", size, value, "ms"))
        rows.append(Row("fold every group", size, timed(lambda: self.model.fold_all(folded=True)), "ms", goal="<= 50"))
        self.model.group_by(None)
        rows.append(Row("tick all", size, timed(self.model.tick_all), "ms", goal="<= 50"))
        rows.append(Row("ids of all ticked", size, timed(self.model.selected_ids), "ms", goal="<= 50"))
        self.model.clear_ticks()
        found = [timed(lambda word=word: find_requests(self.store, word)) for word in ("sofa", "corner", "broken lamp")]
        rows.append(Row("full-text search, median of three", size, median(found), "ms"))
        rows.append(Row("page painted after a jump", size, median(self._jumps()), "ms", goal="<= 50"))
        return rows

    def _jumps(self) -> list[float]:
        """Jump to places in the whole, with the rows of the page read before they are painted."""
        bar, rng = self.table.verticalScrollBar(), np.random.default_rng(1)
        times = []
        for _ in range(20):
            bar.setValue(int(rng.integers(0, bar.maximum() + 1)))
            top = self.table.rowAt(0)
            with self.store.read() as unit:
                ids = [self.model.id_at(top + n) for n in range(16) if top + n < self.model.rowCount()]
                self.model.set_rows(unit.requests.many(ids))
            times.append(timed(lambda: self.table.viewport().grab()))
        return times


PEER_MOST = 1_000_000  # requests; beyond, its items alone take gigabytes
PEER_COLUMNS = {"SERVICE": 0, "OPENED": 1, "TIME_LEFT": 2}


def peer_of(snapshot: Any) -> Any:
    """Qt's proxy over Qt's own model of the same data, four columns of it: no call of it comes back to Python."""
    from PySide6.QtCore import QSortFilterProxyModel, Qt
    from PySide6.QtGui import QStandardItem, QStandardItemModel

    names, columns = snapshot.names.services, snapshot.columns
    if len(columns) > PEER_MOST:
        return None
    source = QStandardItemModel(len(columns), 4)
    opened = np.isin(columns.status, OPEN_CODES).tolist()
    cells = zip(
        columns.service_id.tolist(), columns.requested_ms.tolist(), columns.due_ms.tolist(), opened, strict=True
    )
    for row, (service, requested, due, is_open) in enumerate(cells):
        for column, value in enumerate((names[service], requested, due, "open" if is_open else "done")):
            item = QStandardItem()
            item.setData(value, Qt.ItemDataRole.DisplayRole)
            source.setItem(row, column, item)
    proxy = QSortFilterProxyModel()
    source.setParent(proxy)
    proxy.setSourceModel(source)
    proxy.setFilterKeyColumn(3)
    return proxy


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def memory_mb() -> float:
    """What this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
