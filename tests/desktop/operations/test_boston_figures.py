"""The service figures of a real city: its own word for what was on time, and what its work orders do to an average."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data.records import Status
from desktop.domain.attention import MISSING_MS, STATUS_CODES
from desktop.domain.channels import is_staff
from desktop.domain.service_figures import DAY_MS, Definition, People, Reports, TimeName, cases_of, lasting, on_time
from geo.survival import kaplan_meier, log_rank_against_rest
from tests.shared import shared_file

NEVER_ASKED = 2**62


@pytest.fixture(scope="module")
def boston() -> tuple[pd.DataFrame, Reports]:
    """The file of July to October 2011, and its reports as the definitions read them."""
    table = pd.read_csv(shared_file("requests/boston_311_2011_jul_oct.zip"), dtype=str, keep_default_na=False)

    def ms(name: str) -> np.ndarray:
        local = pd.to_datetime(table[name], errors="coerce").dt.tz_localize(ZoneInfo("America/New_York"), "NaT", "NaT")
        told = local.dt.tz_convert("UTC").dt.as_unit("ms")
        return np.where(told.isna(), MISSING_MS, told.astype("int64"))

    closed, count = ms("closed_dt"), len(table)
    ended = table["case_status"].eq("Closed").to_numpy()
    codes = np.where(ended, STATUS_CODES[Status.CLOSED], STATUS_CODES[Status.SUBMITTED])
    nothing, never = np.full(count, MISSING_MS), np.zeros(count, dtype=bool)
    reports = Reports(
        np.arange(count), codes.astype(np.uint8), ms("open_dt"), nothing, closed, ms("target_dt"), nothing, never,
        np.zeros(count, dtype=np.uint8), np.full(count, -1), never, table["source"].map(is_staff).to_numpy(),
    )  # fmt: skip
    return table, reports


def test_on_time_is_the_citys_own_word(boston: tuple[pd.DataFrame, Reports]) -> None:
    """Of what was closed, on time by the deadline of its day is what the city wrote into its own column."""
    table, reports = boston
    cases = cases_of(reports, Definition(0, NEVER_ASKED, NEVER_ASKED))
    part = on_time(cases, NEVER_ASKED)
    closed = part.of & (reports.closed_ms[cases.row] != MISSING_MS)
    theirs = table["ontime"].to_numpy()[cases.row] == "ONTIME"
    assert closed.sum() > 30_000
    assert np.mean(part.some[closed] == theirs[closed]) > 0.999
    assert not part.some[part.of & ~closed].any()


def test_open_requests_and_work_orders_are_not_hidden(boston: tuple[pd.DataFrame, Reports]) -> None:
    """Closed ones alone look quicker than all do; staff's work orders are closed at once; curves are scipy's."""
    table, reports = boston
    as_of = int(reports.requested_ms.max()) + DAY_MS
    whole = Definition(0, NEVER_ASKED, as_of)
    cases = cases_of(reports, whole)
    told = lasting(cases, TimeName.CLOSE, as_of)
    curves = kaplan_meier(told.time_ms, told.over)
    theirs = stats.ecdf(stats.CensoredData(uncensored=told.time_ms[told.over], right=told.time_ms[~told.over])).sf
    for days in (1, 7, 30, 90):
        assert curves.still(days * DAY_MS).value[0] == pytest.approx(theirs.evaluate(days * DAY_MS), abs=1e-12)
    closed_alone = np.mean(told.time_ms[told.over] <= 30 * DAY_MS)
    assert closed_alone > 1 - curves.still(30 * DAY_MS).value[0] + 0.1
    medians = {}
    for people in (People.RESIDENTS, People.STAFF):
        part = lasting(cases_of(reports, Definition(0, NEVER_ASKED, as_of, people)), TimeName.CLOSE, as_of)
        medians[people] = kaplan_meier(part.time_ms, part.over).medians()[0][0] / DAY_MS
    assert medians[People.STAFF] < 0.1 < 1 < medians[People.RESIDENTS]
    place, name = pd.factorize(table["neighborhood"].to_numpy()[cases.row])
    service = pd.factorize(table["type"].to_numpy()[cases.row])[0] * 2 + reports.staff[cases.row]
    crude = log_rank_against_rest(told.time_ms, told.over, place, len(name))
    alike = log_rank_against_rest(told.time_ms, told.over, place, len(name), service)
    assert (np.abs(alike.z) < np.abs(crude.z)).mean() > 0.6  # most of what is seen between places is their mix
