"""Real data that lies beside the repository, for the tests that use it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_folder() -> Path:
    """The folder of real data: OPSMAP_SHARED_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("OPSMAP_SHARED_DATA", _BESIDE))


def shared_file(name: str) -> Path:
    """The path of one file of the real data; skips the calling test where it is absent."""
    path = shared_folder() / name
    if not path.exists():
        pytest.skip(f"the real data file {name} is not here (set OPSMAP_SHARED_DATA to its folder)")
    return path
