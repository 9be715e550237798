"""The commands of Neighbourhoods, for the palette and the sheet of keys."""

from __future__ import annotations

from desktop.controllers.answer_words import act_words
from desktop.views.commands import Command
from desktop.views.language import tr
from desktop.views.neighbourhoods.question import COMPARE, DENSITY, EMERGING, GI_STAR, MODES, MORAN, RATES

ASK, METHOD, NOTHING = "explore.ask", "explore.method", "explore.nothing"
KEEP, KEPT = "explore.keep", "explore.kept"
SHOW_PREFIX = "explore.show."


def exploring_commands(mode: str) -> tuple[Command, ...]:
    """What can be asked for while a statistic is on show."""
    group = tr("Neighbourhoods")
    shown = {
        GI_STAR: tr("Show hotspots"),
        MORAN: tr("Show outliers"),
        EMERGING: tr("Show emerging spots"),
        DENSITY: tr("Show the density"),
        RATES: tr("Show rates"),
        COMPARE: tr("Show two periods compared"),
    }
    return (
        Command(ASK, act_words(mode)[0], "Ctrl+R", "hexagons", group),
        *(Command(f"{SHOW_PREFIX}{one}", shown[one], "", "hexagons", group) for one in MODES),
        Command(KEEP, tr("Keep this question…"), "", "bookmark", group),
        Command(KEPT, tr("Kept questions…"), "", "bookmark", group),
        Command(METHOD, tr("Method of the answer"), "", "file-text", group),
        Command(NOTHING, tr("Choose no zone and no neighbourhood"), "", "x", group),
    )
