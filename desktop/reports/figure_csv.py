"""Service figures as a table for spreadsheets and other programs: a row for the whole city, then one for each group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.connectors.safe_csv import write_csv
from desktop.domain.figure_records import Asked, GroupFigures, Interval, Share, Times
from desktop.domain.service_figures import DAYS

ALL = "all"
METHOD = (
    "Times by Kaplan and Meier 1958 with the open ones in, medians by Brookmeyer and Crowley 1982, log-log limits; "
    "shares by Wilson 1927, differences from all others by Newcombe 1998; pace by the log-rank test within services; "
    "false discovery rate 5 % (Benjamini and Hochberg 1995); no chance is drawn, so no seed."
)


@dataclass(frozen=True, slots=True)
class Made:
    """Where the requests came from, by name, and when the file was made."""

    source: str
    made_at: str


def write_figures(
    path: Path, asked: Asked, city: GroupFigures, rows: Iterable[GroupFigures], codes: Mapping[int, str], made: Made
) -> None:
    """Write the file, whole or not at all. `codes`: of services by their key; empty for other groups."""
    told = [as_row(asked, city, ALL, ""), *(as_row(asked, row, row.name, codes.get(row.key or -1, "")) for row in rows)]
    last = {"city": asked.city, "services": "; ".join(asked.services) or "all services", "method": METHOD}
    last |= {"source": made.source, "made_at": made.made_at}
    write_csv(path, [*told[0], *last], ([*row.values(), *last.values()] for row in told))


def as_row(asked: Asked, figures: GroupFigures, name: str, code: str) -> dict[str, Any]:
    """One row by its columns; None where a figure cannot be told."""
    row: dict[str, Any] = {
        asked.by: name,
        "code": code,
        "requests": len(figures.opened),
        "counted": len(figures.counted),
    }
    row["left_out"] = sum(map(len, figures.left_out.values()))
    row["left_out_why"] = _reasons(figures.left_out)
    row["by_staff"] = len(figures.staff)
    backlog = figures.backlog
    row |= {"open": len(backlog.open), "open_median_days": backlog.median_days, "open_oldest_days": backlog.oldest_days}
    for times in figures.times.values():
        row |= _times(times)
    for share in figures.shares.values():
        row |= _share(share)
    row |= {"from": asked.first.isoformat(), "to": asked.last.isoformat(), "as_of": asked.as_of}
    return row | {
        "people": str(asked.people),
        "counting": str(asked.count),
        "layer": asked.layer,
        "notes": " ".join(asked.notes),
    }


def _reasons(left_out: Mapping[Any, Any]) -> str:
    return "; ".join(f"{len(ids)} {reason}" for reason, ids in left_out.items())


def _interval(name: str, value: Interval) -> dict[str, float | None]:
    return {name: _round(value.value), f"{name}_low": _round(value.low), f"{name}_high": _round(value.high)}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _times(times: Times) -> dict[str, Any]:
    name = str(times.name)
    row: dict[str, Any] = {f"{name}_of": len(times.of), f"{name}_waiting": len(times.waiting)}
    row[f"{name}_left_out"] = _reasons(times.left_out)
    row |= _interval(f"{name}_median_days", times.median_days)
    for days in DAYS:
        row |= _interval(f"{name}_within_{days}d", times.within[days])
    row[f"{name}_pace"] = _round(times.pace)
    return row | {f"{name}_q": _round(times.q), f"{name}_verdict": str(times.verdict or "")}


def _share(share: Share) -> dict[str, Any]:
    name = str(share.name)
    row: dict[str, Any] = _interval(f"{name}_share", share.share)
    row |= {f"{name}_count": len(share.some), f"{name}_of": len(share.of), f"{name}_left_out": _reasons(share.left_out)}
    row |= _interval(f"{name}_difference", share.difference)
    return row | {f"{name}_q": _round(share.q), f"{name}_verdict": str(share.verdict or "")}


def as_values(asked: Asked, city: GroupFigures, rows: Iterable[GroupFigures]) -> dict[str, Any]:
    """The same for other programs, with the requests behind each number by their id in the store."""

    def told(figures: GroupFigures, name: str) -> dict[str, Any]:
        ids: dict[str, Any] = {"opened": figures.opened.tolist(), "open": figures.backlog.open.tolist()}
        ids["left_out"] = {str(reason): part.tolist() for reason, part in figures.left_out.items()}
        for share in figures.shares.values():
            ids[str(share.name)] = {"count": share.some.tolist(), "of": share.of.tolist()}
        for times in figures.times.values():
            within = {str(days): part.tolist() for days, part in times.within_ids.items()}
            ids[str(times.name)] = {"of": times.of.tolist(), "waiting": times.waiting.tolist(), "within": within}
        return {**as_row(asked, figures, name, ""), "ids": ids}

    return {"city": told(city, ALL), asked.by: [told(row, row.name) for row in rows]}
