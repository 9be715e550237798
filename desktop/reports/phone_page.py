"""A crew's day as one page for a phone without network: its stops, its map, buttons, and what is handed back.

What is pressed stays in the browser; it leaves as a file or as a code that can be read out or scanned (ADR 0022).
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.connectors.safe_csv import whole_file
from desktop.domain.hand_back import LETTERS, LONGEST_NOTE, SCHEME, STATES
from desktop.domain.language import ENGLISH, Language
from desktop.domain.plain_text import breakable, readable
from desktop.domain.translatable import QT_TRANSLATE_NOOP
from desktop.reports.crew_days import CrewDay, PlanDay, StopFacts
from desktop.reports.folium_page import ASSETS, Parts, Streets, steps, street_steps, whole_degrees, whole_page
from desktop.reports.plan_files import crew_line, file_name

PHOTO_PX, PHOTO_QUALITY = 640, 72  # a photo's longer side; a phone shows no more
AROUND_DEG = 0.01  # how far around the way streets are taken along
TOKENS = Path(__file__).parents[1] / "views" / "assets" / "tokens.json"
CONTEXT = "CrewPage"  # of the words below, for translators
WORDS: Mapping[str, str] = {
    "list": QT_TRANSLATE_NOOP("CrewPage", "Stops"),
    "map": QT_TRANSLATE_NOOP("CrewPage", "Map"),
    "done": QT_TRANSLATE_NOOP("CrewPage", "Done"),
    "not_found": QT_TRANSLATE_NOOP("CrewPage", "Not found"),
    "other_crew": QT_TRANSLATE_NOOP("CrewPage", "Other crew"),
    "note": QT_TRANSLATE_NOOP("CrewPage", "Note"),
    "noteHint": QT_TRANSLATE_NOOP("CrewPage", "What the office should know"),
    "progress": QT_TRANSLATE_NOOP("CrewPage", "{0} of {1} stops"),
    "before": QT_TRANSLATE_NOOP("CrewPage", "Before you leave"),
    "reports": QT_TRANSLATE_NOOP("CrewPage", "{0} reports, closes all"),
    "someReports": QT_TRANSLATE_NOOP("CrewPage", "{0} reports"),
    "part": QT_TRANSLATE_NOOP("CrewPage", "part {0} of {1}"),
    "together": QT_TRANSLATE_NOOP("CrewPage", "together with another crew"),
    "reload": QT_TRANSLATE_NOOP("CrewPage", "Empty the vehicle"),
    "window": QT_TRANSLATE_NOOP("CrewPage", "Begin between {0} and {1}"),
    "after": QT_TRANSLATE_NOOP("CrewPage", "Begin after {0}"),
    "by": QT_TRANSLATE_NOOP("CrewPage", "Begin by {0}"),
    "break": QT_TRANSLATE_NOOP("CrewPage", "Break"),
    "navigate": QT_TRANSLATE_NOOP("CrewPage", "Navigate"),
    "handBack": QT_TRANSLATE_NOOP("CrewPage", "Hand back"),
    "handHint": QT_TRANSLATE_NOOP("CrewPage", "Show this to the office, read it out, or save the file and send it."),
    "noNotes": QT_TRANSLATE_NOOP("CrewPage", "Notes go with the file only."),
    "nothing": QT_TRANSLATE_NOOP("CrewPage", "Nothing is marked yet."),
    "save": QT_TRANSLATE_NOOP("CrewPage", "Save file"),
    "copy": QT_TRANSLATE_NOOP("CrewPage", "Copy code"),
    "copied": QT_TRANSLATE_NOOP("CrewPage", "Copied"),
    "notKept": QT_TRANSLATE_NOOP(
        "CrewPage", "This browser keeps nothing when the page is closed: hand back before that."
    ),
    "until": QT_TRANSLATE_NOOP("CrewPage", "to {0}"),
    "office": QT_TRANSLATE_NOOP("CrewPage", "Office"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows beside the plan: streets of the city, the written way by stop, the language."""

    streets: Streets | None = None
    directions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    language: Language = ENGLISH


def write_phone_page(path: Path, day: PlanDay, crew: CrewDay, around: Around) -> None:
    """Write the page, whole or not at all."""
    text = whole_page(_parts(day, crew, around))
    with whole_file(path) as stream:
        stream.write(text)


def _parts(day: PlanDay, crew: CrewDay, around: Around) -> Parts:
    css, script = ((ASSETS / name).read_text(encoding="utf-8") for name in ("phone.css", "phone.js"))
    encoder = (ASSETS / "vendor" / "qrcode-generator" / "qrcode.js").read_text(encoding="utf-8")
    body = '<main id="opsmap-day"></main>'
    title = f"{readable(crew.crew['crew'])}, {around.language.day(day.day)}"
    return Parts(title, css, body, script, _data(day, crew, around), (encoder,), around.language.code)


def _data(day: PlanDay, crew: CrewDay, around: Around) -> dict[str, Any]:
    told, line = crew.crew, np.array(crew_line(crew.crew) or [_place(crew.crew["depot"])])
    midnight = datetime.combine(day.day, time(), ZoneInfo(day.timezone))
    whose = ", ".join(part for part in (day.city, crew.department) if part)
    return {
        "words": {key: around.language.say(text) for key, text in WORDS.items()},
        "look": _look(),
        "code": {"letters": LETTERS, "states": [state.value for state in STATES], "scheme": SCHEME},
        "head": list(crew.head),
        "midnight": round(midnight.timestamp() * 1000),
        "longestNote": LONGEST_NOTE,
        "file": f"hand-back-{day.content['date']}-{file_name(crew.number, told['crew'])}.json",
        "city": readable(day.city),
        "whose": readable(whose),
        "crew": readable(told["crew"]),
        "plan": day.plan_id,
        "date": around.language.day(day.day),
        "hours": f"{_clock(day, told['shift_start'])}–{_clock(day, told['shift_end'])}",
        "office": day.office,
        "pause": f"{_clock(day, told['break']['start'])}–{_clock(day, told['break']['end'])}"
        if told["break"] and not _placed(told)
        else "",
        "needs": list(crew.needs()),
        "halts": [_halt(day, halt) for halt in told.get("halts", ())],
        "stops": [_stop(day, crew, stop, around) for stop in told["stops"]],
        "line": steps(line[:, 0], line[:, 1]),
        "depot": {"place": whole_degrees(_place(told["depot"])), "name": readable(told["depot"]["name"])},
        "streets": street_steps(_near(around.streets, line)),
        "credit": readable(day.credit),
    }


def _stop(day: PlanDay, crew: CrewDay, stop: Mapping[str, Any], around: Around) -> dict[str, Any]:
    facts = crew.facts(stop)
    early, late = stop["window"] or (None, None)
    return {
        "sequence": stop["sequence"],
        "job": readable(stop["job"]),
        "place": whole_degrees(_place(stop)),
        "begin": _clock(day, stop["service_start"]),
        "end": _clock(day, stop["departure"]),
        "window": [_clock(day, early) if early else "", _clock(day, late) if late else ""],
        "address": breakable(readable(stop["address"] or stop["job"])),
        "service": breakable(readable(stop["service"] or stop["job"])),
        "said": breakable(readable(stop["description"])),
        "reports": len(stop["request_ids"]),
        "part": list(stop.get("part") or (1, 1)),
        "together": (stop.get("crews") or 1) > 1,
        "answers": [list(pair) for pair in facts.answers],
        "needs": list(facts.needs),
        "turns": list(around.directions.get(stop["sequence"], ())),
        "photo": _photo(facts),
    }


def _halt(day: PlanDay, halt: Mapping[str, Any]) -> dict[str, Any]:
    """Where the vehicle empties, or the break has its place, before the stop of a number."""
    when = f"{_clock(day, halt['start'])}–{_clock(day, halt['departure'])}"
    return {"kind": halt["kind"], "before": halt["before"], "place": whole_degrees(_place(halt)), "when": when}


def _photo(facts: StopFacts) -> str:
    """The photo as an address of its own, no larger than a phone shows; empty where there is none to see."""
    if facts.photo is None:
        return ""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(facts.photo)) as image:
            shown = ImageOps.exif_transpose(image).convert("RGB")  # without what the camera wrote about the place
            shown.thumbnail((PHOTO_PX, PHOTO_PX))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""  # what no reader can read, no phone can
    stream = io.BytesIO()
    shown.save(stream, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _near(streets: Streets | None, line: np.ndarray) -> Streets | None:
    """The streets that touch the surroundings of the way."""
    if streets is None or len(streets.offsets) < 2:
        return None
    low, high = line.min(axis=0) - AROUND_DEG, line.max(axis=0) + AROUND_DEG
    inside = (streets.lon >= low[0]) & (streets.lon <= high[0]) & (streets.lat >= low[1]) & (streets.lat <= high[1])
    kept = np.flatnonzero(np.add.reduceat(inside.astype(np.int64), streets.offsets[:-1]) > 0)
    parts = [np.arange(streets.offsets[at], streets.offsets[at + 1]) for at in kept.tolist()]
    rows = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    highway = [streets.highway[at] for at in kept.tolist()]
    return Streets(streets.lon[rows], streets.lat[rows], offsets, highway) if parts else None


def _placed(crew: Mapping[str, Any]) -> bool:
    return any(halt["kind"] == "break" for halt in crew.get("halts", ()))


def _place(thing: Mapping[str, Any]) -> list[float]:
    return [thing["long"], thing["lat"]]


def _clock(day: PlanDay, moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(day.timezone)):%H:%M}"


def _look() -> dict[str, str]:
    base = json.loads(TOKENS.read_text(encoding="utf-8"))["basemap"]["light"]
    return {"land": base["land"], "minor": base["minc"], "major": base["artc"]}
