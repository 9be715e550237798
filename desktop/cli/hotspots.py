"""`opsmap hotspots`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from data.connectors.area_values import ENDINGS
from data.errors import RefusedInput
from desktop.cli.desk import desk_of, parse_day, tell
from desktop.operations.changes import Changes
from desktop.operations.export_statistic import check_kind, write_answer
from desktop.operations.exposure_files import CSV
from desktop.operations.hotspots import HotspotAnswer, HotspotQuestion, find_hotspots
from desktop.operations.kept_answers import as_answer
from desktop.operations.outputs import after, check_output
from desktop.operations.spatial_statistics import STATISTICS, StatisticAnswer, StatisticQuestion, ask_statistic
from desktop.operations.work import Work


def hotspots(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="FILE.geojson, .gpkg, .csv, .html, .svg, .png or .pdf.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this service code.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    cell_m: Annotated[float | None, typer.Option(help="Width of a cell in metres.", min=1.0)] = None,
    permutations: Annotated[int, typer.Option(help="Conditional permutations.", min=0)] = 999,
    seed: Annotated[int, typer.Option(help="Same seed, same p-values.", min=0)] = 1,
    grid: Annotated[str, typer.Option(help="hexagon or square.")] = "hexagon",
    variance: Annotated[str, typer.Option(help="n or n-1: what the variance divides by.")] = "n",
    statistic: Annotated[str, typer.Option(help="gi_star, moran, emerging, rates, compare or density.")] = "gi_star",
    count: Annotated[str, typer.Option(help="requests, or incidents once each.")] = "requests",
    zones: Annotated[str | None, typer.Option(help="A layer of areas in place of cells: its name or number.")] = None,
    exposure: Annotated[
        str | None,
        typer.Option(help="What counts are held against: street_km, km2, FILE.csv of area,value, or a map layer."),
    ] = None,
    exposure_field: Annotated[str, typer.Option(help="Its column of numbers, where a map layer has several.")] = "",
    measure: Annotated[
        str | None, typer.Option(help="What Gi* compares: count, rate, smoothed or excess (with an exposure).")
    ] = None,
    before_first: Annotated[str | None, typer.Option("--before-from", help="First day of the period before.")] = None,
    before_last: Annotated[str | None, typer.Option("--before-to", help="Last day of the period before.")] = None,
    against: Annotated[str, typer.Option(help="What no change is: itself, or the city's own change.")] = "itself",
    step: Annotated[str | None, typer.Option(help="Steps of emerging hot spots: day, week or month.")] = None,
    kernel: Annotated[str, typer.Option(help="Of the density: quartic or gaussian.")] = "quartic",
    bandwidth_m: Annotated[float | None, typer.Option(help="Of the density, in metres; learned without.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Test where requests concentrate: Gi* by cell, with the false discovery rate held; or ask another statistic."""
    if out is not None:
        check_kind(out)
    _refuse_idle(context, statistic)
    start, end = parse_day(first, "--from"), parse_day(last, "--to")
    if statistic == "gi_star" and count == "requests" and (zones, exposure, measure) == (None, None, None):
        plain = HotspotQuestion(
            service, start, end, cell_m, permutations=permutations, seed=seed, grid=grid, variance=variance
        )
        _run(context, out, as_json, lambda work: find_hotspots(work, plain))
        return
    kind, file = exposure_of(exposure, exposure_field)
    question = StatisticQuestion(
        statistic,
        service,
        start,
        end,
        cell_m=cell_m,
        permutations=permutations,
        seed=seed,
        count=count,
        zones=zones or grid,
        exposure=kind,
        exposure_file=file,
        exposure_field=exposure_field,
        measure=measure,
        variance=variance,
        before_first=parse_day(before_first, "--before-from"),
        before_last=parse_day(before_last, "--before-to"),
        against=against,
        step=step,
        kernel=kernel,
        bandwidth_m=bandwidth_m,
    )
    _run(context, out, as_json, lambda work: ask_statistic(work, question))


_TAKEN_BY = {
    "permutations": ("gi_star", "moran"),
    "seed": ("gi_star", "moran"),
    "variance": ("gi_star",),
    "before_first": ("compare",),
    "before_last": ("compare",),
    "against": ("compare",),
    "step": ("emerging",),
    "kernel": ("density",),
    "bandwidth_m": ("density",),
}
_NAMES = {"before_first": "before-from", "before_last": "before-to"}


def _refuse_idle(context: typer.Context, statistic: str) -> None:
    """An option that a statistic does not take would be thought to have done something."""
    if statistic not in STATISTICS:
        return  # said with the ones there are
    for name, statistics in _TAKEN_BY.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and statistic not in statistics:
            option = _NAMES.get(name, name.replace("_", "-"))
            raise RefusedInput(f"--{option} is of --statistic {' or '.join(statistics)}; leave it out.")


def exposure_of(text: str | None, field: str) -> tuple[str | None, str]:
    """The kind of exposure and the file it is in, if any; RefusedInput for a column of what is no map layer."""
    ending = Path(text).suffix.lower() if text else ""
    if field and ending not in ENDINGS:
        raise RefusedInput(f"--exposure-field '{field}' is of a map layer; give one by --exposure.")
    return ("given", text or "") if ending in (CSV, *ENDINGS) else (text, "")


def _run(
    context: typer.Context,
    out: Path | None,
    as_json: bool,
    act: Callable[[Work], tuple[Changes, HotspotAnswer | StatisticAnswer]],
) -> None:
    """Ask, write the file, and tell."""
    with desk_of(context).work() as work:
        if out is not None:
            check_output(work.store, out)
        changes, answer = act(work)
        if out is not None:
            with after(changes):
                write_answer(work, as_answer(answer) if isinstance(answer, HotspotAnswer) else answer, out)
        tell(changes, as_json=as_json)
