"""Who reports, invented through and through, and what they answer to the intake questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import SERVICES, DemoQuestion

ANSWER_DRAWS = 4  # as many as the most questions of a service, and one
_FIRST = (
    "Alda", "Brenn", "Corvin", "Delka", "Ebbo", "Fenja", "Gorrin", "Hedla", "Ivo", "Jorun", "Kelda", "Lorn", "Mirka",
    "Nalle",
    "Odo", "Perrin", "Quenna", "Rasko", "Silja", "Tormo", "Ulla", "Veska", "Wendel", "Yorik", "Zelma", "Anneke",
    "Birk", "Dorle",
)  # fmt: skip
_LAST_A = ("Fern", "Marl", "Thistle", "Quill", "Bramble", "Sedge", "Tallow", "Wether", "Osier", "Plover", "Cinder",
"Hazel",
           "Moss", "Kettle", "Lantern", "Pebble")  # fmt: skip
_LAST_B = (
    "hollow",
    "wick",
    "mantle",
    "gander",
    "spoke",
    "garth",
    "latch",
    "whistle",
    "bottom",
    "feather",
    "stile",
    "crumb",
)
# Short texts for questions that are answered in words.
_WORDS: dict[str, tuple[str, ...]] = {
    "items": (
        "sofa and two chairs",
        "washing machine",
        "bed frame, mattress",
        "shelves, desk, lamp",
        "carpets, rolled up",
    ),
    "street_too": ("yes, all of it", "only our side", "no, just us", "I think so"),
    "owner": ("the shop", "railway", "not known", "the school", "private house"),
    "text": ("Stop", "30", "No entry", "No parking 7-19", "the street's name", "Give way"),
    "colour": ("grey van", "red hatchback", "silver estate", "white panel van", "blue, make unknown"),
}
_LIMITS = {"metres": (3, 60), "count": (1, 9), "depth_cm": (4, 60)}


def answers_of(service: int, requested_on: date, draws: Sequence[float], shared: float) -> tuple[tuple[str, str], ...]:
    """Code and value of each answer. Choices are mostly those of the incident, so that its reports agree."""
    found = []
    for question, draw in zip(SERVICES[service].questions, draws, strict=False):
        if question.required or draw < 0.55:
            agreed = shared if draw < 0.8 else draw
            found.append((question.code, _answer(question, requested_on, draw, agreed)))
    return tuple(found)


def _answer(question: DemoQuestion, requested_on: date, draw: float, agreed: float) -> str:
    if question.values:
        count = len(question.values)
        first = int(agreed * 9973) % count
        second = int(draw * 7919) % count
        if question.datatype == "multivaluelist" and second != first and draw > 0.4:
            return ";".join(question.values[at] for at in sorted((first, second)))
        return question.values[first]
    if question.datatype == "number":
        low, high = _LIMITS[question.code]
        return str(low + int(agreed * (high - low + 1)))
    if question.datatype == "datetime":
        ahead = 3 + int(draw * 12) if question.code == "date" else -1 - int(draw * 3)
        return (requested_on + timedelta(days=ahead)).isoformat()
    words = _WORDS.get(question.code)
    return words[int(agreed * len(words))] if words else f"{1000 + int(agreed * 8999)}"


def reporters(draws: NDArray[np.float64]) -> list[tuple[str, str, str]]:
    """Name, mail and telephone for each row of three numbers; addresses that cannot exist, numbers kept for fiction."""
    people = []
    for first, last, way in draws.tolist():
        given = _FIRST[int(first * len(_FIRST))]
        pair = int(last * len(_LAST_A) * len(_LAST_B))
        family = _LAST_A[pair % len(_LAST_A)] + _LAST_B[pair // len(_LAST_A)]
        number = int(way * 1000)
        mail = f"{given}.{family}{number % 90 + 10}@example.org".lower() if way < 0.75 else ""
        phone = f"555 01{number % 100:02d}" if way > 0.6 else ""
        people.append((f"{given} {family}", mail, phone))
    return people
