"""Which rule takes a report: whole columns and single trials agree, and times are those of the city's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.rule_matching import NOWHERE, AreaFacts, Reports, Words, local_days_minutes, take
from desktop.domain.rule_trials import trials
from desktop.domain.rules import WEEKDAYS, Condition, Rule, Rules
from tests.desktop.domain.rule_strategies import LAYERS, SERVICES, SOURCES, hours, seasons, small_reports, small_sets
from tests.soak import examples

slowly = settings(deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC")
moments = st.integers(631_152_000, 1_893_456_000).map(lambda at_s: datetime.fromtimestamp(at_s, tz=UTC))  # 1990 to 2030


def reports_at(*moments: datetime, zone: str = "America/New_York", works: int = 0, text: str = "") -> Reports:
    """A report at each moment, of potholes, in one area."""
    times = np.array([round(moment.timestamp() * 1000) for moment in moments], dtype=np.int64)
    day, minute = local_days_minutes(times, zone)
    same = np.zeros(len(times), dtype=np.int64)
    return Reports(
        services=SERVICES,
        sources=SOURCES,
        layers=LAYERS,
        service=same,
        source=same,
        day=day,
        minute=minute,
        reported_ms=times,
        areas={"Works": same + works, "Parks": same + NOWHERE},
        read=lambda rows: [Words(text)] * len(rows),
        question_codes=frozenset({"depth"}),
    )


def only(**values: object) -> Rules:
    """One rule."""
    return Rules(rule=(Rule.model_validate({"name": "r", "agency": "Streets"} | values),))


def taken(rules: Rules, reports: Reports) -> list[int]:
    """The place of the rule that took each report."""
    return list(take(rules, reports).rule.tolist())


@slowly
@given(small_sets(), small_reports())
def test_columns_and_single_trials_agree(rules: Rules, reports: Reports) -> None:
    """For each report the first rule whose trial fits or stops is the one that columns found, fault and all."""
    found = take(rules, reports)
    for row in range(len(reports)):
        first = next((one for one in trials(rules, reports, row) if one.fits or one.fault), None)
        stopped = found.faults.get(row)
        if first is None:
            assert (found.rule[row], stopped) == (NOWHERE, None)
        elif first.fault:
            assert (found.rule[row], stopped) == (NOWHERE, (first.rule, first.fault))
        else:
            assert (found.rule[row], stopped) == (first.rule, None)


@slowly
@given(small_sets(), small_reports(), st.data())
def test_some_rows_are_decided_like_all(rules: Rules, reports: Reports, data: st.DataObject) -> None:
    """Asking for some rows only, in any order, gives them what they get among all."""
    rows = data.draw(st.lists(st.integers(0, len(reports) - 1), unique=True))
    whole, part = take(rules, reports), take(rules, reports, rows=np.array(rows, dtype=np.int64))
    assert [part.rule[row] for row in rows] == [whole.rule[row] for row in rows]
    assert part.faults == {row: fault for row, fault in whole.faults.items() if row in rows}


@slowly
@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_days_and_minutes_are_those_of_the_clocks(times: list[datetime], zone: str) -> None:
    """Local day and minute are what datetime says, one moment at a time."""
    day, minute = local_days_minutes(np.array([round(t.timestamp() * 1000) for t in times], dtype=np.int64), zone)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in times]
    assert day.tolist() == [moment.date().toordinal() for moment in local]
    assert minute.tolist() == [moment.hour * 60 + moment.minute for moment in local]


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 20, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 10, tzinfo=UTC)),  # half an hour
        ("America/St_Johns", datetime(2010, 11, 7, tzinfo=UTC)),  # at one minute past midnight
        ("Pacific/Apia", datetime(2011, 12, 29, 22, tzinfo=UTC)),  # a day that was left out
    ],
)
def test_nights_when_clocks_change(zone: str, night: datetime) -> None:
    """Through a night in which clocks change, hours and weekdays hold by the clock on the wall, minute by minute."""
    times = [night + timedelta(minutes=ahead) for ahead in range(14 * 60)]
    reports = reports_at(*times, zone=zone)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in times]
    assert reports.minute.tolist() == [moment.hour * 60 + moment.minute for moment in local]
    early = [0 if f"{m:%H:%M}" >= "23:30" or f"{m:%H:%M}" < "01:45" else NOWHERE for m in local]
    assert taken(only(hours="23:30-01:45"), reports) == early
    sundays = [0 if moment.weekday() == 6 else NOWHERE for moment in local]
    assert taken(only(weekdays=["sun"]), reports) == sundays


@slowly
@given(st.lists(moments, min_size=1, max_size=20), hours, seasons)
def test_hours_and_seasons_hold_as_datetime_says(times: list[datetime], wanted: str, season: str) -> None:
    """Hours across midnight and seasons across New Year agree with a count of each minute and each day."""
    reports, zone = reports_at(*times), ZoneInfo("America/New_York")
    local = [moment.astimezone(zone) for moment in times]
    minutes, of_season = _minutes_of(wanted), _days_of(season)
    held = [0 if moment.hour * 60 + moment.minute in minutes else NOWHERE for moment in local]
    assert taken(only(hours=wanted), reports) == held
    assert taken(only(season=season), reports) == [0 if f"{m:%m-%d}" in of_season else NOWHERE for m in local]


def _minutes_of(wanted: str) -> set[int]:
    """The minutes of hours, walked one by one from the first."""
    first, end = ((int(text[:2]) * 60 + int(text[3:])) % 1440 for text in wanted.split("-"))
    found = {first}
    at = (first + 1) % 1440
    while at != end:
        found.add(at)
        at = (at + 1) % 1440
    return found


def _days_of(season: str) -> set[str]:
    """The days of a season, walked one by one through a leap year and on."""
    first, last = season.split("..")
    day = date.fromisoformat(f"2024-{first}")
    found = {first}
    while f"{day:%m-%d}" != last:
        day = day + timedelta(days=1) if (day.month, day.day) != (12, 31) else date(2024, 1, 1)
        found.add(f"{day:%m-%d}")
    return found


def test_a_leap_day_is_in_its_season() -> None:
    """A season to the end of February holds on the 29th, and one of that day alone holds on no other."""
    days = [datetime(2028, 2, 28, 17, tzinfo=UTC) + timedelta(days=ahead) for ahead in range(3)]
    assert taken(only(season="12-01..02-29"), reports_at(*days)) == [0, 0, NOWHERE]
    assert taken(only(season="02-29..02-29"), reports_at(*days)) == [NOWHERE, 0, NOWHERE]


def test_first_and_last_day_are_included() -> None:
    """A rule holds on its first and on its last day, in the city's zone."""
    rules = only(effective_from="2026-05-04", effective_to="2026-05-05")
    hour = timedelta(hours=1)
    start = datetime(2026, 5, 4, 4, tzinfo=UTC)  # midnight in New York
    times = (start - hour, start, start + 48 * hour - hour, start + 48 * hour)
    assert taken(rules, reports_at(*times)) == [NOWHERE, 0, 0, NOWHERE]


def test_the_department_of_an_area_needs_an_area_that_has_one() -> None:
    """agency_of takes what lies in an area with a department only, and in the areas that the rule names as well."""
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    anywhere, in_east = (
        only(agency="", agency_of="Works"),
        only(agency="", agency_of="Works", areas={"Works": ["East"]}),
    )
    assert [taken(anywhere, reports_at(noon, works=place))[0] for place in (0, 1, 2, -1)] == [0, 0, NOWHERE, NOWHERE]
    assert [taken(in_east, reports_at(noon, works=place))[0] for place in (0, 1, 2, -1)] == [NOWHERE, 0, *[NOWHERE] * 2]
    assert taken(only(agency="", agency_of="Lost"), reports_at(noon)) == [NOWHERE]


def test_areas_of_two_layers_have_to_hold_both() -> None:
    """A point that lies in overlapping areas of two layers fits a rule that asks both, and no other point does."""
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    reports = reports_at(noon, noon, noon)
    areas = {"Works": np.array([0, 0, 1]), "Parks": np.array([0, NOWHERE, 0])}
    both = Reports(**{name: getattr(reports, name) for name in Reports.__slots__} | {"areas": areas})
    assert taken(only(areas={"Works": ["West"], "Parks": []}), both) == [0, NOWHERE, NOWHERE]
    assert LAYERS["Parks"] == [AreaFacts("Common", "")]


def test_a_rule_that_stops_keeps_the_report() -> None:
    """What cannot be decided goes to no later rule; a rule that another condition rules out does not stop it."""
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    stops = Rule(name="stops", when="double(answers.depth) > 1.0", agency="Streets")
    elsewhere = Rule(name="elsewhere", services=("TREE",), when="double(answers.depth) > 1.0", agency="Streets")
    rest = Rule(name="rest", agency="Parks")
    found = take(Rules(rule=(stops, rest)), reports_at(noon))
    assert (found.rule.tolist(), found.faults) == ([NOWHERE], {0: (0, "it reads a number from text that is none")})
    assert take(Rules(rule=(elsewhere, rest)), reports_at(noon)).faults == {}
    first, second = trials(Rules(rule=(elsewhere, rest)), reports_at(noon), 0)
    assert (first.fits, first.fault, second.fits) == (False, "", True)
    assert [one.condition for one in first.against] == [Condition.SERVICE, Condition.WHEN]


def test_words_are_found_whatever_their_case() -> None:
    """Words of the text fit in any case, also where a language writes one letter as two."""
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert taken(only(words=["STRASSE", "x"]), reports_at(noon, text="in der Hauptstraße")) == [0]
    assert taken(only(words=["street"]), reports_at(noon, text="in der Hauptstraße")) == [NOWHERE]


def test_weekdays_are_named_as_they_fall() -> None:
    """Each weekday of a week is taken by its own name."""
    week = [datetime(2026, 5, 4, 12, tzinfo=UTC) + timedelta(days=ahead) for ahead in range(7)]  # from a Monday
    found = [taken(only(weekdays=[name]), reports_at(*week)).index(0) for name in WEEKDAYS]
    assert found == list(range(7))
