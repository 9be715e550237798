"""What the window says of an answer beyond what files do: its result with links, its legend, what there might be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from desktop.controllers.city_words import CityWords
from desktop.domain.statistic_marks import BY_VALUE, CONTEXT, OUTLINE, Marked
from desktop.domain.statistic_method import TESTED, care, chosen, method_lines, shuffled
from desktop.domain.statistic_words import (
    SHORT_NAMES,
    counted_words,
    heading,
    per_words,
    periods,
    service_words,
    things,
)
from desktop.operations.kept_answers import KeptAnswer
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.operations.zone_requests import BOTH, EARLY, LATE, ZonesOpened
from desktop.views import format as words
from desktop.views.language import tr
from desktop.views.neighbourhoods.question import COMPARE, DENSITY, EMERGING, GI_STAR, MORAN, RATES, Question
from desktop.views.neighbourhoods.state import AnswerState, EmptyState, Piece, Sentence, with_links


def answer_state(kept: KeptAnswer, kinds: Marked | None, question: Question, city: CityWords) -> AnswerState:
    """Everything the pane tells of an answer; `kinds` are None for a density."""
    answer, language = kept.answer, words.language(CONTEXT)
    method, facts = answer.method, kept.facts
    assert facts is not None
    return AnswerState(
        title=title_of(method, city),
        question=question,
        counted=counted_words(int(method["counted"]), int(method["requests"]), method["counts"], language),
        result=result_of(answer, kinds),
        care=care(facts, language),
        chosen=chosen(method, language),
        method="\n".join(method_lines(facts, language)),
        kinds=() if kinds is None else kinds.legend(),
        computed=computed_words(method, city, kept.seconds),
    )


def computed_words(method: Mapping[str, Any], city: CityWords, seconds: float | None) -> str:
    """How long it took; of an older answer, when it was worked out."""
    if seconds is not None:
        return tr("Computed in {0} s").format(words.number(seconds, 2 if seconds < 10 else 0))
    moment = datetime.fromisoformat(method["computed_at"])
    return tr("Computed {0}").format(words.moment(moment, city.now, city.zone))


def title_of(method: Mapping[str, Any], city: CityWords) -> str:
    """Service and period; of a comparison, both."""
    return heading(method, city.services.get(method["service"], ""), words.language(CONTEXT))


def things_of(answer: StatisticAnswer, number: int) -> str:
    """What is counted, so many of them, without their number."""
    return things(answer.method["counts"], number, words.language(CONTEXT))


# the result


def result_of(answer: StatisticAnswer, kinds: Marked | None) -> tuple[Sentence, ...]:
    """The answer in a sentence or two; its counts open their requests."""
    if kinds is None:
        return _density_result(answer)
    told = {GI_STAR: _gi_result, MORAN: _moran_result, EMERGING: _emerging_result, RATES: _rates_result}
    return told.get(str(answer.method["statistic"]), _compare_result)(answer, kinds)


def _zones_held(answer: StatisticAnswer, zones: Sequence[int]) -> int:
    return int(np.asarray(answer.columns["count"])[list(zones)].sum())


def _link(value: int, zones: Sequence[int] | None, period: str = LATE) -> Piece:
    """A count that opens its requests; nothing opens none."""
    opened = ZonesOpened(None if zones is None else tuple(zones), period)
    return Piece(words.count(value), opened if value else None)


def _gi_result(answer: StatisticAnswer, kinds: Marked) -> tuple[Sentence, ...]:
    hot, cold = kinds.zones_at(1), kinds.zones_at(-1)
    if not hot and not cold:
        return ((Piece(tr("No cell stands out from chance. That is a result.")),),)
    total, held = int(np.sum(answer.columns["count"])), _zones_held(answer, hot)
    told = [
        with_links(
            _gi_sentence(len(hot), len(cold), in_cells=bool(answer.method.get("cell_m"))),
            words.count(len(hot)),
            _link(held, hot),
            _link(total, None),
            things_of(answer, total),
            words.percent(held / max(1, total), 0),
            words.percent(len(hot) / max(1, len(kinds.of)), 0),
            words.count(len(cold)),
        ),
        (Piece(tr("Expect at most 1 in 10 of those that stand out to be false.")),),
    ]
    if hot and (np.asarray(answer.columns["count"])[list(hot)] == 0).any():
        told.append((Piece(tr("A cell is judged together with its neighbours; a hot one may hold none itself.")),))
    return tuple(told)


def _gi_sentence(hot: int, cold: int, *, in_cells: bool) -> str:
    if in_cells:
        one = tr("1 hot cell holds {1} of {2} {3} ({4}) on {5} of the ground.")
        more = tr("{0} hot cells hold {1} of {2} {3} ({4}) on {5} of the ground.")
    else:  # areas differ in size
        one = tr("1 hot area holds {1} of {2} {3} ({4}); it is {5} of the areas.")
        more = tr("{0} hot areas hold {1} of {2} {3} ({4}); they are {5} of the areas.")
    said = one if hot == 1 else more
    return f"{said} {tr('1 is cold.') if cold == 1 else tr('{6} are cold.')}" if cold else said


def _moran_result(answer: StatisticAnswer, kinds: Marked) -> tuple[Sentence, ...]:
    told = []
    for name, said in (
        ("high among low", tr("High among low: {0}, with {1} {2}.")),
        ("low among high", tr("Low among high: {0}, with {1} {2}.")),
        ("high among high", tr("High among high: {0}, with {1} {2}.")),
        ("low among low", tr("Low among low: {0}, with {1} {2}.")),
    ):
        zones = kinds.zones_named(name)
        if zones:
            held = _zones_held(answer, zones)
            told.append(with_links(said, words.count(len(zones)), _link(held, zones), things_of(answer, held)))
    if not told:
        return ((Piece(tr("No zone differs from chance, neither like its neighbours nor unlike. That is a result.")),),)
    return (*told, (Piece(tr("Expect at most 1 in 20 of those that stand out to be false.")),))


def _emerging_result(answer: StatisticAnswer, kinds: Marked) -> tuple[Sentence, ...]:
    hot, cold = kinds.zones_at(1), kinds.zones_at(-1)
    if not hot and not cold:
        return ((Piece(tr("No zone has a pattern in time that stands out from chance. That is a result.")),),)
    parts = []
    for line in kinds.legend():
        if line.count and line.mark.ramp != OUTLINE:
            parts.append(f"{line.mark.word}: {words.count(line.count)}")
    held = _zones_held(answer, hot)
    one, more = tr("1 zone is or was hot, with {1} {2}"), tr("{0} zones are or were hot, with {1} {2}")
    cold_one, cold_more = tr("1 is or was cold"), tr("{3} are or were cold")
    first = with_links(
        f"{one if len(hot) == 1 else more}; {cold_one if len(cold) == 1 else cold_more}.",
        words.count(len(hot)),
        _link(held, hot),
        things_of(answer, held),
        words.count(len(cold)),
    )
    return (first, (Piece("; ".join(parts) + "."),))


def _rates_result(answer: StatisticAnswer, kinds: Marked) -> tuple[Sentence, ...]:
    rate = np.asarray(answer.columns["rate_smoothed"], dtype=float)
    known = np.flatnonzero(np.isfinite(rate))
    total = int(np.sum(answer.columns["count"]))
    decimals = words.decimals_of(float(rate[known].max()))
    one, more = (
        tr("{0} {1} in 1 zone; its smoothed rate is {3} {5}."),
        tr("{0} {1} over {2} zones; smoothed rates go from {3} to {4} {5}."),
    )
    told = with_links(
        one if len(known) == 1 else more,
        _link(total, None),
        things_of(answer, total),
        words.count(len(known)),
        words.number(float(rate[known].min()), decimals),
        words.number(float(rate[known].max()), decimals),
        per_words(answer.method["exposure"], words.language(CONTEXT)),
    )
    if len(known) == 1 or answer.method.get("rates_differ", True):
        return (told,)
    return (told, (Piece(tr("Rates differ no more than chance makes them. That is a result.")),))


def _compare_result(answer: StatisticAnswer, kinds: Marked) -> tuple[Sentence, ...]:
    before, count = (np.asarray(answer.columns[name]) for name in ("before", "count"))
    total = int(count.sum())
    first = with_links(
        tr("{0} {1}, in the earlier period {2}."),
        _link(total, None),
        things_of(answer, total),
        _link(int(before.sum()), None, EARLY),
    )
    more, fewer = kinds.zones_at(1), kinds.zones_at(-1)
    if not more and not fewer:
        return (first, (Piece(tr("No zone changed more than chance explains. That is a result.")),))
    told = [first]
    for zones, one, many in (
        (
            more,
            tr("1 zone has more than expected: {1} after {2}."),
            tr("{0} zones have more than expected: {1} after {2}."),
        ),
        (
            fewer,
            tr("1 zone has fewer than expected: {1} after {2}."),
            tr("{0} zones have fewer than expected: {1} after {2}."),
        ),
    ):
        if zones:
            late, early = (int(values[list(zones)].sum()) for values in (count, before))
            pieces = (words.count(len(zones)), _link(late, zones), _link(early, zones, EARLY))
            told.append(with_links(one if len(zones) == 1 else many, *pieces))
    return tuple(told)


def _density_result(answer: StatisticAnswer) -> tuple[Sentence, ...]:
    per_km2 = np.asarray(answer.columns["per_km2"], dtype=float)
    counted = int(answer.method["counted"])
    told = with_links(
        tr("{0} {1}, at most {2} a km²."),
        _link(counted, None, BOTH),
        things_of(answer, counted),
        words.number(float(per_km2.max()), 0),
    )
    return (told, (Piece(tr("It shows where many are. Whether a place stands out, Hotspots test.")),))


# the legend


def legend_words(answer: StatisticAnswer, city: CityWords) -> tuple[str, str, str]:
    """Title, what is counted when, and how it was tested, for the legend."""
    method, language = answer.method, words.language(CONTEXT)
    statistic = str(method["statistic"])
    service = service_words(method, city.services.get(method["service"], ""), language)
    what, period = things_of(answer, 2), periods(method, language)
    if statistic in BY_VALUE:  # a density's exposure is the ground
        what += " " + per_words(method.get("exposure") if statistic == RATES else None, language)
    title = f"{language.say(SHORT_NAMES[statistic])}, {service}"
    return title, f"{what}, {period}", _tested_words(method)


def _tested_words(method: Mapping[str, Any]) -> str:
    """How zones were told from chance; of shuffles only where there were any."""
    statistic = str(method["statistic"])
    if statistic not in TESTED:
        return ""
    if statistic == EMERGING:
        return tr("FDR over all zones and steps")
    if shuffled(method):
        return tr("{0} permutations, FDR over all zones").format(words.count(int(method["permutations"])))
    return tr("FDR over all zones")


# before there is an answer


def act_words(statistic: str) -> tuple[str, str]:
    """What the act is called, and what it says while it runs."""
    return {
        GI_STAR: (tr("Find hotspots"), tr("Finding hotspots…")),
        MORAN: (tr("Find outliers"), tr("Finding outliers…")),
        EMERGING: (tr("Find emerging spots"), tr("Finding emerging spots…")),
        DENSITY: (tr("Work out the density"), tr("Working out the density…")),
        RATES: (tr("Work out rates"), tr("Working out rates…")),
        COMPARE: (tr("Compare the periods"), tr("Comparing the periods…")),
    }[statistic]


def empty_state(statistic: str) -> EmptyState:
    """What a statistic would tell."""
    title, tells = {
        GI_STAR: (
            tr("No hotspots yet"),
            tr(
                "Each cell and its neighbours are tested against chance: where requests concentrate, and where few are."
            ),
        ),
        MORAN: (
            tr("No outliers yet"),
            tr("Which places are unlike those around them: high among low, low among high, and which are alike."),
        ),
        EMERGING: (
            tr("No emerging spots yet"),
            tr("How hot and cold places came about step by step: new, growing, lasting, fading. It takes ten steps."),
        ),
        DENSITY: (
            tr("No density yet"),
            tr("How many there are a km² around every place, drawn as a surface. It tests nothing."),
        ),
        RATES: (
            tr("No rates yet"),
            tr("Counts by street length, by area or by values of your own, smoothed where few are counted."),
        ),
        COMPARE: (
            tr("No comparison yet"),
            tr("Where there are more or fewer than in an earlier period, beyond chance."),
        ),
    }[statistic]
    return EmptyState(title, tells, act_words(statistic)[0])
