"""The questions of a service: which answers fit them, which of a former service still do, which are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from data.records import ServiceQuestion
from desktop.domain.answers import plain

MANY, ONE, NUMBER, MOMENT, LONG = "multivaluelist", "singlevaluelist", "number", "datetime", "text"
PARTED_BY = ";"  # the answers to "any of"
LONGEST = 4000  # characters of an answer


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of one request: all its answers, and the required questions that have none."""

    answers: Mapping[str, str]
    missing: tuple[ServiceQuestion, ...]


def choices_of(value: str) -> list[str]:
    """The parts of an answer to "any of"."""
    return [part.strip() for part in value.split(PARTED_BY) if part.strip()]


def fault_of(question: ServiceQuestion, value: str) -> str:
    """Why an answer does not fit its question, as the end of a sentence; empty where it does."""
    text = value.strip()
    if not text:
        return "is empty"
    if len(text) > LONGEST:
        return f"has {len(text):,} characters; shorten it to {LONGEST:,}"
    if question.datatype == NUMBER:
        return "" if _is_number(text) else "is not a number"
    if question.datatype == MOMENT:
        return "" if _is_moment(text) else "is not a day or a time such as 2026-10-13 or 2026-10-13T08:00"
    if not question.values or question.datatype not in (ONE, MANY):
        return ""
    parts = choices_of(text) if question.datatype == MANY else [text]
    strange = [part for part in parts if part not in question.values]
    return f"is none of {', '.join(question.values)}" if strange or not parts else ""


def given_fault(questions: Sequence[ServiceQuestion], given: Mapping[str, str]) -> str:
    """What is wrong with answers that were given to a service's questions, in a sentence; empty where all fit."""
    known = {question.code: question for question in questions}
    for code, value in given.items():
        if code not in known:
            asked = f"it asks {', '.join(known)}" if known else "it asks nothing"
            return f"The service has no question {plain(code)[:40]}; {asked}."
        fault = fault_of(known[code], value)
        if fault:
            return f"The answer to {code} {fault}."
    return ""


def answered(questions: Sequence[ServiceQuestion], given: Mapping[str, str], former: Mapping[str, str]) -> Answered:
    """The answers of a request that becomes one of a service: those given, and all that the resident said before.

    A former answer to a question of the same code counts where it fits. What the service does not ask stays: nobody
    asks the resident twice where the request goes back.
    """
    cleaned = {code: plain(value).strip() for code, value in given.items()}
    missing = tuple(
        question
        for question in questions
        if question.required
        and question.code not in cleaned
        and (question.code not in former or fault_of(question, former[question.code]))
    )
    return Answered({**former, **cleaned}, missing)


def carried(questions: Sequence[ServiceQuestion], former: Mapping[str, str]) -> dict[str, str]:
    """The former answers that answer a service's questions too."""
    return {
        question.code: former[question.code]
        for question in questions
        if question.code in former and not fault_of(question, former[question.code])
    }


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
