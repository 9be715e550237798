"""The words about plans in the language of the window: jobs, reasons, broken rules, refused edits, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.domain.crew_status import StopKind
from desktop.domain.plain_text import readable
from desktop.domain.plan_diff import Difference
from desktop.domain.plan_draft import DraftRefused
from desktop.domain.plan_figures import PlanFigures
from desktop.views import format as words
from desktop.views.plan_bar import PlanFigure

translate = QCoreApplication.translate
Fault = Mapping[str, Any]


def place_words(job: Mapping[str, Any]) -> str:
    """Where and what: its address or its name, and its service."""
    return readable(", ".join(part for part in (job.get("address") or job["job"], job.get("service", "")) if part))


def reason_word(reason: str) -> str:
    """What a reason is called."""
    return {
        "skill": translate("Plan", "Skill"),
        "unreachable": translate("Plan", "Not reachable"),
        "window": translate("Plan", "Time window"),
        "capacity": translate("Plan", "Capacity"),
        "shift": translate("Plan", "Shift"),
        "price": translate("Plan", "Price"),
        "hand": translate("Plan", "By hand"),
    }.get(reason, reason)


Stops = Mapping[str, tuple[str, Mapping[str, Any]]]  # by job the crew that does it, and the stop


def stops_by_job(content: Mapping[str, Any]) -> Stops:
    """The stops of a plan by their jobs; those that wait for a later day have no crew yet."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {job["job"]: ("", job) for job in content.get("can_wait", ())}
    return found | {stop["job"]: (crew["crew"], stop) for crew in content["crews"] for stop in crew["stops"]}


def detail_words(job: Mapping[str, Any], stops: Stops) -> str:
    """Why a job was left out, in a sentence. A stop that would have to go is called as the board calls it."""
    if job["reason"] == "hand":
        return translate("Plan", "Taken out by hand.")
    crew, stop = stops.get(job.get("instead_of") or "", ("", {}))
    if stop and not crew and "day" in job:
        meant = words.short_date(date.fromisoformat(job["day"]))
        told = translate("Plan", "Fits {0} on {1} if {2} goes: {3}.")
        return told.format(job["crew"], meant, place_words(stop), more_words(job["more_s"]))
    if not stop or "day" in job or crew != job.get("crew"):
        return str(job["detail"])
    told = translate("Plan", "Fits {0} if its stop {1} goes ({2}): {3}.")
    return told.format(crew, stop["sequence"], place_words(stop), more_words(job["more_s"]))


def wait_words(job: Mapping[str, Any]) -> str:
    """For which day a job that waits is meant, and when it is due."""
    meant = words.short_date(date.fromisoformat(job["day"]))
    if job["due"] is None:
        return translate("Plan", "Meant for {0}; it has no deadline.").format(meant)
    due = datetime.fromisoformat(job["due"])
    return translate("Plan", "Meant for {0}; due {1} {2}.").format(meant, words.short_date(due.date()), clock(due))


def fault_words(fault: Fault) -> str:
    """A rule that is broken, with how much."""
    amount, names = fault["amount"], ", ".join(fault["names"])
    late = words.working_time(max(60.0, abs(amount)))
    told = {
        "late": translate("Plan", "late for its window by {0}").format(late),
        "shift": translate("Plan", "past the end of the shift by {0}").format(late),
        "break": translate("Plan", "the break is {0} too late").format(late),
        "unreachable": translate("Plan", "no street leads there"),
        "skill": translate("Plan", "the crew lacks {0}").format(names),
        "equipment": translate("Plan", "the crew has no {0}").format(names),
        "crew": translate("Plan", "this crew may not do it"),
        "capacity": translate("Plan", "{0} more than the vehicle holds").format(words.number(amount, 1)),
        "stops": translate("Plan", "{0} stops too many").format(round(amount)),
        "reloads": translate("Plan", "{0} trips to unload too many").format(round(amount)),
        "lock": translate("Plan", "not at the time it is locked to"),
        "two_crews": translate("Plan", "two crews have to be there at once"),
        "after": translate("Plan", "{0} has to be done before").format(names),
        "pair": translate("Plan", "goes only with {0}, by the same crew").format(names),
    }
    return told.get(fault["kind"], str(fault["kind"]))


def faults_told(faults: Sequence[Fault]) -> str:
    """Broken rules in one line."""
    return "; ".join(fault_words(fault) for fault in faults)


def refusal_words(refused: DraftRefused, crew: str, job: str) -> str:
    """Why an edit was not made, and what to do."""
    told = {
        "whole": translate("Plan", "The whole day of {0} is locked. Unlock it first (menu of the crew)."),
        "crew": translate("Plan", "{1} is locked to {0}. Unlock it first (L)."),
        "time": translate("Plan", "The time of {1} is locked. Unlock it first (Shift L)."),
        "order": translate("Plan", "The first stops of {0} are locked in their order. Unlock them first."),
        "over": translate("Plan", "What {0} has behind it, or is bound for, stays as it is."),
        "twice": translate("Plan", "{0} has this job already."),
        "unloading": translate("Plan", "A trip to unload stays with its crew."),
        "place": translate("Plan", "{0} has no such place."),
    }
    return told[refused.why].format(crew, job)


def mark_words(mark: str) -> str:
    """What was told of a stop."""
    return {
        StopKind.STARTED: translate("Plan", "Work has begun"),
        StopKind.DONE: translate("Plan", "Done"),
        StopKind.NOT_FOUND: translate("Plan", "Not found"),
        StopKind.OTHER_CREW: translate("Plan", "Needs another crew"),
        StopKind.ACKNOWLEDGED: "",
    }[StopKind(mark)]


def lock_words(locked: frozenset[str]) -> str:
    """How a stop is locked, as a tag says it."""
    names = {
        "time": translate("Plan", "time"),
        "crew": translate("Plan", "crew"),
        "order": translate("Plan", "order"),
        "whole": translate("Plan", "whole day"),
    }
    told = [names[kind] for kind in names if kind in locked]
    named = translate("Plan", " and ").join(told) if len(told) < 3 else ", ".join(told)
    return translate("Plan", "locked: {0}").format(named)


def figures_told(
    figures: PlanFigures, than: PlanFigures | None, tips: Sequence[tuple[str, PlanFigures]]
) -> tuple[PlanFigure, ...]:
    """The figures of the bar. `than` is the plan that differences are told against, `tips` those of the tooltips."""

    def one(key: str, word: str, opens: str = "", about: str = "") -> PlanFigure:
        note = "" if than is None else difference_of(key, figures, than)
        lines = [about] if about else []
        lines += [f"{name}: {value_of(key, other)}" for name, other in tips]
        return PlanFigure(word, value_of(key, figures), note or _share_of(key, figures), opens, "\n".join(lines))

    late = translate("Plan", "Stops whose work starts after their window, and by how much in all.")
    even = translate(
        "Plan",
        "1 where all crews are equally busy: 1 less the mean difference from the mean of the share of its shift that a "
        "crew drives and works, over this mean.",
    )
    waits = translate("Plan", "Jobs that are meant for a later day, within their deadline.")
    due = translate("Plan", "Of the jobs whose deadline falls on this day or before, those that are served.")
    found = [
        one("served", translate("Plan", "Served"), "table"),
        one("left_out", translate("Plan", "Left out"), "right"),
        *([one("waits", translate("Plan", "Can wait"), "right", about=waits)] if figures.waits else ()),
        one("drive", translate("Plan", "Drive")),
        one("work", translate("Plan", "Work")),
        one("distance", translate("Plan", "Distance")),
        one("late", translate("Plan", "Late"), about=late),
        one("balance", translate("Plan", "Balance"), about=even),
        one("wait", translate("Plan", "Wait")),
    ]
    if figures.due is not None:
        found.insert(-6, one("due", translate("Plan", "Due served"), about=due))
    return tuple(found)


def value_of(key: str, figures: PlanFigures) -> str:
    """A figure in words."""
    told = {
        "served": translate("Plan", "{0} of {1}").format(words.count(figures.served), words.count(figures.jobs)),
        "left_out": words.count(figures.left_out),
        "waits": words.count(figures.waits),
        "drive": words.hours(figures.drive_s),
        "work": words.hours(figures.work_s),
        "wait": words.hours(figures.wait_s),
        "distance": words.distance(figures.distance_m),
        "late": words.count(figures.late),
        "balance": words.number(figures.balance, 2),
    }
    if key == "due":
        return words.percent(figures.due_served / max(1, figures.due or 0), 0)
    return told[key]


def _share_of(key: str, figures: PlanFigures) -> str:
    if key == "served":
        return words.percent(figures.served / max(1, figures.jobs), 0)
    return words.working_time(figures.late_s) if key == "late" and figures.late else ""


def difference_of(key: str, figures: PlanFigures, than: PlanFigures) -> str:
    """By how much a figure differs from another plan's, with its sign; empty where it does not."""
    of_time = {"drive": figures.drive_s - than.drive_s, "work": figures.work_s - than.work_s}
    of_time["wait"] = figures.wait_s - than.wait_s
    if key in of_time:
        value = of_time[key]
        return _signed(value, words.hours(abs(value)) if abs(value) >= 3600 else words.working_time(abs(value)), 60)
    if key == "distance":
        value = figures.distance_m - than.distance_m
        return _signed(value, words.distance(abs(value)), 100)
    counts = {"served": figures.served - than.served, "left_out": figures.left_out - than.left_out}
    counts["late"] = figures.late - than.late
    if key in counts:
        return _signed(counts[key], words.count(abs(counts[key])), 1)
    if key == "balance":
        value = figures.balance - than.balance
        return _signed(value, words.number(abs(value), 2), 0.005)
    return ""


def _signed(value: float, told: str, least: float) -> str:
    return "" if abs(value) < least else f"{'−' if value < 0 else '+'}{told}"


def more_words(seconds: float) -> str:
    """How much more a crew drives."""
    if abs(seconds) < 30:
        return translate("Plan", "no more driving")
    sign = "+" if seconds > 0 else "−"
    return translate("Plan", "{0}{1} driving").format(sign, words.working_time(max(60.0, abs(seconds))))


def why_words(one: Difference, name_of: Mapping[str, str], left_out: Mapping[str, str]) -> str:
    """Why a stop is not where it was, as far as the plans tell. `left_out`: why jobs have no crew, by job."""
    kind, about = one.why
    if kind == "added":
        return translate("Plan", "after {0}, new on this way").format(name_of.get(about, about))
    if kind == "gone":
        return translate("Plan", "{0} no longer comes before").format(name_of.get(about, about))
    if kind == "was left out":
        return translate("Plan", "was left out")
    if kind == "left out":
        return left_out.get(one.job["job"], about)
    return {
        "crew": translate("Plan", "another crew"),
        "time": translate("Plan", "other order"),
        "new": translate("Plan", "new in the plan"),
    }.get(one.kind, "")


def clock(told: str | datetime) -> str:
    """07:05 of a moment."""
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return f"{moment:%H:%M}"
