"""The map with many requests: first points, pan and zoom from the end of a move to the picture, frames, memory.

Each map runs in a process of its own with its web engine. The peer is a page that folium makes of the same points with
FastMarkerCluster, served locally; its marker library comes by npm, or from `--markercluster FOLDER`. Frames are counted
in the page by requestAnimationFrame while a script pans and zooms; the machine's drawing is in software. `--store FILE`
measures a city that exists.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import Row, report
from benchmarks.table import QUICK, SIZES, make_city

PACKAGE = "leaflet.markercluster@1.5.3"
SIZE = (1200, 800)
ROUNDS = 32  # moves a kind; fewer make a p95 nearly the slowest one
PEER_MOST = 1_000_000  # requests; beyond, the page does not come up in minutes
PATIENCE_S = 240
# Pans and zooms in turn: every move's time from its end until what belongs to the view has been painted, and the frames
# from its start until then. While nothing moves frames cost nothing, and none is counted.
SCRIPT = """
(() => {
  const map = MAP, told = window.benchmark = { pan: [], zoom: [], frames: {}, done: false };
  const WAITING = () => BUSY;
  let ended = 0, moving = false, frames = 0, running = true;
  const count = () => { if (moving) frames += 1; if (running) requestAnimationFrame(count); };
  requestAnimationFrame(count);
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  map.on("moveend", () => { ended = performance.now(); });
  const move = async (act) => {
    const began = performance.now();
    [ended, moving] = [0, true];
    act();
    while (!ended || WAITING()) await frame();
    await frame();
    moving = false;
    const now = performance.now();
    return [now - ended, now - began];
  };
  const stretch = async (name, act) => {
    let spent = 0;
    frames = 0;
    for (let n = 0; n < ROUNDS; n += 1) {
      const [after, whole] = await move(() => act(n));
      told[name].push(after);
      spent += whole;
      await rest(250);
    }
    told.frames[name] = frames * 1000 / spent;
  };
  (async () => {
    await rest(500);
    map.setZoom(map.getZoom() + 2, { animate: false });
    await rest(1500);
    await stretch("pan", (n) => map.panBy([[260, 0], [0, 200], [-260, 0], [0, -200]][n % 4], { duration: 0.4 }));
    await stretch("zoom", (n) => map.setZoom(map.getZoom() + (n % 4 < 2 ? 1 : -1)));
    running = false;
    told.done = true;
  })();
})();
"""
OUR_BUSY = 'opsmap.stack.layerOf("requests").waiting()'  # the answer to the view's question is not painted yet
PEER_BUSY = "false"  # it does its work before the next frame


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} requests")
    parser.add_argument("--requests", type=int, help="one size instead of the usual ones")
    parser.add_argument("--store", help="a city that exists")
    parser.add_argument("--markercluster", type=Path, help="a folder with the files of the peer's marker library")
    parser.add_argument("--measure", choices=("tiles", "points", "peer"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(MEASURES[arguments.measure](arguments.store, arguments.markercluster)))
        return
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        library = arguments.markercluster or fetch_library(Path(folder))
        sizes = (arguments.requests,) if arguments.requests else (QUICK,) if arguments.quick else SIZES
        for size in (0,) if arguments.store else sizes:
            rows += measure(arguments.store or make_city(Path(folder), size), library)
    report("map", rows, arguments.json)


def measure(store: str, library: Path) -> list[Row]:
    """Our map over cached tiles, our map with points alone, and the peer."""
    run(store, "tiles", library)  # draws the tiles that the second run finds cached
    ours, points = run(store, "tiles", library), run(store, "points", library)
    assert ours is not None
    assert points is not None
    size = f"{ours['requests']:,} requests"
    peer = run(store, "peer", library) if ours["requests"] <= PEER_MOST else None
    rows = [beside("first points on screen", size, ours["first_s"], "s", peer and peer["first_s"], ">= 20")]
    for move in ("pan", "zoom"):
        times = ours[move]
        held = None if peer is None else float(np.median(peer[move]))
        rows.append(beside(f"{move}: end of the move to drawn, median", size, float(np.median(times)), "ms", held))
        worst = float(np.percentile(times, 95))
        rows.append(Row(f"{move}: end of the move to drawn, p95", size, worst, "ms", goal="<= 100"))
        held = None if peer is None else peer["frames"][move]
        rows.append(Row(f"{move}: frames a second, cached tiles", size, ours["frames"][move], "1/s", goal=">= 30"))
        rows.append(Row(f"{move}: frames a second, points alone", size, points["frames"][move], "1/s", goal=">= 60"))
        if held is not None:
            rows.append(Row(f"{move}: frames a second, the peer", size, held, "1/s"))
    rows.append(Row("memory of the process tree", size, ours["memory_mb"], "MB", goal="<= 900"))
    if peer is not None:
        rows.append(
            beside(
                "memory of the process tree, beside the peer", size, ours["memory_mb"], "MB", peer["memory_mb"], ">= 2"
            )
        )
    return rows


def beside(what: str, size: str, value: float, unit: str, peer: float | None, goal: str = "") -> Row:
    """A figure where the peer's is a multiple of ours."""
    if peer is None:
        return Row(what, size, value, unit)
    return Row(what, size, value, unit, "folium FastMarkerCluster", peer, peer / value, goal)


def run(store: str, what: str, library: Path) -> dict[str, Any] | None:
    """One map in a process of its own; None where it did not come up."""
    call = [
        sys.executable,
        "-m",
        "benchmarks.map",
        "--measure",
        what,
        "--store",
        store,
        "--markercluster",
        str(library),
    ]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu"}
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    done = subprocess.run(call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def fetch_library(folder: Path) -> Path:
    """The peer's marker library, by npm."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "dist"


# in the process of one map


def ours(store: str, library: Path, *, tiles: bool) -> dict[str, Any]:
    """Our own map as the window shows it."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    from desktop.map.scheme import register_scheme

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    qt = QApplication(["benchmark"])
    from data.store import open_store
    from desktop.controllers.map_layer_reads import read_place_names
    from desktop.controllers.session import read_snapshot
    from desktop.jobs import JobRunner
    from desktop.map.bridge import WORLD
    from desktop.map.tiles import CityTiles
    from desktop.map.view import MapView
    from desktop.views.theme import Theme

    look = Theme(qt, "light")
    opened, runner = open_store(store), JobRunner()
    snapshot = read_snapshot(opened)
    assert snapshot is not None
    blank = warm_up()
    started, drawn = time.perf_counter(), list[float]()
    city = None
    if tiles and snapshot.streets is not None:
        city = CityTiles(opened.location, snapshot.streets, opened.cache_folder, runner.draw)
    view = MapView("light", city, runner.run_read)
    if city is not None:
        view.set_places(read_place_names(opened))
    view.set_services({int(service.id): (service.service_name, service.icon) for service in snapshot.services})
    view.drawn.connect(lambda points, clusters: drawn.append(time.perf_counter()) if points + clusters else None)
    view.set_columns(snapshot.columns, now_ms=int(time.time() * 1000), working=snapshot.working)
    view.fit(snapshot.bounds)
    view.resize(*SIZE)
    view.show()
    turn(60, lambda: bool(drawn))
    turn(6)
    script = SCRIPT.replace("MAP", "opsmap.map").replace("BUSY", OUR_BUSY).replace("ROUNDS", str(ROUNDS))
    told = watch(view.page, WORLD, script)
    answer = told | {
        "first_s": drawn[0] - started,
        "memory_mb": tree_memory_mb(),
        "requests": len(snapshot.columns),
    }
    for each in (view, blank):
        each.close()
        each.deleteLater()
    turn(0.3)
    runner.shut_down()
    opened.close()
    del look
    return answer


def peer(store: str, library: Path) -> dict[str, Any]:
    """The page of folium, served on this machine."""
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineCore import QWebEngineScript
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    qt = QApplication(["benchmark"])
    with tempfile.TemporaryDirectory() as folder:
        write_peer(store, library, Path(folder))
        handler = partial(Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        blank = warm_up()
        view = QWebEngineView()
        view.resize(*SIZE)
        view.show()
        started = time.perf_counter()
        view.load(QUrl(f"http://127.0.0.1:{server.server_port}/index.html"))
        world = QWebEngineScript.ScriptWorldId.MainWorld
        there = "document.querySelectorAll('.marker-cluster, .leaflet-marker-icon').length"
        if not wait_for(view.page(), world, there, PATIENCE_S):
            raise SystemExit(1)
        first = time.perf_counter() - started
        turn(6)
        found = "Object.values(window).find((value) => value instanceof L.Map)"
        script = SCRIPT.replace("MAP", found).replace("BUSY", PEER_BUSY).replace("ROUNDS", str(ROUNDS))
        told = watch(view.page(), world, script)
        answer = told | {"first_s": first, "memory_mb": tree_memory_mb()}
        for each in (view, blank):
            each.close()
            each.deleteLater()
        turn(0.3)
        server.shutdown()
    del qt
    return answer


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def write_peer(store: str, library: Path, folder: Path) -> None:
    """The same points as folium writes them, with its libraries beside the page instead of on the network."""
    import re

    import folium
    from folium.plugins import FastMarkerCluster

    from data.columns import load_columns
    from data.store import open_store
    from desktop.controllers.session import LOCATED, bounds_of

    opened = open_store(store)
    columns = load_columns(opened)
    opened.close()
    located = columns.placement == LOCATED
    west, south, east, north = bounds_of(columns)
    made = folium.Map(tiles=None, location=[(south + north) / 2, (west + east) / 2], zoom_start=12, max_zoom=19)
    made.options["maxZoom"] = 19  # folium's own argument does not reach Leaflet where there are no tiles
    callback = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"
    points = np.column_stack([columns.lat[located], columns.lon[located]]).round(6).tolist()
    FastMarkerCluster(points, callback=callback).add_to(made)
    page = made.get_root().render()
    page = re.sub(r'<(script|link)[^>]+(src|href)="https?://[^>]+>(</script>)?', "", page)
    vendor = Path("desktop/map/page/vendor/leaflet")
    names = ["leaflet.js", "leaflet.css", "leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css"]
    head = ""
    for name in names:
        (folder / name).write_bytes(
            next(each for each in (vendor / name, library / name) if each.exists()).read_bytes()
        )
        tag = f'<script src="{name}"></script>' if name.endswith(".js") else f'<link rel="stylesheet" href="{name}">'
        head += tag
    page = page.replace("<head>", f"<head>{head}", 1)
    (folder / "index.html").write_text(page, encoding="utf-8")


def warm_up() -> Any:
    """Start the web engine, as in a window that is open: its start is nobody's first draw. Keep what is returned."""
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineCore import QWebEngineScript
    from PySide6.QtWebEngineWidgets import QWebEngineView

    view = QWebEngineView()
    view.load(QUrl("about:blank"))
    wait_for(view.page(), QWebEngineScript.ScriptWorldId.MainWorld, "document.readyState === 'complete'", 30)
    return view


def watch(page: Any, world: Any, script: str) -> dict[str, Any]:
    """Run the moves and read what they came to."""
    page.runJavaScript(script, world)
    # Asked seldom: every question costs the page some time.
    if not wait_for(page, world, "window.benchmark && window.benchmark.done", PATIENCE_S, every_s=1.0):
        raise SystemExit(1)
    told = ask(page, world, "JSON.stringify(window.benchmark)")
    answer: dict[str, Any] = json.loads(told)
    return answer


def wait_for(page: Any, world: Any, expression: str, seconds: float, every_s: float = 0.02) -> bool:
    """Ask the page until something holds; False when it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ask(page, world, expression):
            return True
        turn(every_s)
    return False


def ask(page: Any, world: Any, expression: str) -> Any:
    """What an expression comes to; None while the page is busy with itself for long."""
    answers: list[Any] = []
    page.runJavaScript(expression, world, answers.append)
    turn(PATIENCE_S, lambda: bool(answers))
    return answers[0] if answers else None


def turn(seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the event loop run."""
    from PySide6.QtCore import QEventLoop, QTimer

    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()


def tree_memory_mb() -> float:
    """What this process and its children hold, shared pages counted once in each share (PSS, proc(5))."""
    total, waiting = 0, [os.getpid()]
    while waiting:
        number = waiting.pop()
        try:
            rollup = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            for task in Path(f"/proc/{number}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue  # it ended meanwhile
    return total / 1000


MEASURES: dict[str, Callable[[str, Path], dict[str, Any]]] = {
    "tiles": partial(ours, tiles=True),
    "points": partial(ours, tiles=False),
    "peer": peer,
}

if __name__ == "__main__":
    main()
