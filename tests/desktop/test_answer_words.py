"""Answers about where and when in words: counts as links, doubts named, kinds in order; no window needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from desktop.controllers.answer_tables import card_lines, cells_of
from desktop.controllers.answer_words import answer_state, legend_words, result_of, title_of
from desktop.controllers.city_words import CityWords
from desktop.controllers.emerging_play import step_names
from desktop.controllers.zone_choice import inside
from desktop.domain.statistic_marks import EMERGING, GI_STAR, breaks, by_value, marked
from desktop.domain.statistic_method import care, chosen, method_lines
from desktop.domain.statistic_words import AnswerFacts, counted_words
from desktop.operations.kept_answers import KeptAnswer
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.operations.zone_requests import ZonesOpened
from desktop.views.neighbourhoods.cells_table import COUNT, CellModel, Cells, FigureColumn
from desktop.views.neighbourhoods.question import (
    COMPARE,
    DENSITY,
    MODES,
    Question,
    of_mode,
    period_before,
    periods_offered,
    same_days_last_year,
)
from desktop.views.neighbourhoods.state import Piece, plain, with_links

CITY = CityWords({"dump": "Illegal <dumping>"}, "Europe/Berlin", datetime(2026, 10, 13, 12, tzinfo=UTC))
METHOD: dict[str, Any] = {
    "statistic": "gi_star",
    "zones": "hexagon",
    "counts": "incidents",
    "exposure": None,
    "permutations": 999,
    "seed": 7,
    "service": "dump",
    "from": "2026-07-15",
    "to": "2026-10-13",
    "requests": 30,
    "counted": 21,
    "repeats": 9,
    "correction": "Benjamini-Hochberg false discovery rate",
    "parameters": [
        {
            "parameter": "cell_m",
            "value": 178.0,
            "reason": "requests_a_cell",
            "why": "",
            "figures": {"requests_a_cell": 20},
        },
        {"parameter": "permutations", "value": 999, "reason": "given", "why": "", "figures": {}},
    ],
    "notes": ["The first request of this service is of 2026-08-01, after the period began."],
    "neighbours": "cells that share an edge",
    "cell_m": 178.0,
    "islands": ["cell 3"],
    "computed_at": "2026-10-13T11:00:00+00:00",
    "source": "Getis and Ord 1992",
}
COLUMNS = {
    "count": np.array([9, 0, 8, 4]),
    "gi_z": np.array([4.0, 3.0, 0.1, -3.0]),
    "p_sim": np.array([0.001, 0.002, 0.9, 0.01]),
    "q_fdr": np.array([0.004, 0.03, 0.9, 0.04]),
    "class": np.array(["hot q<=0.01", "hot q<=0.05", "not significant", "cold q<=0.05"]),
}
ANSWER = StatisticAnswer(COLUMNS, (b"",) * 4, METHOD)
FACTS = AnswerFacts(METHOD, COLUMNS, 4, "Illegal <dumping>")


def test_the_result_opens_what_it_counts() -> None:
    """Hot cells, all and their counts are told; each count is a link to its zones, and nothing opens nothing."""
    sentences = result_of(ANSWER, marked("gi_star", COLUMNS))
    assert plain(sentences[0]).startswith("2 hot cells hold 9 of 21 incidents (43")
    assert [piece.opens for piece in sentences[0] if piece.opens] == [ZonesOpened((0, 1)), ZonesOpened(None)]
    assert any("may hold none itself" in plain(sentence) for sentence in sentences)
    areas = replace(ANSWER, method={**METHOD, "cell_m": None})
    said = plain(result_of(areas, marked("gi_star", COLUMNS))[0])
    assert "they are 50\N{NARROW NO-BREAK SPACE}% of the areas. 1 is cold." in said
    nothing = replace(ANSWER, columns={**COLUMNS, "class": np.array(["not significant"] * 4)})
    (only,) = result_of(nothing, marked("gi_star", nothing.columns))
    assert plain(only) == "No cell stands out from chance. That is a result."


def test_one_hot_cell_holds_what_it_holds() -> None:
    """One of a kind is said as one in each result: cell, area, zone, and what it holds."""
    one = {**COLUMNS, "count": np.array([1, 0, 0, 0])}
    one["class"] = np.array(["hot q<=0.01", *["not significant"] * 3])
    told = plain(result_of(replace(ANSWER, columns=one), marked("gi_star", one))[0])
    assert told.startswith("1 hot cell holds 1 of 1 incident (100")
    moran = {**one, "class": np.array(["high among low", *["not significant"] * 3])}
    answer = replace(ANSWER, columns=moran, method={**METHOD, "statistic": "moran"})
    assert plain(result_of(answer, marked("moran", moran))[0]) == "High among low: 1, with 1 incident."
    pattern = {**one, "class": np.array(["new hot spot", "historical cold spot", "no pattern", "no pattern"])}
    answer = replace(ANSWER, columns=pattern, method={**METHOD, "statistic": "emerging"})
    sentences = result_of(answer, marked("emerging", pattern))
    assert plain(sentences[0]) == "1 zone is or was hot, with 1 incident; 1 is or was cold."
    change = {**one, "before": np.array([9, 1, 1, 1]), "class": np.array(["fewer", *["not significant"] * 3])}
    answer = replace(ANSWER, columns=change, method={**METHOD, "statistic": "compare"})
    sentences = result_of(answer, marked("compare", change))
    assert plain(sentences[1]) == "1 zone has fewer than expected: 1 after 9."


def test_what_is_doubtful_is_said_of_this_answer() -> None:
    """No exposure, a service that was not yet, thin zones and islands; with an exposure the first is not said."""
    told = " ".join(care(FACTS))
    for part in ("no exposure", "1 Aug 2026", "2 of 4 zones hold under 5", "Without a neighbour"):
        assert part in told
    method = {**METHOD, "exposure": "street_km", "dispersion": 2.5, "islands": [], "notes": []}
    told = " ".join(care(replace(FACTS, method=method)))
    assert "no exposure" not in told
    assert "2.5 times" in told


def test_a_ratio_to_nothing_is_new_and_one_of_nothing_a_dash() -> None:
    """The table and the card never show nothing where there was nothing before and something after."""
    columns = {**COLUMNS, "before": np.array([0, 4, 0, 2]), "expected": np.ones(4), "q_fdr": np.full(4, 0.5)}
    columns["ratio"] = np.array([np.inf, 0.0, np.nan, 2.0])
    columns |= {"class": np.array(["not significant"] * 4), "cell": np.arange(4)}
    method = {**METHOD, "statistic": "compare"}
    kept = KeptAnswer(StatisticAnswer(columns, (b"",) * 4, method), (1,) * 4, ("Old Town",) * 4, np.zeros((4, 2)), {})
    (ratio,) = (one for one in cells_of(kept, marked("compare", columns)).figures if one.title == "Ratio")
    assert [ratio.told(at) for at in range(4)] == ["new", "0.00", "–", "2.00"]
    assert ("Ratio", "new") in [(line.word, line.value) for line in card_lines(kept, 0)]


def test_bursts_that_tests_allow_for_are_no_warning_and_unknown_ones_are() -> None:
    """A dispersion that was allowed for is told as such; where too few zones tell it, differences may be bursts."""
    known = {**METHOD, "statistic": "compare", "dispersion": 2.5}
    assert "tests allow for that" in " ".join(care(replace(FACTS, method=known)))
    assert "may be bursts" not in " ".join(care(replace(FACTS, method=known)))
    assert "may be bursts" in " ".join(care(replace(FACTS, method={**known, "dispersion": None})))
    assert "bursts" not in " ".join(care(replace(FACTS, method={**METHOD, "dispersion": None})))


def test_nothing_drawn_by_chance_has_no_permutations_and_no_seed() -> None:
    """Legend and method tell shuffles and seed where there were some: not of exact tests, and not of 0 shuffles."""
    for statistic, permutations, note in (
        ("gi_star", 999, "999 permutations, FDR over all zones"),
        ("moran", 0, "FDR over all zones"),
        ("emerging", 0, "FDR over all zones and steps"),
        ("compare", 0, "FDR over all zones"),
        ("rates", 0, ""),
        ("density", 0, ""),
    ):
        method = {**METHOD, "statistic": statistic, "permutations": permutations, "seed": 7 if permutations else None}
        answer = replace(ANSWER, method=method)
        assert legend_words(answer, CITY)[2] == note
        lines = method_lines(replace(FACTS, method=method))
        assert any(line.startswith("Permutations: ") for line in lines) == bool(permutations)
        assert ("Seed: 7" if permutations else "Seed: none, for nothing is drawn by chance") in lines


def test_the_method_is_whole() -> None:
    """Title, parameters that the data chose with why, and every line that repeats the answer: seed, source, q."""
    assert title_of(METHOD, CITY) == "Illegal <dumping> · 15 Jul – 13 Oct 2026"
    (width,) = chosen(METHOD)
    assert (width.name, "20 on average" in width.why) == ("Width", True)
    text = "\n".join(method_lines(FACTS))
    for part in ("Seed: 7", ": Getis and Ord 1992", "Benjamini", "Period: 15 Jul – 13 Oct", "Illegal <dumping> (dump)"):
        assert part in text
    assert "Computed: 13 Oct 2026, 11:00 UTC" in text
    told = {number: method_lines(replace(FACTS, method=METHOD | {"days_left_out": number})) for number in (0, 2)}
    assert len(told[2]) == len(told[0]) + 1 == len(method_lines(FACTS)) + 1
    kept = KeptAnswer(ANSWER, (), (), np.zeros((0, 2)), {}, 0.84, FACTS)
    state = answer_state(kept, marked("gi_star", COLUMNS), Question(), CITY)
    assert state.method == text
    assert state.computed == "Computed in 0.84 s"
    assert [line.count for line in state.kinds] == [1, 1, 0, 1, 0, 1, 0]
    assert counted_words(1104, 1871, "incidents").replace("\u2009", " ") == "1 104 incidents from 1 871 requests"


def test_a_legend_says_what_its_values_are() -> None:
    """Of values by what they are told, of classes what is counted; and when."""
    asked = {"gi_star": "incidents, 15", "rates": "incidents per km of street, 15", "density": "incidents per km², 15"}
    for statistic, begins in asked.items():
        method = {**METHOD, "statistic": statistic, "exposure": "street_km" if statistic == "rates" else None}
        title, subtitle, _ = legend_words(replace(ANSWER, method=method), CITY)
        assert title.endswith(", Illegal <dumping>")
        assert subtitle.startswith(begins)
    both = {**METHOD, "statistic": "compare", "before_from": "2026-04-15", "before_to": "2026-07-14"}
    assert legend_words(replace(ANSWER, method=both), CITY)[1].endswith("against 15 Apr – 14 Jul 2026")


def test_rates_tell_what_they_count() -> None:
    """Where rates do not differ, what is counted is told before and opens; one zone has none to differ from."""
    rates = {"count": np.array([9, 12]), "rate_smoothed": np.array([3.0, 3.0])}
    method = {**METHOD, "statistic": "rates", "exposure": "km2", "rates_differ": False}
    first, second = result_of(replace(ANSWER, columns=rates, method=method), marked("rates", rates))
    assert plain(first).startswith("21 incidents over 2 zones")
    assert first[0].opens == ZonesOpened(None)
    assert plain(second) == "Rates differ no more than chance makes them. That is a result."
    one = {name: values[:1] for name, values in rates.items()}
    (only,) = result_of(replace(ANSWER, columns=one, method=method), marked("rates", one))
    assert plain(only) == "9 incidents in 1 zone; its smoothed rate is 3.0 per km²."


def test_pieces_stand_where_the_language_puts_them() -> None:
    """A translation may turn the order of what is filled in."""
    told = with_links("{1} von {0}", Piece("9", "key"), "4")
    assert plain(told) == "4 von 9"
    assert [piece.opens for piece in told] == [None, None, "key"]


def test_kinds_differ_without_their_hue() -> None:
    """The 17 patterns: each side has a letter of its own for each pattern, and no pattern is an outline."""
    kinds = EMERGING
    assert len(kinds) == 17
    hot, cold = kinds[:8], kinds[9:]
    assert len({kind.sign for kind in hot}) == len({kind.sign for kind in cold}) == 8
    assert all(kind.step > 3 for kind in hot)
    assert all(kind.step < 3 for kind in cold)
    assert kinds[8].ramp == "none"
    assert len({kind.word for kind in kinds}) == 17


def test_gi_star_is_cut_at_a_q_and_says_what_was_not_tested() -> None:
    """Classes above the q are shown as not significant; zones without exposure are a kind of their own, on no side."""
    columns = {"class": np.array([mark.name for mark in GI_STAR])}
    assert columns["class"][7] == "not tested"
    whole, strict = marked("gi_star", columns), marked("gi_star", columns, cut_q=0.01)
    assert (len(whole.zones_at(1)), len(whole.zones_at(-1))) == (3, 3)
    assert (strict.zones_at(1), strict.zones_at(-1)) == ((0,), (6,))
    assert whole.marks[whole.of[7]].sign == "×"
    assert whole.rank[7] == 0
    with pytest.raises(ValueError, match="no class 'warm'"):
        marked("gi_star", {"class": np.array(["warm"])})


def test_rates_fall_into_classes_that_hold_them() -> None:
    """Every rate lies within the edges of its class, classes hold about as many, and a nan is an outline."""
    rate = np.random.default_rng(5).gamma(2.0, 3.0, 200)
    edges = breaks(rate)
    kinds = by_value(np.append(rate, np.nan))
    assert kinds.marks[kinds.of[-1]].ramp == "none"
    at = len(edges) - 2 - kinds.of[:-1]  # kinds go from the highest
    assert (rate >= edges[at] - 1e-9).all()
    assert (rate <= edges[at + 1] + 1e-9).all()
    assert np.bincount(at).min() > 20
    same = by_value(np.array([2.0, 2.0]))
    assert same.of.tolist() == [0, 0]
    assert by_value(np.array([1.245788])).marks[0].word == "1.25"


def test_steps_are_named_by_their_days() -> None:
    """A step ends on the day before the next begins."""
    first = date(2026, 9, 28).toordinal() - date(1970, 1, 1).toordinal()
    names = step_names([first, first + 7, first + 8])
    assert "28 Sep" in names[0]
    assert "4 Oct 2026" in names[0]
    assert names[1] == "5 Oct 2026"


def test_questions_differ_by_what_their_statistic_asks() -> None:
    """A seed matters to shuffles alone; a width left to the data agrees with any; a comparison needs its periods."""
    asked = Question(first=date(2026, 7, 15), last=date(2026, 10, 13))
    assert not asked.asks_the_same(replace(asked, seed=2))
    density = of_mode(asked, DENSITY)
    assert density.asks_the_same(replace(density, seed=2, cell_m=300))
    assert asked.asks_the_same(replace(asked, cell_m=300))
    assert not replace(asked, cell_m=300).asks_the_same(replace(asked, cell_m=400))
    offered = periods_offered(date(2026, 7, 15), date(2026, 10, 13), None)
    assert (offered.before_first, offered.before_last) == (date(2026, 4, 15), date(2026, 7, 14))
    compared = replace(of_mode(asked, COMPARE), before_first=offered.before_first, before_last=offered.before_last)
    assert not compared.asks_the_same(replace(compared, before_first=date(2026, 4, 16)))
    assert all(not asked.asks_the_same(of_mode(asked, mode)) for mode in MODES if mode != asked.statistic)
    for first, last in ((date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 1, 1), date(2026, 1, 1))):
        before = period_before(first, last)
        assert before[1] - before[0] == last - first
        year = same_days_last_year(first, last)
        assert year[0].weekday() == first.weekday()


def test_what_is_least_likely_chance_comes_first() -> None:
    """By kind, then by strength: a zone that is not significant never stands before one that is, whatever its z."""
    cells = Cells(
        names=("a", "Old Town · cell 2", "c", "d"),
        count=np.array([4, 0, 9, 2]),
        count_word="Requests",
        figures=(FigureColumn("q", np.array([0.9, 0.0002, np.nan, 0.02]), 3, least=0.001),),
        kind=np.array([3, 6, 6, 1]),
        words=("c1", "c5", "c10", "none", "h10", "h5", "h1"),
        kind_title="Against chance",
        rank=np.array([0.0, 3.0, 3.0, 2.0]),
        strength=np.array([9.0, 2.0, 3.0, 5.0]),
        alone=True,
    )
    model = CellModel()
    model.set_cells(cells)
    assert [model.key_at(row) for row in range(4)] == [2, 1, 3, 0]
    assert "neighbours" in str(model.index(1, model.kind_column()).data())
    assert model.index(0, model.kind_column()).data() == "h1"
    assert [model.index(row, 3).data() for row in range(2)] == ["–", "< 0.001"]
    model.narrow({0, 3})
    assert [model.key_at(row) for row in range(model.rowCount())] == [3, 0]
    assert model.index(1, COUNT).data() == "4"
    assert model.row_of(1) is None


def test_points_inside_a_ring() -> None:
    """As matplotlib's own test of paths would have it, for a ring that is not convex."""
    ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)]
    points = np.array([[0.5, 2.0], [2.0, 2.0], [3.5, 2.0], [2.0, 0.5], [5.0, 1.0], [-1.0, 0.5]])
    assert inside(points, ring).tolist() == [True, False, True, True, False, False]
