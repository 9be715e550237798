"""Names of files that say what is in them: statistic, service and period, in signs that every system takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from desktop.controllers.city_words import CityWords
from desktop.operations.service_figures import FigureQuestion
from desktop.views.language import tr
from desktop.views.neighbourhoods.question import COMPARE, DENSITY, EMERGING, GI_STAR, MORAN, RATES

LONGEST = 80  # of letters; what names a service may be long


def statistic_stem(statistic: str) -> str:
    """A statistic as the name of a file begins."""
    return {
        GI_STAR: tr("hotspots"),
        MORAN: tr("outliers"),
        EMERGING: tr("emerging"),
        DENSITY: tr("density"),
        RATES: tr("rates"),
        COMPARE: tr("compared"),
    }[statistic]


def answer_stem(method: Mapping[str, Any], city: CityWords) -> str:
    """The name of a file that holds an answer."""
    service = city.services.get(str(method["service"]), "")
    return file_stem(statistic_stem(str(method["statistic"])), service, method.get("from"), method.get("to"))


def figures_stem(what: str, asked: FigureQuestion, city: CityWords) -> str:
    """The name of a file that holds service figures, `what` of them."""
    services = " ".join(city.services.get(code, code) for code in asked.services)
    return file_stem(what, services, asked.first, asked.last)


def file_stem(what: str, service: str, first: str | date | None, last: str | date | None) -> str:
    """`hotspots-pothole-2026-07-01-2026-09-30`; the service empty for all, days as ISO, without the one that is open.

    Whatever a service is called, of its name only letters and digits stay, so that the stem is no path.
    """
    days = [day.isoformat() if isinstance(day, date) else day for day in (first, last) if day]
    days = days or [plain(tr("all time"))]
    name = plain(service)[: max(0, LONGEST - len(what) - 24)].strip("-")
    return "-".join(part for part in (plain(what), name, *days) if part)


def plain(text: str) -> str:
    """Letters and digits, in small; whatever is between them is a hyphen."""
    kept = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return "-".join(kept.split())
