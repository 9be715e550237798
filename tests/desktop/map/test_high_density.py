"""The map on a screen of twice the density."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_everything_is_drawn_at_the_density_of_the_screen() -> None:
    """At 200 % the page asks for tiles of twice the size, canvases have a pixel for each of the screen, and stripes of
    one pixel in a tile are stripes of one pixel on the screen."""
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.desktop.map.high_density"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["ratio"] == 2
    assert seen["asked"] == [2]
    assert seen["tile"] == 2
    assert seen["canvases"] == pytest.approx([2.0] * len(seen["canvases"]), abs=0.01)
    assert seen["swatches"] == pytest.approx([2.0] * len(seen["swatches"]), abs=0.01)
    assert seen["sharp"] > 200
