"""`opsmap hotspots --out`: any statistic to any kind of file; what cannot be answered is said, and no file is there."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest
from lxml import etree

from data.store import open_store
from desktop.cli.main import exit_code
from desktop.operations.kept_answers import kept_answer

PERIOD = ("--from", "2026-07-01", "--to", "2026-10-13")


def test_any_statistic_goes_to_any_kind(location: str, tmp_path: Path) -> None:
    """A comparison drawn over the streets and rates as a table hold what the store keeps, zone by zone."""
    before = ("--before-from", "2026-04-01", "--before-to", "2026-06-30")
    drawn, table = tmp_path / "change.svg", tmp_path / "rates.csv"
    asked = ["--store", location, "hotspots", *PERIOD]
    assert exit_code([*asked, "--statistic", "compare", *before, "--out", str(drawn)]) == 0
    rates = ("--statistic", "rates", "--exposure", "street_km", "--zones", "Neighbourhoods")
    assert exit_code([*asked, *rates, "--out", str(table)]) == 0
    store = open_store(location)
    with store.read() as unit:
        change, rate = kept_answer(unit, "compare"), kept_answer(unit, "rates")
    store.close()
    assert change is not None
    assert rate is not None
    root = etree.parse(str(drawn)).getroot()
    assert len(list(root.iter("{*}image"))) == 1  # the streets beneath
    titles = [title.text for title in root.iter("{*}title")][1:]
    assert len(titles) == len(change.polygons_wkb)
    more = sum("More than expected" in title for title in titles)
    assert more == (change.columns["class"] == "more").sum()
    read = pandas.read_csv(table, comment="#")
    assert read["count"].tolist() == rate.columns["count"].tolist()
    assert read["place"].tolist() == read["name"].tolist()  # an area's middle lies in itself


def test_what_cannot_be_answered_leaves_no_file(
    location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too few zones, no requests, no such service, layer, statistic or kind, missing parts: a sentence and no file."""
    for words, said, ending in (
        (("--cell-m", "20000"), "too few", "png"),
        (("--statistic", "moran", "--zones", "Neighbourhoods", "--from", "2031-01-01"), "widen the period", "svg"),
        (("--service", "flying_saucers"), "No service has the code", "pdf"),
        (("--zones", "Wards"), "There are no zones 'Wards'", "html"),
        (("--statistic", "magic"), "There is no statistic 'magic'", "csv"),
        (("--statistic", "rates"), "Rates need an exposure", "gpkg"),
        (("--statistic", "compare", *PERIOD), "the first and the last day of both periods", "geojson"),
        (("--statistic", "emerging", "--from", "2026-10-01", "--step", "month"), "steps of 1 month are too few", "png"),
        (PERIOD, "does not tell its kind; end it with one of .geojson, .gpkg, .csv, .html, .svg, .png, .pdf", "gif"),
        (("--from", "2026-10-01", "--to", "2026-09-01"), "before it begins", "png"),
    ):
        out = tmp_path / f"answer.{ending}"
        assert exit_code(["--store", location, "hotspots", *words, "--out", str(out)]) in (1, 2)
        told = [line for line in capsys.readouterr().err.splitlines() if "%" not in line]
        assert said in told[-1]
        assert told[-1].endswith(".")
        assert "Traceback" not in " ".join(told)
        assert not [one for one in tmp_path.iterdir() if "answer" in one.name]
