"""Takes a plan along in files: sheets, pages for phones, GPX, calendars, tables, GeoJSON; for every crew or for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import RefusedInput, StoreFailure
from data.unit_of_work import ReadUnit
from desktop.domain.direction_words import CONTEXT as DIRECTIONS
from desktop.domain.language import ENGLISH, Language
from desktop.operations.changes import Changes
from desktop.operations.crew_directions import CrewDirections
from desktop.operations.import_streets import STREETS
from desktop.operations.plan_sheets import plan_there, print_sheets
from desktop.operations.translating import user_language
from desktop.operations.work import Work

if TYPE_CHECKING:
    from desktop.reports.crew_days import CrewDay, PlanDay
    from desktop.reports.folium_page import Streets

SHEETS = "route_sheets.pdf"
PER_CREW = ("pages", "gpx", "calendars", "tables")
KINDS = ("sheets", *PER_CREW, "geojson", "plan")
VERB = "export routes"
NO_WAYS = {"straight_line": True}  # files without written ways need no streets


def export_routes(
    work: Work, *, plan_id: int, folder: Path, crew: str | None = None, kinds: Sequence[str] = KINDS
) -> Changes:
    """Write files of a plan into a folder, which is made where it is not there.

    RefusedInput for a plan, crew or kind that is not there; StoreFailure where nothing can be written. Files that were
    written before a failure are whole.
    """
    _check_kinds(kinds)
    if folder.exists() and not folder.is_dir():
        raise RefusedInput(f"{folder} is a file; name a folder for the plan.")
    city = work.city()
    with work.store.read() as unit:
        files = _Files(work, unit, plan_id, crew, kinds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreFailure(f"The folder {folder} cannot be made ({fault.strerror}); choose another.") from fault
    try:
        made = files.write(folder, kinds)
        if "sheets" in kinds:
            print_sheets(work, plan_id=plan_id, path=folder / SHEETS, crew=crew)
            made.append(folder / SHEETS)
    finally:
        with suppress(OSError):
            folder.rmdir()  # an empty one says nothing; one with files stays
    counts = {"plan": plan_id, "city": city.name, "crews": len(files.day.crews), "files": [path.name for path in made]}
    some = "1 file" if len(made) == 1 else f"{len(made):,} files"
    return Changes(None, work.actor, VERB, frozenset(), (), counts, f"{some} of plan {plan_id} written to {folder}.")


def _check_kinds(kinds: Sequence[str]) -> None:
    strange = [kind for kind in kinds if kind not in KINDS]
    if strange:
        raise RefusedInput(f"There is no kind of file '{strange[0]}'; there are {', '.join(KINDS)}.")
    if not kinds:
        raise RefusedInput(f"Say which files; there are {', '.join(KINDS)}.")


class _Files:
    """Writes the files that need no painter."""

    def __init__(self, work: Work, unit: ReadUnit, plan_id: int, crew: str | None, kinds: Sequence[str]) -> None:
        from desktop.reports.crew_days import read_plan_day

        self.work, self.now = work, work.clock.now()
        city = work.city()
        work.breathe(0.0, "Reading the plan")
        self.day: PlanDay = read_plan_day(unit, plan_there(unit, plan_id), crew)
        self.streets = _streets(unit) if "pages" in kinds else None
        self.language = _language() if {"pages", "calendars"} & set(kinds) else ENGLISH
        ways = self.day.content if "pages" in kinds else NO_WAYS
        self.ways = CrewDirections(unit, city, ways, self.language)
        self.whole = crew is None

    def write(self, folder: Path, kinds: Sequence[str]) -> list[Path]:
        """The files' places."""
        from desktop.reports import plan_files

        made = list[Path]()
        if "plan" in kinds and self.whole:
            made += plan_files.write_plan_files(folder, self.day.content).values()
        if "geojson" in kinds:
            made.append(folder / "routes.geojson")
            plan_files.write_geojson(made[-1], self.day.content, [crew.number for crew in self.day.crews])
        for done, crew in enumerate(self.day.crews):
            self.work.breathe(done / len(self.day.crews), f"Writing the files of {crew.crew['crew']}")
            made += self._crew(folder, crew, kinds)
        return made

    def _crew(self, folder: Path, crew: CrewDay, kinds: Sequence[str]) -> list[Path]:
        from desktop.reports.crew_calendar import write_calendar
        from desktop.reports.plan_files import file_name, write_crew_csv, write_gpx

        stem = folder / file_name(crew.number, crew.crew["crew"])
        writers: Mapping[str, tuple[str, Callable[[Path], Any]]] = {
            "pages": (".html", lambda path: self._page(path, crew)),
            "gpx": (".gpx", lambda path: write_gpx(path, self.day.content, crew.crew)),
            "calendars": (".ics", lambda path: write_calendar(path, self.day, crew, self.now, self.language)),
            "tables": (".csv", lambda path: write_crew_csv(path, crew.crew)),
        }
        made = list[Path]()
        for kind, (ending, write) in writers.items():
            if kind in kinds:
                made.append(stem.with_name(stem.name + ending))
                write(made[-1])
        return made

    def _page(self, path: Path, crew: CrewDay) -> None:
        from desktop.reports.phone_page import Around, write_phone_page

        around = Around(self.streets, self.ways.of(crew.crew), self.language)
        write_phone_page(path, self.day, crew, around)


def _language() -> Language:
    from desktop.reports.crew_calendar import CONTEXT as CALENDAR
    from desktop.reports.phone_page import CONTEXT as PAGE

    return user_language(PAGE, DIRECTIONS, CALENDAR)


def _streets(unit: ReadUnit) -> Streets | None:
    from data.connectors.streets import StreetLines
    from desktop.reports.folium_page import Streets

    arrays = unit.artifacts.get(STREETS)
    if arrays is None:
        return None
    lines = StreetLines.from_arrays(arrays)
    return Streets(np.asarray(lines.lon), np.asarray(lines.lat), lines.offsets, lines.highway)


def plan_of_day(unit: ReadUnit, day: date) -> int:
    """The number of the newest plan of a day; RefusedInput where there is none."""
    plan = unit.plans.latest(day)
    if plan is None:
        raise RefusedInput(f"There is no plan of {day:%Y-%m-%d}; make one with 'opsmap routes plan --date {day}'.")
    return int(plan.id)
