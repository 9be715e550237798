"""What every benchmark of a kernel is told, and how it takes its time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any


def options(description: str | None, requests: int, quick: int) -> argparse.Namespace:
    """--json, --quick and --requests N; `requests` is their number without, `quick` in a short run."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="a short run")
    parser.add_argument("--requests", type=int, help=f"how many ({requests:,}, in a short run {quick:,})")
    chosen = parser.parse_args()
    chosen.requests = chosen.requests or (quick if chosen.quick else requests)
    return chosen


def timed(call: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    """The least seconds of several calls, and the last result."""
    best, result = float("inf"), None
    for _ in range(repeat):
        started = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - started)
    return best, result
