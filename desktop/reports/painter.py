"""The life of a process that paints one file for an operation, which loads no Qt itself (operations/painting.py)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication

from desktop.domain.translations import FOLDER
from desktop.views.fonts import load_fonts
from desktop.views.language import load_translation

Tell = Callable[[int, int], None]


def paint_order(paint: Callable[[Path, Mapping[str, Any], Tell], object]) -> int:
    """Read an order from standard input and paint it, in the user's language; progress goes to standard output."""
    order = json.load(sys.stdin)
    application = QGuiApplication([])
    load_translation(application, Path(order.get("translations", FOLDER)))
    load_fonts()
    try:
        paint(Path(order["path"]), order, _tell)
    except OSError as fault:
        sys.stderr.write(f"{fault.strerror or fault}\n")
        return 1
    finally:
        del application
    return 0


def _tell(done: int, of: int) -> None:
    sys.stdout.write(f"{done} {of}\n")
    sys.stdout.flush()
