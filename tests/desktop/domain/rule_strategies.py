"""Rules and reports for property tests: hostile names, and a small world in which conditions often hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from desktop.domain.rule_matching import AreaFacts, Reports, ServiceFacts, Words
from desktop.domain.rules import WEEKDAYS, Example, Rule, Rules

HOSTILE = (
    *("#", '"', "'", '"""', "'''", "\\", "\\u0041", "[[rule]]", "a = 1", "{x}", "ключ", "🕳️", "\u202eevil", "a.b"),
    *("true", "2026-01-01", "=1+1", "<b>", "' OR 1=1 --", "\U0001f468\u200d\U0001f469", "é", "ß", "İ", "inf", "-0"),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(HOSTILE)
long_texts = st.lists(
    texts | st.sampled_from(["\n", "\r\n", "\r", '"""\n', "\t", "\x00", "\x7f", "\\\n  x"]), max_size=6
)
lines = texts.map(lambda text: "".join(mark for mark in text if mark.isprintable()).strip()[:80])
names = lines.filter(bool)
listed = st.lists(names, max_size=3).map(tuple)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
clocks = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
hours = st.tuples(clocks, clocks | st.just("24:00")).filter(lambda both: both[0] != both[1]).map("-".join)
month_days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")
seasons = st.tuples(month_days, month_days).map("..".join)
weekdays = st.lists(st.sampled_from(WEEKDAYS), max_size=4, unique=True).map(tuple)


@st.composite
def hostile_rules(draw: st.DrawFn) -> Rule:
    """A rule whose every text may be anything."""
    first, last = sorted([draw(days), draw(days)])
    of_area = draw(st.booleans())
    return Rule(
        name=draw(names),
        services=draw(listed),
        areas=draw(st.dictionaries(names, listed, max_size=3)),
        weekdays=draw(weekdays),
        hours=draw(st.none() | hours),
        season=draw(st.none() | seasons),
        answers=draw(st.dictionaries(names, listed, max_size=2)),
        sources=draw(listed),
        words=draw(listed),
        when="".join(draw(long_texts)),
        agency="" if of_area else draw(names),
        agency_of=draw(names) if of_area else "",
        queue=draw(lines),
        priority=draw(st.none() | st.integers(0, 100)),
        deadline_working_h=draw(st.none() | st.floats(0.001, 10_000)),
        effective_from=draw(st.none() | st.just(first)),
        effective_to=draw(st.none() | st.just(last)),
        note="".join(draw(long_texts)),
    )


@st.composite
def hostile_examples(draw: st.DrawFn) -> Example:
    """An example whose every text may be anything."""
    return Example(
        service=draw(names),
        lat=draw(st.floats(-90, 90)),
        long=draw(st.floats(-180, 180)),
        at=draw(st.just("") | st.tuples(days.map(str), clocks).map(" ".join)),
        source=draw(lines),
        text="".join(draw(long_texts)),
        answers=draw(st.dictionaries(names, long_texts.map("".join), max_size=2)),
        agency=draw(lines),
        rule=draw(lines),
    )


def hostile_sets() -> st.SearchStrategy[Rules]:
    """Whole sets of them."""
    rules = st.lists(hostile_rules(), max_size=4, unique_by=lambda rule: rule.name)
    return st.builds(Rules, rule=rules.map(tuple), example=st.lists(hostile_examples(), max_size=2).map(tuple))


# a small world

SERVICES = [ServiceFacts("POT", "Pothole", "Streets"), ServiceFacts("TREE", "Tree", "Parks")]
SOURCES = ["app", "phone"]
LAYERS: Mapping[str, list[AreaFacts]] = {
    "Works": [AreaFacts("West", "Streets"), AreaFacts("East", "Streets 2"), AreaFacts("Gap", "")],
    "Parks": [AreaFacts("Common", "")],
}
WHENS = (
    *(
        "",
        "",
        "  ",
        "hour < 12",
        "weekday == 'mon' || month == 2",
        "double(answers.depth) > 2.0",
        "areas.Works == 'West'",
    ),
    *(
        "1 / (hour - 7) > 0",
        "hour",
        "text.contains('a')",
        "areas.Nowhere == ''",
        "hour ==",
        "service == 'POT' && answers.x == ''",
    ),
)
_some = st.lists(st.sampled_from(["POT", "TREE", "GONE"]), max_size=2).map(tuple)
small_days = st.dates(date(2026, 2, 20), date(2026, 3, 10))


@st.composite
def small_rules(draw: st.DrawFn, name: str) -> Rule:
    """A rule about the small world; most conditions are left out."""

    def maybe(strategy: st.SearchStrategy[Any], empty: Any) -> Any:
        return draw(strategy) if draw(st.integers(0, 3)) == 0 else empty

    first, last = sorted([draw(small_days), draw(small_days)])
    of_area = draw(st.integers(0, 3)) == 0
    works = st.lists(st.sampled_from(["West", "East", "Gap", "Gone"]), max_size=2).map(tuple)
    return Rule(
        name=name,
        services=maybe(_some, ()),
        areas=maybe(st.dictionaries(st.sampled_from(["Works", "Parks", "Lost"]), works, max_size=2), {}),
        weekdays=maybe(weekdays, ()),
        hours=maybe(hours, None),
        season=maybe(seasons, None),
        answers=maybe(
            st.dictionaries(st.sampled_from(["depth", "x"]), st.just(()) | st.just(("3", "Deep")), max_size=2), {}
        ),
        sources=maybe(st.lists(st.sampled_from(["app", "phone", "fax"]), max_size=2).map(tuple), ()),
        words=maybe(st.lists(st.sampled_from(["a", "STRASSE", "hole"]), min_size=1, max_size=2).map(tuple), ()),
        when=maybe(st.sampled_from(WHENS), ""),
        agency="" if of_area else "Streets",
        agency_of="Works" if of_area else "",
        effective_from=maybe(st.just(first), None),
        effective_to=maybe(st.just(last), None),
    )


@st.composite
def small_sets(draw: st.DrawFn) -> Rules:
    """Some rules about the small world."""
    count = draw(st.integers(0, 5))
    return Rules(rule=tuple(draw(small_rules(f"rule {number}")) for number in range(count)))


@st.composite
def small_reports(draw: st.DrawFn) -> Reports:
    """Reports of the small world, some of which say nothing."""
    count = draw(st.integers(1, 12))

    def column(strategy: st.SearchStrategy[int]) -> np.ndarray:
        return np.array(draw(st.lists(strategy, min_size=count, max_size=count)), dtype=np.int64)

    said = st.sampled_from(["", "a pothole", "Hauptstraße", "HOLE"])
    given_answers = st.dictionaries(st.sampled_from(["depth", "x"]), st.sampled_from(["", "3", " deep ", "1"]))
    words = [Words(draw(said), "", draw(given_answers)) for _ in range(count)]
    day, minute = column(small_days.map(date.toordinal)), column(st.integers(0, 1439))
    epoch = date(1970, 1, 1).toordinal()
    return Reports(
        services=SERVICES,
        sources=SOURCES,
        layers=LAYERS,
        service=column(st.integers(0, 1)),
        source=column(st.integers(-1, 1)),
        day=day,
        minute=minute,
        reported_ms=((day - epoch) * 1440 + minute) * 60_000,
        areas={"Works": column(st.integers(-1, 2)), "Parks": column(st.integers(-1, 0))},
        read=lambda rows: [words[row] for row in rows.tolist()],
        question_codes=frozenset({"depth", "x"}),
    )
