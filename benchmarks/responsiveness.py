"""How long the event loop stands still while a person works: filters, orders, chooses, zooms, and the city changes.

A tick of 10 ms measures the gaps; what the system gave to other processes is taken off. `--store FILE` measures a city
that exists; `--quick` a small one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report

OPSMAP = Path(sys.executable).parent / "opsmap"
LONGEST_MS = 50
REQUESTS = 750_000


def main() -> None:
    """Open the window over a city and work in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="20,000 requests")
    parser.add_argument("--store", help="a city that exists")
    arguments = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        store = arguments.store or make_city(Path(folder), 20_000 if arguments.quick else REQUESTS)
        rows = measure(str(store), Path(folder))
    report("responsiveness", rows, arguments.json)


def make_city(folder: Path, requests: int) -> Path:
    """A demo city of a size."""
    store = folder / "city.opsmap"
    subprocess.run([OPSMAP, "--store", store, "demo", "--requests", str(requests)], check=True, stdout=sys.stderr)
    return store


def measure(store: str, folder: Path) -> list[Row]:
    """The longest stall of each step."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import build_app, prepare, read_options

    options = read_options(["opsmap", store, "--theme", "light"], dict(os.environ))
    prepare(options, os.environ, 0 if os.geteuid() == 0 else os.geteuid())  # type: ignore[arg-type]
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    qt = QApplication(["opsmap"])
    app = build_app(qt, options, config_folder=folder, log_folder=folder)
    app.window.resize(1440, 900)
    app.window.show()
    turn(60.0, lambda: app.content is not None and app.window.current().ready)
    turn(3.0)
    assert app.summary is not None
    size = f"{app.summary.requests:,} requests"
    rows = [Row(f"longest stall: {name}", size, stall(act), "ms", goal=f"<= {LONGEST_MS}") for name, act in steps(app)]
    rows.append(Row("from commit to on show, median of 7", size, arrival(app), "ms", goal="<= 1000"))
    rows += [
        Row(f"longest stall: Assignment, {name}", size, stall(act), "ms", goal=f"<= {LONGEST_MS}")
        for name, act in rule_steps(app)
    ]
    app.close()
    return rows


def steps(app: Any) -> list[tuple[str, Callable[[], None]]]:
    """What a person does, in order."""
    from PySide6.QtCore import Qt

    from desktop.controllers.operations import OperationsController
    from desktop.controllers.time_slider import TimeSliderController

    desk = app.window.current().findChild(OperationsController)
    time = app.window.current().findChild(TimeSliderController)
    return [
        ("nothing", lambda: None),
        ("show everything", lambda: desk.choose_filter("all")),
        ("order by service", lambda: desk.model.sort(2, Qt.SortOrder.AscendingOrder)),
        ("order by time left", lambda: desk.model.sort(5, Qt.SortOrder.AscendingOrder)),
        ("order by opened", lambda: desk.model.sort(4, Qt.SortOrder.DescendingOrder)),
        ("choose a row in the middle", lambda: desk.choose(desk.model.id_at(desk.model.rowCount() // 2))),
        ("only what the map shows", lambda: desk.rows.in_view_wanted.emit()),
        ("zoom in twice", lambda: app.content.maps["operations"].zoom_by(2)),
        ("show all open", lambda: desk.choose_filter("open")),
        ("the city changed", app.content.session.reload),
        ("play through time", time.toggle),
        ("back to now", time.back_to_now),
        *((f"go to {key}", lambda key=key: app.window.show_workspace(key)) for key in app.window.workspaces),
    ]


def rule_steps(app: Any) -> list[tuple[str, Callable[[], None]]]:
    """What a person does with rules: each step checks the draft and runs the last 30 days through it."""
    app.window.show_workspace("assignment")
    turn(30.0, lambda: hasattr(app.content, "rules") and app.content.rules.replay is not None)
    turn(3.0)
    desk = app.content.rules
    form = desk.place.form

    def change(**values: Any) -> None:
        form.changed.emit({**form.values(), **values})

    west, south, east, north = desk._session.snapshot.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    return [
        ("a first rule", desk.add),
        ("all requests move", partial(change, services=[])),
        ("areas", partial(change, areas={next(iter(desk.shelf.catalogue.layers)): []})),
        ("an expression", partial(change, areas={}, when="size(text) > 50 || text.contains('truck')")),
        ("explain a place", partial(desk.explaining.explain_place, *middle)),
        ("explain a request", lambda: desk.explaining.explain(desk.replay.moves[0].request_id)),
        ("undo", desk.place.rules.undo_asked.emit),
        ("drop the draft", desk.discard),
    ]


def arrival(app: Any) -> float:
    """How long it takes from another program's commit until the request is in the list, the table and on the map."""
    from datetime import timedelta
    from statistics import median

    from data.store import open_store
    from desktop.controllers.operations import OperationsController

    app.window.show_workspace("operations")
    desk = app.window.workspaces["operations"].findChild(OperationsController)
    desk.choose_filter("open")
    store, taken = open_store(app.options.store), []
    drawn: list[bool] = []
    app.content.maps["operations"].drawn.connect(lambda *_: drawn.append(True))
    for number in range(7):
        turn(1.3 + 0.1 * number)
        now = app.clock.now()
        with store.write("receive request", actor="feed", at=now) as unit:
            (made,) = unit.create(
                "service_request", [feed_row(desk.model.id_at(0), now - timedelta(seconds=1), number)]
            )
            unit.commit()
        begin, known = time.perf_counter(), len(drawn)
        turn(10.0, partial(on_show, desk, int(made), drawn, known))
        taken.append(1000 * (time.perf_counter() - begin))
    store.close()
    return median(taken)


def on_show(desk: Any, request_id: int, drawn: list[bool], known: int) -> bool:
    """Whether a request is the first of the arrivals and a row of the table, and the map was drawn since."""
    row = desk.queue.arriving.rows[0]
    first = row.arrival
    return (
        first is not None
        and row.isVisible()
        and first.id == request_id
        and desk.model.row_of(request_id) is not None
        and len(drawn) > known
    )


def feed_row(near_id: int, moment: Any, number: int) -> dict[str, Any]:
    """A request as a feed brings it in."""
    name = f"feed-{near_id}-{number}-{moment.timestamp()}"
    place = {"address": "1 Elm Street", "lat": 53.5412, "long": 8.579, "placement": "located"}
    row = {"source_id": 1, "service_request_id": name, "service_id": 1, "status": "submitted", "description": ""}
    return {**row, **place, "requested_at": moment, "row_digest": name.encode()[-16:]}


def stall(act: Callable[[], None]) -> float:
    """The longest stall within three seconds of an act."""
    from PySide6.QtCore import QTimer

    from desktop.stall import StallMeter

    meter = StallMeter()
    meter.start()
    QTimer.singleShot(0, act)
    turn(3.0)
    meter.pause()
    return meter.max_ms()


def turn(seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the event loop run."""
    from PySide6.QtCore import QEventLoop, QTimer

    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


if __name__ == "__main__":
    main()
