"""Questions as they are offered, kept and named in files; no window needed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from desktop.controllers.answer_reads import to_statistic
from desktop.controllers.figure_words import (
    FEWEST_DRAWN,
    ahead_section,
    close_section,
    counted_sentence,
    head_words,
    opened_words,
    promise_section,
)
from desktop.controllers.file_names import LONGEST, file_stem
from desktop.controllers.question_json import question_content, question_kept
from desktop.domain.demand_records import Demand, Judged, Week, WeekAhead
from desktop.domain.figure_records import Asked, Curve, Interval
from desktop.domain.service_figures import Count, Left, People, ShareName
from desktop.operations.place_figures import CITY, Opened, PlaceFigures, PlaceShare, PlaceTimes
from desktop.views import format as words
from desktop.views.neighbourhoods.question import (
    COMPARE,
    FIELDS,
    GI_STAR,
    RATES,
    Question,
    periods_offered,
    with_fields_of,
)
from desktop.views.neighbourhoods.state import plain

DATA = (date(2025, 4, 14), date(2026, 10, 13))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 4, 14), date(2026, 10, 13)),  # all there is
        (date(2026, 1, 1), date(2026, 10, 13)),  # as long again begins before the data
        (date(2010, 1, 1), date(2030, 12, 31)),  # more than there is
        (date(2025, 4, 14), date(2025, 4, 17)),
        (date(2026, 9, 1), date(2026, 9, 30)),  # as long again is there
    ],
)
def test_periods_offered_hold_data(first: date, last: date) -> None:
    """Both lie within the data, are as long as each other, meet without a gap, and from a week on in whole weeks."""
    pair = periods_offered(first, last, DATA)
    assert DATA[0] <= pair.before_first <= pair.before_last < pair.first <= pair.last <= DATA[1]
    days = (pair.last - pair.first).days + 1
    assert (pair.before_last - pair.before_first).days + 1 == days
    assert pair.first - pair.before_last == timedelta(days=1)
    assert pair.last == min(last, DATA[1])
    if (pair.first, pair.last) != (first, last):
        assert days < 7 or days % 7 == 0


def test_a_period_that_can_have_one_before_stays() -> None:
    """Where as many days before hold data, the period asked for is not touched; nor is one without any data."""
    whole = periods_offered(date(2026, 9, 1), date(2026, 9, 30), DATA)
    assert (whole.first, whole.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (whole.before_first, whole.before_last) == (date(2026, 8, 2), date(2026, 8, 31))
    for first, last, data in ((date(2010, 1, 1), date(2010, 3, 1), DATA), (DATA[0], DATA[0], DATA)):
        pair = periods_offered(first, last, data)
        assert (pair.first, pair.last) == (first, last)


def test_fields_that_were_seen_stay_as_they_were_chosen() -> None:
    """Of a kept answer only what no statistic asked for so far comes into the form; without its period no other."""
    mine = Question(first=date(2026, 7, 1), last=date(2026, 9, 30), zones="7", exposure="street_km", seed=5)
    kept = replace(mine, statistic=RATES, zones="square", exposure="km2", weights="two rings")
    asked = with_fields_of(replace(mine, statistic=RATES), kept, FIELDS[GI_STAR])
    assert asked == replace(mine, statistic=RATES)
    assert with_fields_of(replace(mine, statistic=RATES), kept) == kept
    pair = replace(mine, statistic=COMPARE, before_first=date(2026, 1, 1), before_last=date(2026, 3, 31))
    assert with_fields_of(replace(mine, statistic=COMPARE), pair).before_first == date(2026, 1, 1)
    later = replace(mine, statistic=COMPARE, last=date(2026, 10, 1))
    assert with_fields_of(later, pair).before_first is None


def test_a_question_comes_back_whole_or_not_at_all() -> None:
    """Through JSON and back it is the same; what no form can hold is no question, whatever it is."""
    asked = Question(COMPARE, "dump", DATA[0], DATA[1], "incidents", "given", (("Old <Town>", 2.5),), "4", 250)
    asked = replace(asked, before_first=date(2024, 1, 1), before_last=date(2024, 2, 29), against="city")
    content = json.loads(json.dumps(question_content(asked)))
    assert question_kept(content) == asked
    assert question_kept(content | {"of a later version": 1}) == asked
    for wrong in (
        {"statistic": "astrology"}, {"first": None}, {"first": "2026-02-31"}, {"first": 5}, {"seed": -1},
        {"permutations": "many"}, {"cell_m": 1e9}, {"given": [["a"]]}, {"given": []}, {"zones": None}, {"count": ["x"]},
    ):  # fmt: skip
        assert question_kept(content | wrong) is None
    assert question_kept({}) is None


def test_a_kept_question_names_its_map_layer_and_not_where_it_lies() -> None:
    """Only name and column are kept, and whoever brings it back chooses the file; an answer to it is told by both."""
    asked = Question(RATES, first=DATA[0], last=DATA[1], exposure="given", exposure_field="people")
    asked = replace(asked, exposure_file="/home/ana/secret/tracts.gpkg")
    content = question_content(asked)
    assert "secret" not in json.dumps(content)
    kept = question_kept(content)
    assert kept == replace(asked, exposure_file="tracts.gpkg")
    assert (kept.lacks_file(), asked.lacks_file()) == (True, False)
    assert to_statistic(kept).exposure is None
    told = to_statistic(asked)
    assert (told.exposure, told.exposure_file, told.exposure_field) == ("given", asked.exposure_file, "people")
    assert to_statistic(replace(asked, statistic=COMPARE)).exposure_file == ""
    answered = replace(kept, given=(("cell 0", 3.0),))
    assert asked.asks_the_same(answered)
    assert answered.asks_the_same(asked)
    assert not asked.asks_the_same(replace(answered, exposure_field="homes"))
    assert not asked.asks_the_same(replace(answered, exposure_file="other.gpkg"))


def test_names_of_files_say_what_is_in_them() -> None:
    """Statistic, service and period; a service can be called anything and still names no other folder."""
    assert file_stem("hotspots", "Pothole", date(2026, 7, 1), date(2026, 9, 30)) == (
        "hotspots-pothole-2026-07-01-2026-09-30"
    )
    assert file_stem("rates", "", None, None) == "rates-all-time"
    for hostile in ("../../etc/passwd", "C:\\Windows", 'a/b:c*?<>|"\n\0', "." * 9, "x" * 500, "CON", "Straßenmüll ä"):
        stem = file_stem("hotspots", hostile, "2026-07-01", "2026-09-30")
        assert stem.startswith("hotspots-")
        assert stem.endswith("2026-07-01-2026-09-30")
        assert all(letter.isalnum() or letter == "-" for letter in stem)
        assert len(stem) <= LONGEST


def test_decimals_keep_what_is_significant() -> None:
    """However small a rate is, two digits of it are told; none of a large one is invented."""
    assert [words.decimals_of(value) for value in (42.0, 4.2, 0.42, 0.0042, 0.0, float("nan"))] == [1, 1, 2, 4, 1, 1]
    for value in (0.9999, 0.012, 0.00034, 7.5e-5):
        assert float(words.number(value, words.decimals_of(value))) == pytest.approx(value, rel=0.05)


def test_sentences_of_the_pane_have_the_days_of_the_window() -> None:
    """Why nothing is expected names its first day as the window says days, not as files do."""
    silent = Demand(None, "Snow", (), (), "", 1.0, None, "The first report is of 2025-10-17.")
    assert ahead_section(silent).why_not.endswith("17 Oct 2025.")


def test_what_is_expected_says_how_uncertain_its_trial_is() -> None:
    """Beside the share of past weeks that lay inside stands that it may be off by chance, as in the report."""
    week = Week(date(2026, 10, 5), 20, 0, 0)
    ahead = (WeekAhead(date(2026, 10, 12), 21.0, 15.0, 27.0, 12.0, 30.0),)
    tried = Judged(26, 26, 4.0, 5.0, None, 0.77, 0.92)
    for judged, said in ((tried, True), (None, False)):
        told = plain(ahead_section(Demand(None, "City", (week,), ahead, "", 1.0, judged, "")).said)
        assert ("20 points off by chance" in told) == said


def test_of_very_few_no_curve_is_drawn() -> None:
    """Their interval reaches from top to bottom: a sentence stands there; beside a city that has enough, the city."""
    days = np.array([0.0, 89.5])
    curve = Curve(days, np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.zeros(0))
    within = {day: Interval(1.0, 0.5, 1.0) for day in (1, 7, 30)}
    one = PlaceTimes("Old Town", 4, curve, Interval(89.5), within, 0, 1, 1, {})
    city = replace(one, name="Rivermouth", key=CITY, of=FEWEST_DRAWN, opened=FEWEST_DRAWN)
    asked = Asked("neighbourhood", DATA[0], DATA[1], "", People.ALL, Count.REQUESTS, (), "", "Rivermouth", 9)
    alone = close_section(PlaceFigures(asked, None, replace(city, of=1, opened=1), (), ()))
    assert alone.chart is None
    assert "too few" in alone.why_not
    assert len(alone.rows) == 1
    both = close_section(PlaceFigures(asked, one, city, (), ()))
    assert both.chart is not None
    assert [line.name for line in both.chart.lines] == ["Whole city"]
    assert "too few" in plain(both.said)
    assert len(both.rows) == 2


def test_a_figure_of_nothing_opens_nothing() -> None:
    """None and all are told without decimals; none is no link, nor is the time to close of a place without any."""
    nought, whole, some = Interval(0.0, 0.0, 0.1), Interval(1.0, 0.9, 1.0), Interval(0.004, 0.0, 0.1)
    curve = Curve(*(np.zeros(0) for _ in range(5)))
    within = {1: nought, 7: some, 30: whole}
    city = PlaceTimes("Rivermouth", CITY, curve, Interval(None), within, 0, 0, 3, {Left.NOT_OURS: 3})
    names = (ShareName.RECATEGORISED, ShareName.ON_TIME, ShareName.REOPENED)
    shares = tuple(
        PlaceShare(name, None, of, Interval(None), None) for name, of in zip(names, (nought, whole, some), strict=True)
    )
    asked = Asked("neighbourhood", DATA[1], DATA[1], "", People.ALL, Count.REQUESTS, (), "", "Rivermouth", 9)
    found = PlaceFigures(asked, None, city, shares, ())
    told = [row.cells[0] for row in promise_section(found).rows]
    assert [cell.text.rstrip("%").strip() for cell in told] == ["0", "100", "0.4"]
    assert [cell.opens is None for cell in told] == [True, False, False]
    (row,) = close_section(found).rows
    assert [cell.opens is None for cell in row.cells] == [True, True, False, False]
    assert row.cells[0].text == "–"
    assert head_words(asked) == "Opened 13 Oct 2026 · all services"
    assert opened_words(Opened(CITY, "within", days=1), found) == "Closed within 1 day · Whole city"


def test_what_a_curve_leaves_out_is_told_and_opens() -> None:
    """The total and each reason stand beside what is counted, and open their own requests; nothing of none is told."""
    nought = np.zeros(0)
    curve = Curve(nought, nought, nought, nought, nought)
    left = {Left.REPEATS: 3, Left.NOT_OURS: 2}
    times = PlaceTimes("", CITY, curve, Interval(None), {}, 4, 15, 20, left)
    told = counted_sentence(times, [times])
    assert "4 of 15" in plain(told)
    assert "20 requests" in plain(told)
    opened = [piece.opens for piece in told if piece.opens is not None]
    assert opened == [
        Opened(CITY, "waiting"), Opened(CITY, "of"), Opened(CITY, "opened"),
        Opened(CITY, "left", left=Left.REPEATS), Opened(CITY, "left", left=Left.NOT_OURS),
    ]  # fmt: skip
    whole = counted_sentence(replace(times, opened=15, left_out={}, waiting=0), [times])
    assert [piece.opens for piece in whole if piece.opens is not None] == [Opened(CITY, "of")]
