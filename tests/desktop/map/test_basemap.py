"""The base map: what a tile touches, names that never overlap, no seams, and a cache that only saves time."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from shapely import affinity

from data.store import Store
from desktop.job import Job
from desktop.jobs import JobRunner
from desktop.map.basemap import BaseMap, Lines
from desktop.map.labels import HEIGHT_PX, Label, place_labels
from desktop.map.messages import mercator
from desktop.map.tile_painter import TilePainter, Window
from desktop.map.tile_worker import LOOK, TileKey, draw_tiles
from desktop.map.tiles import CityTiles
from desktop.views.tokens import load_tokens
from tests.desktop.map.city import grid_city

ZOOM = 15


@pytest.fixture(scope="module")
def city() -> BaseMap:
    """A grid of streets with a park."""
    return grid_city()


def middle_tile(zoom: int) -> tuple[int, int]:
    """The tile over the middle of the grid."""
    x, y = mercator([8.524], [53.524])
    return int(x[0] * 2**zoom), int(y[0] * 2**zoom)


def test_touching_agrees_with_shapely() -> None:
    """Which lines meet a box by their boxes is what shapely says of their envelopes."""
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(8, 9, 300), rng.uniform(53, 54, 300)
    lines = Lines.of(lon, lat, np.arange(0, 301, 3), ("",) * 100)
    x, y = mercator(lon, lat)
    shapes = shapely.linestrings(np.stack([x, y], axis=1).reshape(100, 3, 2))
    box = tuple(np.quantile(values, q) for q in (0.4, 0.6) for values in (x, y))
    west, north, east, south = box
    expected = np.flatnonzero(shapely.intersects(shapely.envelope(shapes), shapely.box(west, north, east, south)))
    assert lines.touching((west, north, east, south)).tolist() == expected.tolist()


def test_thinning_keeps_ends_and_shape() -> None:
    """Below the detail zoom a line loses points but moves by less than a pixel and keeps its ends."""
    t = np.linspace(0, 1, 2000)
    lines = Lines.of(8.5 + 0.05 * t, 53.5 + 0.01 * np.sin(9 * t), np.array([0, 2000]), ("",))
    scale = 256 * 2.0**12
    whole = np.stack([lines.x * scale, lines.y * scale], axis=1)
    thin = lines.points(0, 12)
    assert len(thin) < 1000
    assert (thin[[0, -1]] == whole[[0, -1]]).all()
    assert shapely.hausdorff_distance(shapely.linestrings(thin), shapely.linestrings(whole)) < 1.0


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("zoom", [13, 14, 15, 16, 17])
def test_names_never_overlap(city: BaseMap, zoom: int) -> None:
    """No two names of a zoom share ground, by shapely's rectangles."""
    labels = place_labels(city, zoom, lambda style, words: 6.2 * len(words))
    boxes = [ground(label) for label in labels]
    assert len(boxes) > 0
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))


def ground(label: Label) -> shapely.Polygon:
    """The rectangle that a name's letters cover."""
    half, high = label.width_px / 2, HEIGHT_PX[label.style] / 2 - 2
    box = shapely.box(label.x_px - half, label.y_px - high, label.x_px + half, label.y_px + high)
    return affinity.rotate(box, label.angle_deg)


def test_names_are_never_upside_down(city: BaseMap) -> None:
    """Every name reads from left to right, or upwards where its street runs so."""
    labels = place_labels(city, 16, lambda style, words: 6.2 * len(words))
    assert all(-90 <= label.angle_deg < 90 for label in labels)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tile_shows_land_and_streets(qapp: object, look: object, city: BaseMap, scheme: str) -> None:
    """A tile has the theme's colours of land, park and street; one far away is land alone."""
    painter = TilePainter(city)
    colours = load_tokens(scheme).basemap  # type: ignore[arg-type]
    found = colours_of(painter.png(scheme, ZOOM, *middle_tile(ZOOM)))  # type: ignore[arg-type]
    assert {QColor(colours[name]).rgb() for name in ("land", "park", "min")} <= found
    assert colours_of(painter.png(scheme, ZOOM, 5, 5)) == {QColor(colours["land"]).rgb()}  # type: ignore[arg-type]


def colours_of(png: bytes) -> set[int]:
    """All colours of a picture."""
    image = QImage.fromData(png)
    assert image.width() == image.height() == 256
    return {image.pixel(x, y) for x in range(0, 256, 2) for y in range(0, 256, 2)}


def test_tiles_have_no_seams(qapp: object, look: object, city: BaseMap) -> None:
    """Four tiles side by side are, pixel for pixel, one picture drawn at once: names go on from tile to tile."""
    painter = TilePainter(city)
    x, y = middle_tile(ZOOM)
    whole = painter.image("light", Window(ZOOM, x * 256.0, y * 256.0, 512, 512), places=False)
    for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
        tile = QImage.fromData(painter.png("light", ZOOM, x + right, y + down))
        part = whole.copy(256 * right, 256 * down, 256, 256).convertToFormat(tile.format())
        differing = sum(
            abs((tile.pixel(a, b) & 255) - (part.pixel(a, b) & 255)) > 40 for a in range(256) for b in range(256)
        )
        assert differing < 60  # antialiasing at clipped joins; a cut name would be hundreds


def never() -> bool:
    """No stop."""
    return False


def said(fraction: float | None, sentence: str) -> None:
    """Nobody listens."""


def test_drawn_tiles_are_kept(sqlite_store: Store, tmp_path: Path) -> None:
    """A tile drawn before comes from the file without the store; another version of the streets draws anew."""
    wanted = [TileKey("light", ZOOM, 17161, 10573, 1)]
    first = draw_tiles(sqlite_store.location, "1", str(tmp_path), wanted, said, never)
    assert first[0] is not None
    again = draw_tiles("/nowhere/at.all", "1", str(tmp_path), wanted, said, never)
    assert again == first
    draw_tiles(sqlite_store.location, "2", str(tmp_path), wanted, said, never)
    assert [path.name for path in tmp_path.glob("tiles-*")] == [f"tiles-{LOOK}-2.sqlite"]


def test_a_folder_that_cannot_be_written_costs_only_time(sqlite_store: Store, tmp_path: Path) -> None:
    """Where the cache has no place, tiles are drawn all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    wanted = [TileKey("dark", ZOOM, 1, 1, 2)]
    tiles = draw_tiles(sqlite_store.location, "3", str(blocked / "cache"), wanted, said, never)
    assert tiles[0] is not None
    assert QImage.fromData(tiles[0]).width() == 512


def test_after_a_stop_nothing_more_is_drawn(sqlite_store: Store, tmp_path: Path) -> None:
    """Tiles not reached before a stop are None."""
    wanted = [TileKey("light", ZOOM, x, 1, 1) for x in range(3)]
    assert draw_tiles(sqlite_store.location, "1", str(tmp_path), wanted, said, lambda: True) == [None] * 3


def test_tiles_come_from_their_own_process(qtbot: QtBot, sqlite_store: Store, tmp_path: Path) -> None:
    """Asked through the runner, a tile arrives on the GUI thread; what nobody waits for any more is not drawn."""
    runner = JobRunner()
    asked: list[Job] = []

    def start(job: Job) -> object:
        asked.append(job)
        return runner.draw(job)

    tiles = CityTiles(sqlite_store.location, "1", tmp_path, start)  # type: ignore[arg-type]
    got: list[bytes | None] = []
    tiles.fetch("light", ZOOM, 1, 1, 1, lambda: True, got.append)
    tiles.fetch("light", ZOOM, 2, 1, 1, lambda: False, got.append)
    qtbot.waitUntil(lambda: len(got) == 1, timeout=20_000)
    assert got[0] is not None
    tiles.fetch("light", ZOOM, 1, 1, 1, lambda: True, got.append)
    assert got[1] == got[0]  # known by now: at once
    assert [len(job.kwargs["wanted"]) for job in asked] == [1]
    runner.shut_down()
    tiles.deleteLater()
    runner.deleteLater()
