"""What an answer about where and when says of itself on every file: title, period, method, what it must not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop.domain.act_words import QT_TRANSLATE_NOOP

Say = Callable[[str], str]
NAMES = {
    "gi_star": QT_TRANSLATE_NOOP("Statistics", "Hotspots (Getis-Ord Gi*)"),
    "moran": QT_TRANSLATE_NOOP("Statistics", "Outliers (local Moran's I)"),
    "emerging": QT_TRANSLATE_NOOP("Statistics", "Emerging hot spots (Gi* in space and time, Mann-Kendall)"),
    "rates": QT_TRANSLATE_NOOP("Statistics", "Rates (empirical-Bayes smoothed)"),
    "compare": QT_TRANSLATE_NOOP("Statistics", "Two periods compared (exact test of two Poisson rates)"),
    "density": QT_TRANSLATE_NOOP("Statistics", "Density (kernel, edges corrected)"),
}
VALUE_WORDS = {
    "gi_star": "Gi*",
    "moran": "Moran's I",
    "emerging": QT_TRANSLATE_NOOP("Statistics", "trend, z"),
    "rates": QT_TRANSLATE_NOOP("Statistics", "smoothed rate"),
    "compare": QT_TRANSLATE_NOOP("Statistics", "ratio of the rates"),
    "density": QT_TRANSLATE_NOOP("Statistics", "per km²"),
}
EXPOSURES = {
    "street_km": QT_TRANSLATE_NOOP("Statistics", "kilometre of streets"),
    "km2": QT_TRANSLATE_NOOP("Statistics", "km²"),
    "given": QT_TRANSLATE_NOOP("Statistics", "unit of the values given by area"),
}
SHUFFLED = ("gi_star", "moran")  # what draws by chance: the others need no seed
TESTED = ("gi_star", "moran", "emerging", "compare")
CARE = QT_TRANSLATE_NOOP(
    "Statistics",
    "Read with care: what is counted is what was reported. Where fewer people report, fewer requests are counted, not "
    "fewer things broken.",
)
NO_TEST = QT_TRANSLATE_NOOP("Statistics", "This is no test: differences may be chance.")
WILD = 1.5  # dispersion beyond which a zone's own p-value says more than it knows
BURSTS = QT_TRANSLATE_NOOP(
    "Statistics", "Reports come in bursts, more than chance makes them: read single zones with care."
)
_FURTHER = (
    ("neighbours", QT_TRANSLATE_NOOP("Statistics", "Neighbours")),
    ("islands", QT_TRANSLATE_NOOP("Statistics", "Zones without neighbours")),
    ("weights", QT_TRANSLATE_NOOP("Statistics", "Weights")),
    ("variance", QT_TRANSLATE_NOOP("Statistics", "Variance")),
    ("step", QT_TRANSLATE_NOOP("Statistics", "Step of time")),
    ("steps", QT_TRANSLATE_NOOP("Statistics", "Steps")),
    ("days_left_out", QT_TRANSLATE_NOOP("Statistics", "Days left out, too few for a step")),
    ("against", QT_TRANSLATE_NOOP("Statistics", "No change is")),
    ("null_ratio", QT_TRANSLATE_NOOP("Statistics", "Ratio without change")),
    ("dispersion", QT_TRANSLATE_NOOP("Statistics", "Dispersion (1: as chance alone makes it)")),
    ("rates_differ", QT_TRANSLATE_NOOP("Statistics", "Rates differ beyond chance")),
    ("kernel", QT_TRANSLATE_NOOP("Statistics", "Kernel")),
    ("edges", QT_TRANSLATE_NOOP("Statistics", "Edges")),
    ("outside", QT_TRANSLATE_NOOP("Statistics", "Outside of the city, left out")),
)


def title(method: Mapping[str, Any], city: str, service_name: str, say: Say = str) -> str:
    """Boston: Hotspots (Getis-Ord Gi*), Street Light Outages."""
    what = say("all services") if method["service"] == "all services" else service_name or str(method["service"])
    head = f"{city}: " if city else ""
    return f"{head}{say(NAMES[method['statistic']])}, {what}"


def subtitle(method: Mapping[str, Any], say: Say = str) -> str:
    """The period, both of a comparison, and what was counted."""
    told = period(method.get("from"), method.get("to"), say)
    if method.get("before_to"):
        told += f" {say('against')} {period(method.get('before_from'), method['before_to'], say)}"
    return f"{told}; {counted(method, say)}"


def value_words(method: Mapping[str, Any], say: Say = str) -> str:
    """What zones are shown by: Gi*, smoothed rate per km²."""
    told = say(VALUE_WORDS[method["statistic"]])
    held = method.get("exposure") if method["statistic"] == "rates" else None
    return f"{told} {say('per')} {say(EXPOSURES.get(held, held))}" if held else told


def period(first: str | None, last: str | None, say: Say = str) -> str:
    """2011-07-01 – 2011-10-31; open ends in words."""
    if first and last:
        return f"{first} – {last}"
    if first:
        return f"{say('since')} {first}"
    return f"{say('until')} {last}" if last else say("all time")


def counted(method: Mapping[str, Any], say: Say = str) -> str:
    """1 104 incidents from 1 871 requests."""
    requests = f"{number(method['requests'])} {say('requests')}"
    if method.get("counts") == "incidents":
        return f"{number(method['counted'])} {say('incidents from')} {requests}"
    return requests


def number(value: Any) -> str:
    """Figures with thousands parted, four digits where they have decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    told = f"{value:,}" if isinstance(value, int) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return told.replace(",", "\u2009").replace("-", "−")


def method_lines(method: Mapping[str, Any], zones: int, data: str = "", say: Say = str) -> tuple[str, ...]:
    """Everything that somebody needs to work the answer out again, and what it must not be read as.

    `zones`: how many the answer has. `data`: names of where the requests came from.
    """
    statistic = str(method["statistic"])
    lines = [
        f"{say('Statistic')}: {say(NAMES[statistic])}",
        f"{say('Service')}: {method['service']}",
        f"{say('Period')}: {subtitle(method, say)}",
        _zones(method, zones, say),
        *_exposure(method, say),
        *_further(method, say),
        *_chance(method, statistic, say),
        *map(str, method.get("notes", ())),
        *([] if statistic in TESTED else [say(NO_TEST)]),
        *([say(BURSTS)] if (method.get("dispersion") or 0.0) > WILD else []),
        say(CARE),
        f"{say('Computed')}: {method['computed_at']}",
        *([f"{say('Data')}: {data}"] if data else []),
        f"{say('Source of the method')}: {method['source']}",
    ]
    return tuple(lines)


def _zones(method: Mapping[str, Any], zones: int, say: Say) -> str:
    width = method.get("cell_m")
    kind = method.get("layer") or method.get("zones", method.get("grid"))
    if method["statistic"] == "density":
        kind = "square"
    wide = f", {number(float(width))} m {say('wide')}" if width else ""
    return f"{say('Zones')}: {number(zones)}, {kind}{wide}"


def _exposure(method: Mapping[str, Any], say: Say) -> Sequence[str]:
    if not method.get("exposure"):
        return ()
    return (f"{say('Held against')}: {say(EXPOSURES.get(method['exposure'], method['exposure']))}",)


def _further(method: Mapping[str, Any], say: Say) -> list[str]:
    """Whatever else the method says, each parameter with why it has its value."""
    chosen = {str(one["parameter"]): one for one in method.get("parameters", ())}
    lines = []
    for key, word in _FURTHER:
        if method.get(key) not in (None, "", []):
            lines.append(f"{say(word)}: {_plain(method[key])}{_why(chosen.pop(key, None))}")
    left = {name: one for name, one in chosen.items() if name not in ("permutations", "seed")}
    return lines + [f"{say(_words(name))}: {number(one['value'])}{_why(one)}" for name, one in left.items()]


def _chance(method: Mapping[str, Any], statistic: str, say: Say) -> list[str]:
    """Shuffles with their seed where there are any, and what many tests were corrected by."""
    why = {str(one["parameter"]): _why(one) for one in method.get("parameters", ())}
    lines = [f"{say('Seed')}: {say('none, for nothing is drawn by chance')}"]
    if statistic in SHUFFLED:
        shuffles = f"{say('Permutations')}: {number(method['permutations'])}{why.get('permutations', '')}"
        lines = [shuffles, f"{say('Seed')}: {method['seed']}{why.get('seed', '')}"]
    return [*lines, f"{say('Correction')}: {method['correction']}"] if statistic in TESTED else lines


def _why(one: Mapping[str, Any] | None) -> str:
    return f" ({one['why']})" if one and one["why"] != one["value"] else ""


def _words(parameter: str) -> str:
    """cell_m: Cell, m."""
    return f"{parameter[:-2].capitalize()}, m" if parameter.endswith("_m") else parameter.capitalize()


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else number(value)
