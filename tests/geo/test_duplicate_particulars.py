"""What addresses, texts, reporters and photos say about two reports, and that a missing one says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import duplicate_particulars
from geo.address_reading import (
    CROSSING_STREET,
    NEIGHBOUR,
    OTHER_STREET,
    SAME_PLACE,
    SAME_STREET,
    agreement,
    read_addresses,
)
from geo.duplicate_evidence import SLOT
from geo.duplicates import CandidateIndex, DuplicateSettings, build_candidate_index, candidates, group_duplicates
from geo.errors import GeoError
from geo.text_words import rarity, read_words
from tests.geo.test_duplicates import partition
from tests.soak import examples

DAY_S = 86_400.0
PLACE = (np.array([0.0, 20.0]), np.zeros(2), np.array([0.0, DAY_S]), np.full(2, np.nan), np.ones(2))


def said(name: str, **told: Any) -> float:
    """What one kind of evidence adds for two reports 20 m and a day apart."""
    index = build_candidate_index(*PLACE, **told)
    parts = index.evidence(*index.near_pairs())[0]
    others = [one for one in ("text", "address", "asset", "staff", "reporter", "photo") if one != name]
    assert all(parts[SLOT[other]] == 0.0 for other in others)
    return float(parts[SLOT[name]])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("12 Main Street", "12 MAIN ST., Boston", SAME_PLACE),
        ("Hauptstraße 12", "hauptstrasse 12, 12345 Berlin", SAME_PLACE),
        ("12 Main St", "16 Main St", NEIGHBOUR),
        ("12 Main St", "13 Main St", SAME_STREET),
        ("12 Main St", "18 Main St", SAME_STREET),
        ("12 Main St", "12 Elm St", OTHER_STREET),
        ("Main St & Elm St", "INTERSECTION of Elm Street & Main Street", SAME_PLACE),
        ("Main St & Elm St", "Main St & Oak St", CROSSING_STREET),
        ("Main St & Elm St", "9 Elm St", CROSSING_STREET),
        ("Main St & Elm St", "9 Oak St", OTHER_STREET),
        ("12 Main St", "Main St", np.nan),
        ("12 Main St", "", np.nan),
        (" , ", "12 Main St", np.nan),
    ],
)
def test_how_addresses_agree(one: str, other: str, expected: float) -> None:
    """Number, side of the street and crossings are compared in any spelling, the same both ways."""
    first, second = read_addresses([one]), read_addresses([other])
    assert agreement(first, second) == pytest.approx([expected], nan_ok=True)
    assert agreement(second, first) == pytest.approx([expected], nan_ok=True)


def test_addresses_speak() -> None:
    """The same number speaks for one incident, another street against it, a missing address not at all."""
    same, other = (
        said("address", address=["12 Main St", "12 Main St"]),
        said("address", address=["12 Main St", "1 Elm"]),
    )
    assert same > 0.0 > other
    assert said("address", address=["12 Main St", ""]) == 0.0


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_text_can_be_read(texts: list[str]) -> None:
    """Whatever people write, in any script, is read as rising words and compared with itself."""
    words = read_words(texts)
    assert len(words.begins) == len(texts) + 1
    for begin, end in zip(words.begins[:-1].tolist(), words.begins[1:].tolist(), strict=True):
        assert (np.diff(words.word[begin:end]) > 0).all()
    assert len(read_addresses(texts).street) == len(texts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("POTHOLE, deep!", "deep potholes"),
        ("ﬁre hydrant leaking", "Leaking FIRE hydrant"),
        ("Straßenlaterne defekt", "defekte STRASSENLATERNEN"),
        ("路灯不亮了", "这里路灯不亮"),
    ],
)
def test_forms_and_scripts_of_a_word_are_one(one: str, other: str) -> None:
    """Case, signs, endings, ligatures and scripts without blanks: what says the same speaks for one incident."""
    assert said("text", text=[one, other]) > 0.0
    assert said("text", text=[one, "something else entirely"]) < 0.0
    assert said("text", text=[one, " ?! "]) == 0.0


def test_what_everybody_says_says_nothing() -> None:
    """A sentence of every second text weighs next to nothing, a rare word in it much; no list of words is needed."""
    usual, rare = "street light not working", "street light not working opposite synagogue"
    count = 2_000
    texts = [usual if row % 2 else f"thing {row} of {row * 7}" for row in range(count)]
    x = np.arange(count) * 500.0
    x[-1] = x[-3] + 5.0

    def weight(one: str, other: str) -> float:
        told = [*texts[:-3], one, "apart", other]
        index = build_candidate_index(x, x * 0, x * 0, np.full(count, np.nan), np.ones(count), told)
        return float(index.evidence(*index.near_pairs())[0, SLOT["text"]])

    assert abs(weight(usual, usual)) < 0.8
    assert weight(rare, rare) > 2.0


def test_a_reporter_who_repeats_speaks_for_one_incident() -> None:
    """The same reporter speaks for it, a busy one less and less, another or an unknown one not at all."""
    assert said("reporter", reporter=[7, 7]) == pytest.approx(np.log(DuplicateSettings().same_reporter_odds))
    assert said("reporter", reporter=[7, 8]) == said("reporter", reporter=[-1, -1]) == 0.0

    def busy(before: int) -> float:
        far = np.arange(before) * 1e4 + 1e5
        columns = (np.r_[PLACE[0], far], np.zeros(before + 2), np.r_[PLACE[2], np.full(before, -DAY_S)])
        index = build_candidate_index(
            *columns, np.full(before + 2, np.nan), np.ones(before + 2), reporter=np.full(before + 2, 7)
        )
        return float(index.evidence(*index.near_pairs())[0, SLOT["reporter"]])

    assert busy(5) > busy(50) > busy(500) == 0.0


def test_photos_that_look_alike_speak_for_one_incident() -> None:
    """Up to ten bits apart, whichever of a report's photos; more, or none, says nothing."""
    look = 0x0F0F_3355_7E81_C3A5
    near, far = look ^ 0b1111100000011111, look ^ 0b11111111111
    assert said("photo", photo=[look, near]) == pytest.approx(np.log(DuplicateSettings().same_photo_odds))
    assert said("photo", photo=[[look, -1], [12345, near]]) > 0.0
    assert said("photo", photo=[look, far]) == said("photo", photo=[look, -1]) == 0.0


def test_a_picture_that_many_reports_carry_says_nothing() -> None:
    """A form's own picture on twenty reports is of no place."""
    look, count = 0x0F0F_3355_7E81_C3A5, 20
    x = np.arange(count) * 1_000.0
    x[1] = 20.0
    index = build_candidate_index(x, x * 0, x * 0, np.full(count, np.nan), np.ones(count), photo=np.full(count, look))
    assert index.evidence(*index.near_pairs())[0, SLOT["photo"]] == 0.0


REPORT = st.tuples(
    st.sampled_from([0.0, 10.0, 45.0]), st.sampled_from([0.0, 0.3, 4.0]),
    st.sampled_from(["", "deep pothole", "pothole", "lamp out"]), st.sampled_from(["", "1 Elm St", "3 Elm St", "Oak"]),
    st.integers(-1, 2), st.sampled_from([-1, 0x0F0F_3355_7E81_C3A5, 0x1234_5678_9ABC_DEF0]), st.integers(-1, 1),
    st.booleans(),
)  # fmt: skip


def told_of(reports: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Columns and particulars of reports."""
    x, day, text, address, reporter, photo, asset, staff = (list(one) for one in zip(*reports, strict=True))
    count = len(x)
    plain = (x, np.zeros(count), np.array(day) * DAY_S, np.full(count, np.nan), np.ones(count), text)
    layer = np.where(np.array(asset) < 0, -1, 1)
    return plain, {
        "address": address, "reporter": reporter, "photo": photo, "asset": asset, "asset_layer": layer, "staff": staff
    }  # fmt: skip


def index_of(reports: Sequence[tuple[Any, ...]]) -> CandidateIndex:
    """The index of them."""
    plain, told = told_of(reports)
    return build_candidate_index(*plain, **told)


@settings(max_examples=examples(60))
@given(st.lists(REPORT, min_size=2, max_size=14), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(reports: list[tuple[Any, ...]], random: Any) -> None:
    """Reports that say all that can be said fall into the same groups in another order."""
    order = list(range(len(reports)))
    random.shuffle(order)
    plain, told = told_of(reports)
    straight = group_duplicates(*plain, **told)
    plain, told = told_of([reports[i] for i in order])
    shuffled = group_duplicates(*plain, **told)
    if len(set(reports)) == len(reports):  # of equal reports either may be the one
        assert {frozenset(order[i] for i in rows) for rows in partition(shuffled.group)} == partition(straight.group)


@settings(max_examples=examples(60))
@given(st.lists(REPORT, min_size=1, max_size=12), REPORT)
def test_a_new_report_is_weighed_like_the_others(reports: list[tuple[Any, ...]], new: tuple[Any, ...]) -> None:
    """What is said of a new report adds to a candidate's odds just what the search itself would add."""
    index = index_of(reports)
    plain, told = told_of([new])
    only = {name: told[name][0] for name in ("address", "reporter", "asset", "staff")}
    photo = [one for one in told["photo"] if one != -1]
    layer = int(told["asset_layer"][0])
    late = 5.0 * DAY_S
    found = candidates(index, plain[0][0], 0.0, late, 1, plain[5][0], **only, asset_layer=layer, photo=photo)
    silent = dict.fromkeys(("text", "address", "asset", "asset_layer", "staff", "reporter", "photo"))
    plainly = replace(index, reports=replace(index.reports, **silent))
    without = candidates(plainly, plain[0][0], 0.0, late, 1)
    whole = index_of([*reports, (new[0], 5.0, *new[2:])])
    whole.__dict__["rarity"] = index.rarity  # one report more makes words of so few other than rare
    earlier, later = whole.near_pairs()
    parts = whole.evidence(earlier, later)[:, len(EVIDENCE_OF_PLACE) :].sum(axis=1)
    before = dict(zip(without.row.tolist(), np.log(without.score / (1 - without.score)).tolist(), strict=True))
    added = {
        int(whole.row[one]): odds for one, other, odds in zip(earlier, later, parts, strict=True)
        if whole.row[other] == len(reports)
    }  # fmt: skip
    for row, score in zip(found.row.tolist(), found.score.tolist(), strict=True):
        if row in before and row in added:
            assert np.log(score / (1 - score)) - before[row] == pytest.approx(added[row], abs=1e-6)


EVIDENCE_OF_PLACE = ("distance", "delay", "state", "services", "place")


def test_texts_of_near_reports_only_are_read_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3,000 reports of which 400 are near another, a sample and those are read, never many at a time."""
    count = 3_000
    x = np.arange(count) * 400.0
    x[1:400:2] = x[0:400:2] + 10.0
    texts = [f"hole {row // 2} near house {row % 7}" for row in range(count)]
    columns = (x, x * 0, np.arange(count) * 1.0, np.full(count, np.nan), np.ones(count))
    whole = build_candidate_index(*columns, texts)
    expected = whole.scores(*whole.near_pairs())
    asked: list[int] = []

    def read(rows: np.ndarray) -> list[str]:
        asked.append(len(rows))
        return [texts[row] for row in rows.tolist()]

    monkeypatch.setattr(duplicate_particulars, "_CHUNK", 50)
    monkeypatch.setattr(duplicate_particulars, "_SAMPLE", 300)
    index = build_candidate_index(*columns, read)
    ends = index.near_pairs()
    assert len(ends[0]) == 200
    assert np.allclose(index.scores(*ends), expected, atol=0.15)
    sample, *rest = sorted(asked, reverse=True)
    assert sample == 300
    assert max(rest) <= 100
    assert sum(rest) == 400


def test_rare_words_weigh_more() -> None:
    """Of a hundred texts, what one says weighs more than what ten say, and what all say next to nothing."""
    rare = rarity(read_words([f"all {'ten' if row < 10 else ''} only{row}" for row in range(100)]))
    every, ten, once = rare.of(np.array([read_words([one]).word[0] for one in ("all", "ten", "only5")]))
    assert once > ten > every >= 0.0
    assert every < 0.5


def test_what_a_form_fills_in_says_nothing() -> None:
    """Titles that many reports carry word for word speak neither for nor against; what two residents wrote does."""
    count = 40
    x, y, t = np.arange(count) * 1_000.0, np.zeros(count), np.arange(count) * 60.0
    x[1::2] = x[0::2] + 5.0
    titles = ["Schedule a bulk item pickup", "Street light outages"]
    texts = [titles[row // 2 % 2] for row in range(count)]
    texts[2:4] = ["a violin in the fountain", "violin lies in the fountain"]
    texts[6] = "nothing of the kind, a goat"
    index = build_candidate_index(x, y, t, np.full(count, np.nan), np.ones(count), texts)
    earlier, later = index.near_pairs()
    by_text = index.evidence(earlier, later)[:, SLOT["text"]]
    told = {tuple(sorted(index.row[[a, b]].tolist())): odds for a, b, odds in zip(earlier, later, by_text, strict=True)}
    assert told.pop((2, 3)) > 1.0
    assert set(told.values()) == {0.0}
    assert len(told) == count // 2 - 1


def test_columns_of_another_length_are_refused() -> None:
    """A text too few is told."""
    with pytest.raises(GeoError, match="differ in length"):
        build_candidate_index(*PLACE, ["one"])
    with pytest.raises(GeoError, match="differ in length"):
        build_candidate_index(*PLACE, reporter=[1])
