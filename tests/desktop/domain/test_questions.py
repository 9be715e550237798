"""Answers to the questions of a service: which fit, which carry over, which are missing."""

from __future__ import annotations

import pytest

from data.records import ServiceId, ServiceQuestion
from desktop.domain.questions import answered, carried, fault_of, given_fault


def question(code: str, datatype: str = "string", *values: str, required: bool = True) -> ServiceQuestion:
    """A question of service 1."""
    return ServiceQuestion(1, ServiceId(1), 1, code, datatype, f"Which {code}?", required, values)


@pytest.mark.parametrize(
    ("datatype", "value", "fits"),
    [
        ("string", "any words", True),
        ("string", "  ", False),
        ("text", "x" * 4001, False),
        ("number", "3.5", True),
        ("number", "three", False),
        ("number", "nan", False),
        ("datetime", "2026-10-13", True),
        ("datetime", "2026-10-13T08:00", True),
        ("datetime", "soon", False),
        ("singlevaluelist", "red", True),
        ("singlevaluelist", "red;blue", False),
        ("multivaluelist", "red; blue", True),
        ("multivaluelist", "red;green", False),
        ("multivaluelist", ";", False),
    ],
)
def test_an_answer_fits_by_its_type(datatype: str, value: str, fits: bool) -> None:
    """Each data type of Open311 takes what it can hold and refuses the rest with a reason."""
    choices = ("red", "blue") if datatype.endswith("list") else ()
    assert (fault_of(question("colour", datatype, *choices), value) == "") is fits


def test_former_answers_count_where_they_fit() -> None:
    """The same code with a fitting value needs no new answer; what is not asked stays; what is given wins."""
    asked = [question("size", "number"), question("colour", "singlevaluelist", "red"), question("note", required=False)]
    former = {"size": "4", "colour": "green", "smell": "bad"}
    found = answered(asked, {"note": " there "}, former)
    assert [one.code for one in found.missing] == ["colour"]
    assert found.answers == {"size": "4", "colour": "green", "smell": "bad", "note": "there"}
    assert answered(asked, {"colour": "red", "size": "5"}, former).missing == ()
    assert answered(asked, {"size": "5"}, former).answers["size"] == "5"
    assert carried(asked, former) == {"size": "4"}


def test_what_is_given_is_checked() -> None:
    """An answer to nothing, and one that does not fit, are each named with what would."""
    asked = [question("size", "number")]
    assert given_fault(asked, {"size": "4"}) == ""
    assert given_fault(asked, {"colour": "red"}) == "The service has no question colour; it asks size."
    assert given_fault([], {"colour": "red"}) == "The service has no question colour; it asks nothing."
    assert given_fault(asked, {"size": "big"}) == "The answer to size is not a number."
