"""Opening, quitting and what is settled before Qt starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.app import AS_ROOT, NO_DISPLAY, Options, prepare, read_options, why_not

HEAVY = (
    "geopandas",
    "shapely",
    "pandas",
    "sklearn",
    "scipy",
    "numba",
    "pyogrio",
    "osmium",
    "pyvrp",
    "pyproj",
    "folium",
)
PATIENCE_S = 120

FIRST_PAINT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from desktop.app import build_app, prepare, read_options
import os
options = read_options(["opsmap", sys.argv[1], "--theme", "light"], os.environ)
prepare(options, os.environ, None)
qt = QApplication(["opsmap"])
app = build_app(qt, options, config_folder=Path(sys.argv[2]), log_folder=Path(sys.argv[2]))

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            print(json.dumps(sorted(sys.modules)))
            qt.exit(0)
        return False

painted = Painted()
app.window.installEventFilter(painted)
app.window.show()
code = qt.exec()
app.close()
sys.exit(code)
"""


def environment(folder: Path) -> dict[str, str]:
    """A user of our own, without a display."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("QT", "DISPLAY", "WAYLAND", "XDG"))
    }
    return {**kept, "HOME": str(folder)}


def run(arguments: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python as that user."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={**environment(folder), **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.slow
def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path, sqlite_location: str) -> None:
    """When the window is painted first, no scientific or geographic library is loaded; and it quits cleanly."""
    done = run(["-c", FIRST_PAINT, sqlite_location, str(tmp_path)], tmp_path, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[0])}
    assert not loaded & set(HEAVY)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_pictures_are_taken_without_a_display(tmp_path: Path, sqlite_location: str) -> None:
    """Every workspace, light and dark, at 1440 x 900, and the program ends by itself."""
    from PySide6.QtGui import QImage

    done = run(["-m", "desktop", "--store", sqlite_location, "--pictures", str(tmp_path / "day")], tmp_path)
    assert done.returncode == 0, done.stderr
    pictures = sorted(path.name for path in (tmp_path / "day").iterdir())
    keys = ("assignment", "crews", "duplicates", "neighbourhoods", "operations", "services")
    assert pictures == sorted(f"{key}-{scheme}.png" for key in keys for scheme in ("light", "dark"))
    for name in pictures:
        image = QImage(str(tmp_path / "day" / name))
        assert (image.width(), image.height()) == (1440, 900)
        colours = {image.pixelColor(x, y).name() for x in range(0, 1440, 7) for y in range(0, 900, 7)}
        assert len(colours) > 10, f"{name} is empty"
    assert "Traceback" not in done.stderr


def test_without_a_display_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    """No display: no crash, exit code 2, and the way to go on."""
    done = run(["-m", "desktop"], tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip() == NO_DISPLAY


@pytest.mark.slow
def test_ctrl_c_closes_the_window_in_order(tmp_path: Path, sqlite_location: str) -> None:
    """SIGINT ends the program with 130, its workers with it, and settings are saved as on any quitting."""
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "--store", sqlite_location],
        env={**environment(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + PATIENCE_S
    while not (tmp_path / ".local" / "state").exists() and time.monotonic() < until:
        time.sleep(0.05)  # the folder of the log is made when the window is built, after the signals were taken over
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert list(tmp_path.rglob("desktop.json"))


def options(pictures: Path | None = None) -> Options:
    """Options as they come from an empty command line."""
    return Options(store="city.opsmap", theme="", pictures=pictures, actor="op")


def test_root_opens_no_window_but_may_take_pictures() -> None:
    """The browser's sandbox is never switched off for a window that people use."""
    shown = {"DISPLAY": ":0"}
    assert why_not(options(), shown, "linux", 0) == AS_ROOT
    assert why_not(options(), shown, "linux", 1000) == ""
    assert why_not(options(Path("x")), {}, "linux", 0) == ""
    used = dict(shown)
    prepare(options(), used, 1000)
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in used
    pictures: dict[str, str] = {}
    prepare(options(Path("x")), pictures, 0)
    assert pictures["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
    assert pictures["QT_QPA_PLATFORM"] == "offscreen"
    pictures = {}
    prepare(options(Path("x")), pictures, 1000)
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in pictures


def test_the_store_comes_from_the_line_then_the_environment_then_the_data_folder() -> None:
    """The same order as the command's."""
    known = {"OPSMAP_STORE": "env.opsmap"}
    assert read_options(["x", "line.opsmap"], known).store == "line.opsmap"
    assert read_options(["x", "--store", "named.opsmap"], known).store == "named.opsmap"
    assert read_options(["x"], known).store == "env.opsmap"
    assert read_options(["x"], {}).store.endswith("city.opsmap")
    assert read_options(["x", "--as", "Olga"], {}).actor == "Olga"
