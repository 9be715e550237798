"""Times and names as a person says them."""

from __future__ import annotations

from collections.abc import Sequence

from geo.vrp_problem import DAY_S


def clock(second: float) -> str:
    """07:05 of a second of the day; on later days with the number of the day."""
    whole = int(second)
    day = whole // DAY_S
    return f"{whole // 3600 % 24:02d}:{whole % 3600 // 60:02d}" + (f" on day {day + 1}" if day else "")


def minutes(seconds: float) -> str:
    """45 min, or 2 h 05."""
    whole = round(seconds / 60)
    return f"{whole} min" if abs(whole) < 60 else f"{whole // 60} h {whole % 60:02d}"


def more(seconds: float) -> str:
    """How much more or less is driven, never as nought or minus nought minutes."""
    if abs(seconds) < 30:
        return "less than a minute more driving" if seconds > 0 else "no more driving"
    return f"{minutes(abs(seconds))} {'more' if seconds > 0 else 'less'} driving"


def listed(names: Sequence[str]) -> str:
    """Names in quotes."""
    return ", ".join(f"“{name}”" for name in names)
