"""Crews and jobs of a day from CSV, each fault told with its row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from data.connectors.values import storable
from data.errors import RefusedInput, one_line

CREW_COLUMNS = ("crew", "depot_lat", "depot_long", "shift_start", "shift_end")
JOB_COLUMNS = ("job", "lat", "long")
VEHICLES = ("car", "van", "lorry")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CrewRow:
    """A crew. Times are seconds after local midnight; no capacity or break is None."""

    crew: str
    depot_lat: float
    depot_long: float
    shift_start_s: int
    shift_end_s: int
    skills: tuple[str, ...]
    capacity: float | None
    break_start_s: int | None
    break_end_s: int | None
    break_s: int
    end: tuple[float, float] | None = None  # lat, long, where the day ends elsewhere
    break_place: tuple[float, float] | None = None
    reload_place: tuple[float, float] | None = None
    reload_s: int = 0
    overtime_s: int = 0
    max_stops: int | None = None
    equipment: tuple[str, ...] = ()
    vehicle: str = ""  # car, van, lorry
    max_speed_kmh: float | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job. Windows bound the start of service, in seconds after local midnight."""

    job: str
    lat: float
    long: float
    service_s: int
    priority: int
    skills: tuple[str, ...]
    load: float
    earliest_s: int | None
    latest_s: int | None
    crews: int = 1
    after: tuple[str, ...] = ()
    with_job: str = ""
    address: str = ""
    equipment: tuple[str, ...] = ()
    locked_crew: str = ""
    locked_start_s: int | None = None


def read_crews_csv(path: Path) -> list[CrewRow]:
    """The crews of a file; RefusedInput names the row and the column that cannot be read."""
    return _read(path, CREW_COLUMNS, "crew", _crew)


def read_jobs_csv(path: Path) -> list[JobRow]:
    """The jobs of a file; RefusedInput names the row and the column that cannot be read."""
    return _read(path, JOB_COLUMNS, "job", _job)


class _Cells:
    """The cells of one row, read by column."""

    def __init__(self, file: str, number: int, cells: Mapping[str, str | None]) -> None:
        self._where, self._cells = f"{file} row {number}", cells

    def text(self, column: str) -> str:
        return storable((self._cells.get(column) or "").strip())

    def required(self, column: str) -> str:
        text = self.text(column)
        if not text:
            raise RefusedInput(f"{self._where} has no {column}; fill it in.")
        return text

    def number(self, column: str, least: float, most: float, default: float | None = None) -> float:
        text = self.text(column) if default is not None else self.required(column)
        if not text and default is not None:
            return default
        try:
            value = float(text)
        except ValueError as fault:
            raise RefusedInput(f"{self._where}: {column} '{text}' is not a number; write one, as 42.5.") from fault
        if not least <= value <= most:
            raise RefusedInput(f"{self._where}: {column} {text} is not between {least:g} and {most:g}.")
        return value

    def time_s(self, column: str) -> int | None:
        text = self.text(column)
        if not text:
            return None
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isdigit() and minutes.isdigit() and int(hours) <= 24 and int(minutes) < 60):
            raise RefusedInput(f"{self._where}: {column} '{text}' is not a time; write it as 07:30.")
        return int(hours) * 3600 + int(minutes) * 60

    def listed(self, column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def one_of(self, column: str, known: Sequence[str]) -> str:
        text = self.text(column)
        if text and text not in known:
            raise RefusedInput(f"{self._where}: {column} '{text}' is none of {', '.join(known)}.")
        return text

    def skills(self) -> tuple[str, ...]:
        return self.listed("skills")

    def place(self, what: str) -> tuple[float, float] | None:
        """An optional place of two columns; both or neither."""
        if not self.text(f"{what}_lat") and not self.text(f"{what}_long"):
            return None
        return self.number(f"{what}_lat", -90, 90), self.number(f"{what}_long", -180, 180)

    def refuse(self, words: str) -> RefusedInput:
        return RefusedInput(f"{self._where}: {words}")


def _crew(cells: _Cells) -> CrewRow:
    start, end = cells.time_s("shift_start"), cells.time_s("shift_end")
    cells.required("shift_start"), cells.required("shift_end")
    assert start is not None
    assert end is not None
    if end <= start:
        raise cells.refuse("the shift ends before it starts.")
    capacity = cells.text("capacity")
    return CrewRow(
        crew=cells.required("crew"),
        depot_lat=cells.number("depot_lat", -90, 90),
        depot_long=cells.number("depot_long", -180, 180),
        shift_start_s=start,
        shift_end_s=end,
        skills=cells.skills(),
        capacity=cells.number("capacity", 0, 1e9) if capacity else None,
        break_start_s=cells.time_s("break_start"),
        break_end_s=cells.time_s("break_end"),
        break_s=round(cells.number("break_minutes", 0, 1440, 0) * 60),
        end=cells.place("end"),
        break_place=cells.place("break"),
        reload_place=cells.place("reload"),
        reload_s=round(cells.number("reload_minutes", 0, 1440, 0) * 60),
        overtime_s=round(cells.number("overtime_minutes", 0, 1440, 0) * 60),
        max_stops=round(cells.number("max_stops", 0, 10_000)) if cells.text("max_stops") else None,
        equipment=cells.listed("equipment"),
        vehicle=cells.one_of("vehicle", VEHICLES),
        max_speed_kmh=cells.number("max_speed", 1, 200) if cells.text("max_speed") else None,
    )


def _job(cells: _Cells) -> JobRow:
    earliest, latest = cells.time_s("earliest"), cells.time_s("latest")
    if earliest is not None and latest is not None and latest < earliest:
        raise cells.refuse("latest comes before earliest.")
    return JobRow(
        job=cells.required("job"),
        lat=cells.number("lat", -90, 90),
        long=cells.number("long", -180, 180),
        service_s=round(cells.number("service_minutes", 0, 1440, 30) * 60),
        priority=round(cells.number("priority", 0, 100, 50)),
        skills=cells.skills(),
        load=cells.number("load", 0, 1e9, 0),
        earliest_s=earliest,
        latest_s=latest,
        crews=round(cells.number("crews", 1, 2, 1)),
        after=cells.listed("after"),
        with_job=cells.text("with"),
        address=cells.text("address"),
        equipment=cells.listed("equipment"),
        locked_crew=cells.text("locked_crew"),
        locked_start_s=cells.time_s("locked_start"),
    )


def _read(path: Path, needed: Sequence[str], key: str, make: Callable[[_Cells], Value]) -> list[Value]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                raise RefusedInput(f"{path.name} has no column {', '.join(missing)}; it needs {', '.join(needed)}.")
            rows = [make(_Cells(path.name, number, cells)) for number, cells in enumerate(reader, 2)]
    except FileNotFoundError as fault:
        raise RefusedInput(f"There is no file {path}; correct its name.") from fault
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise RefusedInput(f"{path.name} cannot be read as a UTF-8 CSV ({one_line(fault)}).") from fault
    names = [getattr(row, key) for row in rows]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise RefusedInput(f"{path.name} names the {key} '{twice}' twice; names must differ.")
    if not rows:
        raise RefusedInput(f"{path.name} holds no {key}; add a row.")
    return rows
