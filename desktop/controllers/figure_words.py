"""Service figures in words and charts, ready for the right pane of Neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from desktop.domain.demand_records import Demand
from desktop.domain.demand_words import CONTEXT as DEMAND
from desktop.domain.demand_words import why_not_words
from desktop.domain.figure_records import Asked, Curve, Interval, Verdict
from desktop.domain.service_figures import Count, Left, ShareName
from desktop.domain.statistic_marks import CONTEXT
from desktop.domain.statistic_words import counted_words
from desktop.operations.place_figures import CITY, Opened, PlaceFigures, PlaceShare, PlaceTimes
from desktop.operations.zone_requests import CountsNow
from desktop.views import format as words
from desktop.views.charts.chart import Band, Chart, Line, Mark
from desktop.views.language import tr
from desktop.views.neighbourhoods.figure_grid import Cell, FigureRow
from desktop.views.neighbourhoods.figures_pane import Section
from desktop.views.neighbourhoods.state import Piece, Sentence, with_links

MOST_DAYS = 90.0  # of the chart: what takes longer is in the table
LEAST_DAYS = 7.0  # of its axis, where all was closed within hours
MOST_STEPS = 240  # of a curve: hardly fewer than the chart has px
TABLE_DAYS = (1, 7, 30)
FEWEST_DRAWN = 5  # cases of a curve
WEEKS_SHOWN = 30
Tell = Callable[[str], str]


def share_word(name: ShareName) -> str:
    """What a part of the service promise is called."""
    return {
        ShareName.FIXED: tr("Fixed"),
        ShareName.SAME_DAY: tr("Acknowledged same day"),
        ShareName.ON_TIME: tr("On time, by its deadline"),
        ShareName.REOPENED: tr("Reopened"),
        ShareName.RECATEGORISED: tr("Recategorised"),
    }[name]


def waiting_section(why_not: str = "") -> Section:
    """Figures that are being worked out, or why there are none."""
    return Section("", None, words.figured(why_not) or tr("Working out the figures…"))


def opened_words(opened: Opened, found: PlaceFigures | None) -> str:
    """What the requests behind a figure are, for the chip of a filter."""
    names = {} if found is None else {times.key: _name(times) for times in (found.here, found.city) if times}
    place = names.get(opened.key, "")
    if opened.share is not None:
        return f"{share_word(opened.share)} · {place}"
    if opened.left is not None:
        return f"{left_word(opened.left)} · {place}".capitalize()
    if opened.what == "opened":
        return tr("Opened · {0}").format(place)
    if opened.what == "within":
        days = tr("1 day") if opened.days == 1 else tr("{0} days").format(opened.days)
        return tr("Closed within {0} · {1}").format(days, place)
    return (tr("Still open · {0}") if opened.what == "waiting" else tr("Counted · {0}")).format(place)


def ahead_section(demand: Demand, *, wider: bool = False) -> Section:
    """Weeks that were, and what the next may bring; a sentence where nothing can be told.

    `wider`: the other figures are of one place or service, these of the whole city.
    """
    note = tr("city, requests a week") if wider else tr("requests a week")
    if not demand.ahead:
        return Section(note, None, why_not_words(demand.why_not, words.language(DEMAND)))
    weeks, ahead = demand.weeks[-WEEKS_SHOWN:], demand.ahead
    past = np.array([week.first.toordinal() for week in weeks], dtype=float)
    came = np.array([week.requests for week in weeks], dtype=float)
    next_ = np.array([past[-1], *(week.first.toordinal() for week in ahead)])

    def joined(values: Sequence[float]) -> np.ndarray:
        return np.array([came[-1], *values])

    expected = Line(
        "",
        next_,
        joined([week.middle for week in ahead]),
        dashed=True,
        band=Band(joined([week.low_80 for week in ahead]), joined([week.high_80 for week in ahead])),
    )
    lines = (Line("", past, came, tone="ink"), expected)
    marks = (Mark(float(ahead[0].first.toordinal()), tr("expected")),)
    chart = Chart(tr("Expected next weeks"), lines, "", marks, 0.0, None, _ahead_words(demand))
    return Section(note, chart, said=(Piece(_ahead_words(demand)),))


def _ahead_words(demand: Demand) -> str:
    """How far what is expected may be trusted: the same way tried on weeks that are known by now."""
    first = demand.ahead[0]
    told = tr("Next week about {0} (80 % interval {1}).").format(
        words.number(first.middle, 0), words.span(words.number(first.low_80, 0), words.number(first.high_80, 0))
    )
    judged = demand.judged
    if judged is None:
        return told
    tried = tr(
        "Tried on {0} past weeks: {1} of them lay inside, off by {2} a week; taking the week before, by {3}. Their "
        "spans overlap, so that this share may be 20 points off by chance."
    )
    return f"{told} " + tried.format(
        words.count(judged.weeks),
        words.percent(judged.inside_80, 0),
        words.number(judged.error, 0 if judged.error >= 10 else 1),
        words.number(judged.error_last_week, 0 if judged.error_last_week >= 10 else 1),
    )


def close_section(found: PlaceFigures, deadline_days: float | None = None) -> Section:
    """Curves of the place and the city with what they say; a place in which nothing was counted has none."""
    shown = [times for times in (found.here, found.city) if times is not None]
    rows = tuple(_close_row(times) for times in shown)
    titles = (
        tr("Place"),
        tr("Median (95 %)"),
        *(tr("1 day") if days == 1 else tr("{0} days").format(days) for days in TABLE_DAYS),
    )
    incidents = found.asked.count is Count.INCIDENTS
    note = tr("incidents still open, %") if incidents else tr("requests still open, %")
    if not shown[-1].opened:
        return Section(note, None, tr("No request was opened in this period. Widen it."))
    drawn = drawn_times(shown)
    why_not = "" if drawn else tr("Fewer than {0} are counted: too few for a curve.").format(FEWEST_DRAWN)
    chart = _chart(drawn, deadline_days) if drawn else None
    return Section(note, chart, why_not, titles, rows, counted_sentence(shown[0], drawn))


def drawn_times(shown: Sequence[PlaceTimes]) -> list[PlaceTimes]:
    """Those of which a curve is drawn: of fewer cases its interval is a block from top to bottom."""
    return [times for times in shown if times.of >= FEWEST_DRAWN]


def counted_sentence(times: PlaceTimes, drawn: Sequence[PlaceTimes]) -> Sentence:
    """How many the curve counts and still waits for, and why these are not all that were opened; each opens its own."""
    told = tr("Still open, counted as open: {0} of {1}.")
    if times in drawn:
        told = tr("Still open, counted as open (ticks): {0} of {1}.")
    elif drawn:
        told = tr("Still open, counted as open: {0} of {1}; too few for a curve of its own.")
    sentence = with_links(told, _figure(times.waiting, times.key, "waiting"), _figure(times.of, times.key, "of"))
    if not times.left_out:
        return sentence
    whole = with_links(" " + tr("Left out of {0} requests:") + " ", _figure(times.opened, times.key, "opened"))
    parts: list[Piece] = []
    for reason, count in times.left_out.items():
        piece = Piece(words.count(count), Opened(times.key, "left", left=reason))
        parts += [Piece("; " if parts else ""), *with_links(left_words(reason), piece)]
    return (*sentence, *whole, *parts, Piece("."))


def _figure(value: int, key: int, what: str) -> Piece:
    return Piece(words.count(value), Opened(key, what) if value else None)


def left_words(reason: Left) -> str:
    """Why some are not counted, with {0} for how many."""
    told = {
        Left.STAFF: tr("entered by staff {0}"),
        Left.RESIDENTS: tr("entered by residents {0}"),
        Left.REPEATS: tr("repeats of an incident {0}"),
        Left.LOST_REPEATS: tr("repeats of an unknown report {0}"),
        Left.NOT_OURS: tr("not the city’s to serve {0}"),
        Left.WITHDRAWN: tr("taken back {0}"),
        Left.UNDATED: tr("closed nobody knows when {0}"),
    }
    return told.get(reason, f"{reason} {{0}}")


def left_word(reason: Left) -> str:
    """The same as the name of what is opened."""
    return left_words(reason).replace("{0}", "").strip()


def form_words(now: CountsNow, counts: str) -> str:
    """What a form would count, and how many more fit that are nowhere on the map."""
    told = counted_words(now.counted, now.requests, counts, words.language(CONTEXT))
    if not now.placeless:
        return told
    return f"{told}. " + tr("Without a place, and so not on the map: {0}.").format(words.count(now.placeless))


def head_words(asked: Asked) -> str:
    """What all figures of the pane are of: when it was opened, and which services."""
    period = words.language(CONTEXT).days(asked.first, asked.last)
    return tr("Opened {0} · {1}").format(period, ", ".join(asked.services) or tr("all services"))


def _close_row(times: PlaceTimes) -> FigureRow:
    ends = (times.median_days.low, times.median_days.high)
    median = tr("over half open") if times.median_days.value is None else _days(times.median_days.value)
    median = median if times.of else "–"
    note = "" if None in ends else words.span(*(words.number(end, 1) for end in ends if end is not None))
    cells = [Cell(median, Opened(times.key, "of") if times.of else None, note)]
    for days in TABLE_DAYS:
        cells.append(_cell(times.within[days], Opened(times.key, "within", days=days), decimals=0))
    return FigureRow(_name(times), tuple(cells))


def _name(times: PlaceTimes) -> str:
    return tr("Whole city") if times.key == CITY else times.name


def _chart(shown: Sequence[PlaceTimes], deadline_days: float | None) -> Chart:
    lines = []
    for at, times in enumerate(shown):
        curve, city = _thin_curve(times.curve), times.key == CITY and len(shown) > 1
        seen = curve.days <= MOST_DAYS
        end = min(MOST_DAYS, float(max(curve.days[-1], curve.waiting_days[-1] if len(curve.waiting_days) else 0.0)))

        def held(values: np.ndarray, seen: np.ndarray = seen) -> np.ndarray:
            drawn = 100.0 * values[seen]
            return np.append(drawn, drawn[-1])

        waiting = curve.waiting_days[curve.waiting_days <= end]
        lines.append(
            Line(
                _name(times),
                np.append(curve.days[seen], end),
                held(curve.share),
                tone="ink" if city else "accent",
                dashed=city,
                stepped=True,
                band=Band(held(curve.low), held(curve.high)),
                ticks=None if at else _thinned(waiting),
            )
        )
    marks = (
        ()
        if deadline_days is None
        else (Mark(deadline_days, tr("deadline {0}").format(_days(deadline_days)), "danger"),)
    )
    title = tr("Time to close")
    about = "; ".join(f"{line.name}: {line.y[-1]:.0f} %" for line in lines)
    return Chart(title, tuple(lines), tr("days since opened"), marks, 0.0, 100.0, about, LEAST_DAYS)


def _thin_curve(curve: Curve, most: int = MOST_STEPS) -> Curve:
    """Of a curve that falls at very many days so many that a screen can tell apart: as it stands at even distances."""
    if len(curve.days) <= most:
        return curve
    even = np.linspace(0.0, min(MOST_DAYS, float(curve.days[-1])), most)
    at = np.maximum(np.searchsorted(curve.days, even, side="right") - 1, 0)
    return replace(curve, days=even, share=curve.share[at], low=curve.low[at], high=curve.high[at])


def _thinned(days: np.ndarray, most: int = 40) -> np.ndarray:
    """Of very many open cases so many ticks that they can still be told apart."""
    return days if len(days) <= most else days[np.linspace(0, len(days) - 1, most).astype(int)]


def promise_section(found: PlaceFigures) -> Section:
    """Shares here and in the city, and how far apart they are for sure."""
    if found.here is None:
        rows = tuple(
            FigureRow(share_word(one.name), (_cell(one.city, Opened(CITY, "some", one.name)),)) for one in found.shares
        )
        return Section("", rows=rows)
    key = found.here.key
    rows = tuple(_promise_row(one, key) for one in found.shares)
    return Section(tr("here · city · difference, 95 %"), rows=rows)


def _promise_row(one: PlaceShare, key: int) -> FigureRow:
    assert one.here is not None
    clear = one.verdict in (Verdict.HIGHER, Verdict.LOWER)
    here = _cell(one.here, Opened(key, "some", one.name))
    return FigureRow(share_word(one.name), (here, Cell(_percent(one.city)), Cell(_difference(one), strong=clear)))


def _difference(one: PlaceShare) -> str:
    low, high = one.difference.low, one.difference.high
    if one.verdict is Verdict.TOO_FEW or low is None or high is None:
        return tr("too few to tell")
    return tr("{0} to {1}").format(*(_points(end) for end in (low, high)))


def _points(share: float) -> str:
    """Percentage points with their sign."""
    value = round(100 * share, 1)
    told = words.number(abs(value), 0 if abs(value) >= 10 else 1)
    return f"+{told}" if value > 0 else f"−{told}" if value < 0 else told


def _cell(interval: Interval, opened: Opened, decimals: int | None = None) -> Cell:
    """A share that opens its requests, with its interval as a tip; a dash where it cannot be told. None open none."""
    if interval.value is None:
        return Cell("–")
    return Cell(_percent(interval, decimals), opened if interval.value > 0.0 else None, tip=_ends(interval))


def _percent(interval: Interval, decimals: int | None = None) -> str:
    """None and all are told plainly; what is nearly so keeps a decimal."""
    if interval.value is None:
        return "–"
    plain = 0.1 <= interval.value <= 0.99 or interval.value in (0.0, 1.0)
    return words.percent(interval.value, (0 if plain else 1) if decimals is None else decimals)


def _ends(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return ""
    return tr("95 %: {0}").format(words.span(words.percent(interval.low, 1), words.percent(interval.high, 1)))


def _days(value: float) -> str:
    return tr("{0} d").format(words.number(value, 0 if value >= 10 or value == int(value) else 1))
