"""Where long work looks for a person's wish to stop: each place of a run found, and a run stopped at each of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSING_ON = frozenset({"breathe", "say", "pause", "_pause", "__call__", "<lambda>"})  # these ask for somebody else


class Watch:
    """A wish to stop that comes at the first look from one place; without one it notes the places, and never comes."""

    def __init__(self, at: str | None = None) -> None:
        self.at = at
        self.places: list[str] = []
        self.came = False
        self.looks_after = 0

    def __call__(self) -> bool:
        if self.came:
            self.looks_after += 1
            return True
        place = _asking()
        if place not in self.places:
            self.places.append(place)
        self.came = place == self.at
        return self.came


def _asking() -> str:
    """The module and function of ours that asks, whoever passes the question on."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        path, name = Path(frame.f_code.co_filename), frame.f_code.co_name
        ours = path.is_relative_to(ROOT / "geo") or path.is_relative_to(ROOT / "desktop")
        if ours and name not in PASSING_ON:
            return f"{path.stem}.{name}"
        frame = frame.f_back
    return "nobody"


def stopped_everywhere(
    run: Callable[[Watch], object], stopped: type[Exception] | tuple[type[Exception], ...]
) -> set[str]:
    """Run once to the end and once for each place that looks; each of these ends at once, and none asks again.

    Returns the places.
    """
    whole = Watch()
    run(whole)
    for place in whole.places:
        watch = Watch(place)
        try:
            run(watch)
        except stopped:
            assert watch.came, f"{place} ended without a wish"
        else:
            raise AssertionError(f"a wish to stop at {place} was not minded")
        assert watch.looks_after == 0, f"the run went on after {place} had heard that it should end"
    return set(whole.places)
