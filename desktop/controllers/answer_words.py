"""What an answer about where and when says in words: title, result, what to read with care, and its method whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controllers.answer_method import chosen_of, method_text
from desktop.controllers.city_words import CityWords
from desktop.controllers.statistic_kinds import Kinds
from desktop.operations.spatial_statistics import StatisticAnswer
from desktop.operations.zone_requests import BOTH, EARLY, LATE, ZonesOpened
from desktop.views import format as words
from desktop.views.neighbourhoods.question import (
    COMPARE,
    DENSITY,
    EMERGING,
    GI_STAR,
    MORAN,
    RATES,
    Question,
)
from desktop.views.neighbourhoods.state import AnswerState, EmptyState, Piece, Sentence, with_links

FEW = 5  # a zone that holds fewer says little by itself
WILD = 1.5  # counts vary so much more than chance makes them


def tr(text: str) -> str:
    """The words of this file in the language of the window."""
    return QCoreApplication.translate("Answers", text)


def answer_state(
    answer: StatisticAnswer, kinds: Kinds | None, question: Question, city: CityWords, seconds: float | None
) -> AnswerState:
    """Everything the pane tells of an answer; `kinds` are None for a density."""
    method = answer.method
    return AnswerState(
        title=title_of(method, city),
        question=question,
        counted=counted_words(int(method["counted"]), int(method["requests"]), method["counts"]),
        result=result_of(answer, kinds),
        care=care_of(answer, kinds, city),
        chosen=chosen_of(method),
        method=method_text(answer, city),
        kinds=() if kinds is None else kinds.lines(),
        computed=computed_words(method, city, seconds),
    )


def computed_words(method: Mapping[str, Any], city: CityWords, seconds: float | None) -> str:
    """How long it took; of an older answer, when it was worked out."""
    if seconds is not None:
        return tr("Computed in {0} s").format(words.number(seconds, 2 if seconds < 10 else 0))
    moment = datetime.fromisoformat(method["computed_at"])
    return tr("Computed {0}").format(words.moment(moment, city.now, city.zone))


def title_of(method: Mapping[str, Any], city: CityWords) -> str:
    """Service and period; of a comparison, both."""
    service = city.services.get(method["service"], tr("All services"))
    told = f"{service} · {period_words(method['from'], method['to'])}"
    if method["statistic"] == COMPARE:
        told = tr("{0} against {1}").format(told, period_words(method["before_from"], method["before_to"]))
    return told


def period_words(first: str | None, last: str | None) -> str:
    """In words: from when to when."""
    start, end = (None if day is None else date.fromisoformat(day) for day in (first, last))
    if start and end:
        same = start.year == end.year
        return words.span(f"{words.day(start, end if same else date.min)} ", f" {words.day(end, date.min)}")
    if start:
        return tr("since {0}").format(words.day(start, date.min))
    return tr("until {0}").format(words.day(end, date.min)) if end else tr("all time")


def counted_words(counted: int, requests: int, counts: str) -> str:
    """1 104 incidents from 1 871 requests."""
    if counts == "incidents":
        return tr("{0} incidents from {1} requests").format(words.count(counted), words.count(requests))
    return tr("{0} requests").format(words.count(requests))


def things(counts: str) -> str:
    """What is counted, within a sentence."""
    return tr("incidents") if counts == "incidents" else tr("requests")


def zone_words(method: Mapping[str, Any]) -> str:
    """What zones are called, within a sentence."""
    return tr("cells") if method.get("cell_m") else tr("areas")


# the result


def result_of(answer: StatisticAnswer, kinds: Kinds | None) -> tuple[Sentence, ...]:
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


def _gi_result(answer: StatisticAnswer, kinds: Kinds) -> tuple[Sentence, ...]:
    hot, cold, method = kinds.zones_at(1), kinds.zones_at(-1), answer.method
    if not hot and not cold:
        return ((Piece(tr("No cell stands out from chance. That is a result.")),),)
    total, held = int(np.sum(answer.columns["count"])), _zones_held(answer, hot)
    of_cells = tr("{0} hot {1} hold {2} of {3} {4} ({5}) on {6} of the ground.")
    of_areas = tr("{0} hot {1} hold {2} of {3} {4} ({5}) in {6} of the areas.")  # which differ in size
    said = of_cells if method.get("cell_m") else of_areas
    first = with_links(
        f"{said} {tr('{7} are cold.')}" if cold else said,
        Piece(words.count(len(hot))),
        zone_words(method),
        _link(held, hot),
        _link(total, None),
        things(method["counts"]),
        words.percent(held / max(1, total), 0),
        words.percent(len(hot) / max(1, len(kinds.of)), 0),
        Piece(words.count(len(cold))),
    )
    told = [first, (Piece(tr("Expect at most 1 in 10 of those that stand out to be false.")),)]
    if hot and (np.asarray(answer.columns["count"])[list(hot)] == 0).any():
        told.append((Piece(tr("A cell is judged together with its neighbours; a hot one may hold none itself.")),))
    return tuple(told)


def _moran_result(answer: StatisticAnswer, kinds: Kinds) -> tuple[Sentence, ...]:
    low_low, low, high, core = (kinds.zones_of(at) for at in (0, 1, 3, 4))
    if not (low_low or low or high or core):
        return ((Piece(tr("No zone differs from chance, neither like its neighbours nor unlike. That is a result.")),),)
    counts, told = things(answer.method["counts"]), []
    for zones, said in (
        (high, tr("High among low: {0}, with {1} {2}.")),
        (low, tr("Low among high: {0}, with {1} {2}.")),
        (core, tr("High among high: {0}, with {1} {2}.")),
        (low_low, tr("Low among low: {0}, with {1} {2}.")),
    ):
        if zones:
            told.append(with_links(said, words.count(len(zones)), _link(_zones_held(answer, zones), zones), counts))
    return (*told, (Piece(tr("Expect at most 1 in 20 of those that stand out to be false.")),))


def _emerging_result(answer: StatisticAnswer, kinds: Kinds) -> tuple[Sentence, ...]:
    hot, cold = kinds.zones_at(1), kinds.zones_at(-1)
    if not hot and not cold:
        return ((Piece(tr("No zone has a pattern in time that stands out from chance. That is a result.")),),)
    parts = []
    for line in kinds.lines():
        if line.count and kinds.kinds[line.kind].ramp != "none":
            parts.append(f"{line.word}: {words.count(line.count)}")
    first = with_links(
        tr("{0} zones are or were hot, with {1} {2}; {3} are or were cold."),
        words.count(len(hot)),
        _link(_zones_held(answer, hot), hot),
        things(answer.method["counts"]),
        words.count(len(cold)),
    )
    return (first, (Piece("; ".join(parts) + "."),))


def _rates_result(answer: StatisticAnswer, kinds: Kinds) -> tuple[Sentence, ...]:
    rate = np.asarray(answer.columns["rate_smoothed"], dtype=float)
    known = np.flatnonzero(np.isfinite(rate))
    if not answer.method.get("rates_differ", True):
        return ((Piece(tr("Rates differ no more than chance makes them. That is a result.")),),)
    total = int(np.sum(answer.columns["count"]))
    decimals = words.decimals_of(float(rate[known].max()))
    told = with_links(
        tr("{0} {1} over {2} zones; smoothed rates go from {3} to {4} {5}."),
        _link(total, None),
        things(answer.method["counts"]),
        words.count(len(known)),
        words.number(float(rate[known].min()), decimals),
        words.number(float(rate[known].max()), decimals),
        per_words(answer.method["exposure"]),
    )
    return (told,)


def per_words(exposure: str | None) -> str:
    """By what a rate is told."""
    return {"street_km": tr("per km of street"), "given": tr("per unit of exposure")}.get(str(exposure), tr("per km²"))


def _compare_result(answer: StatisticAnswer, kinds: Kinds) -> tuple[Sentence, ...]:
    before, count = (np.asarray(answer.columns[name]) for name in ("before", "count"))
    first = with_links(
        tr("{0} {1}, in the earlier period {2}."),
        _link(int(count.sum()), None),
        things(answer.method["counts"]),
        _link(int(before.sum()), None, EARLY),
    )
    more, fewer = kinds.zones_at(1), kinds.zones_at(-1)
    if not more and not fewer:
        return (first, (Piece(tr("No zone changed more than chance explains. That is a result.")),))
    told = [first]
    for zones, said in (
        (more, tr("{0} zones have more than expected: {1} after {2}.")),
        (fewer, tr("{0} zones have fewer than expected: {1} after {2}.")),
    ):
        if zones:
            late, early = (int(values[list(zones)].sum()) for values in (count, before))
            pieces = (words.count(len(zones)), _link(late, zones), _link(early, zones, EARLY))
            told.append(with_links(said, *pieces))
    return tuple(told)


def _density_result(answer: StatisticAnswer) -> tuple[Sentence, ...]:
    per_km2 = np.asarray(answer.columns["per_km2"], dtype=float)
    told = with_links(
        tr("{0} {1}, at most {2} a km²."),
        _link(int(answer.method["counted"]), None, BOTH),
        things(answer.method["counts"]),
        words.number(float(per_km2.max()), 0),
    )
    return (told, (Piece(tr("It shows where many are. Whether a place stands out, Hotspots test.")),))


# what to read with care


def care_of(answer: StatisticAnswer, kinds: Kinds | None, city: CityWords) -> tuple[str, ...]:
    """What is true of this answer and easily missed."""
    method, told = answer.method, []
    if not method.get("exposure"):
        told.append(tr("Counts follow how many people live and report somewhere; no exposure is used."))
    told += [words.told(str(note), city.now, city.zone) for note in method.get("notes", ())]
    if kinds is not None:
        told += _care_of_zones(answer)
    dispersion = method.get("dispersion")
    if dispersion is not None and np.isfinite(dispersion) and dispersion > WILD:
        told.append(
            tr(
                "Counts vary {0} times as much as single events by chance would; some differences may be bursts."
            ).format(words.number(float(dispersion), 1))
        )
    if method["counts"] == "requests" and method["statistic"] in (COMPARE, RATES):
        told.append(tr("One thing that many report counts often; incidents count it once."))
    left_out = int(method.get("days_left_out") or 0)
    if left_out:
        told.append(tr("The first {0} days fill no step and are left out.").format(words.count(left_out)))
    told.append(tr("Where few report, it is not known that little happens."))
    return tuple(told)


def _care_of_zones(answer: StatisticAnswer) -> list[str]:
    count, told = np.asarray(answer.columns["count"]), []
    few = int((count < FEW).sum())
    if few:
        said = tr("{0} of {1} zones hold under {2}.")
        if answer.method["statistic"] == RATES:
            said = tr("{0} of {1} zones hold under {2}; their rates are smoothed towards the mean.")
        told.append(said.format(words.count(few), words.count(len(count)), FEW))
    islands = answer.method.get("islands") or []
    if islands:
        shown = ", ".join(str(name) for name in islands[:3])
        told.append(tr("Without a neighbour, and so compared with nothing near: {0}.").format(shown))
    return told


def short_name(statistic: str) -> str:
    """A statistic as the legend has it."""
    return {
        GI_STAR: tr("Gi*"),
        MORAN: tr("Local Moran"),
        EMERGING: tr("Emerging hot spots"),
        DENSITY: tr("Density"),
        RATES: tr("Rates, smoothed"),
        COMPARE: tr("Two periods"),
    }[statistic]


def legend_words(answer: StatisticAnswer, city: CityWords) -> tuple[str, str, str]:
    """Title, what is counted when, and how it was tested, for the legend."""
    method = answer.method
    statistic = str(method["statistic"])
    service = city.services.get(method["service"], tr("all services"))
    what, period = things(method["counts"]), period_words(method["from"], method["to"])
    subtitle = f"{what}, {period}" if statistic != DENSITY else tr("{0} a km², {1}").format(what, period)
    note = tr("{0} permutations, FDR over all zones").format(method["permutations"])
    return f"{short_name(statistic)}, {service}", subtitle, note if "p_sim" in answer.columns else ""


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
