"""Where translations of the words on show are: files that Qt's tools make, opsmap_de.qm and the like."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "views" / "assets" / "translations"
NAME, SUFFIX = "opsmap", ".qm"


def some_in(folder: Path) -> bool:
    """Whether there is any; English needs none."""
    return next(folder.glob(f"{NAME}_*{SUFFIX}"), None) is not None
