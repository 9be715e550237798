"""Faults of rules: names nobody has, conditions that exclude each other, rules without a turn; examples as expected."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.rule_examples import Reached, expect
from desktop.domain.rule_faults import Catalogue, ServiceAsking, faults
from desktop.domain.rule_matching import Reports, take
from desktop.domain.rule_scope import scope_of
from desktop.domain.rules import Example, Rule, Rules
from tests.desktop.domain.rule_strategies import LAYERS, small_reports, small_rules, small_sets
from tests.soak import examples

slowly = settings(deadline=None, max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 10, 13)
CITY = Catalogue(
    services=(
        ServiceAsking("POT", "Pothole", "Streets", {"depth": ("Flat", "Deep"), "size": ()}),
        ServiceAsking("TREE", "Tree", "Parks", {"wires": ("Yes", "No")}),
    ),
    agencies={"Streets": None, "Parks": None, "Water": date(2026, 12, 1)},
    layers={
        "Works": {"West": "Streets", "East": "Parks"},
        "Parks": {"Common": "Parks", "Pond": ""},
        "Mains": {"North": "Water"},
        "Empty": {},
    },
    sources=frozenset({"app", "phone"}),
    today=TODAY,
)


def rule(name: str = "n", **values: Any) -> Rule:
    """A rule for Streets unless told otherwise."""
    return Rule.model_validate({"name": name, **({} if "agency_of" in values else {"agency": "Streets"}), **values})


def told(*rules: Rule, examples: tuple[Example, ...] = (), city: Catalogue = CITY) -> list[tuple[str, bool]]:
    """Each fault without the rule it is of, and whether it refuses."""
    found = faults(Rules(rule=rules, example=examples), city)
    assert all(one.sentence.endswith(".") and "\n" not in one.sentence for one in found)
    return [(f"{one.what} {one.todo}", one.refuses) for one in found]


@pytest.mark.parametrize("written", ["STREETS", "streets", "sTREETs", "Streats"])
def test_a_name_in_other_letters_is_told_which_is_meant(written: str) -> None:
    """Capitals are the commonest slip: the name that differs in them alone is proposed."""
    assert told(rule(agency=written)) == [(f"No department has the name '{written}'. Write Streets.", True)]


@pytest.mark.parametrize(
    "fine",
    [
        {},
        {"services": ["POT"], "answers": {"depth": ["deep"], "size": ["anything"]}},
        {"services": ["POT", "TREE"], "answers": {"wires": []}},
        {"areas": {"Works": ["West"], "Parks": []}},
        {"agency_of": "Works"},
        {"agency_of": "Parks", "areas": {"Parks": ["Common"]}},
        {"agency": "Water", "effective_to": "2026-11-30"},
        {"when": "answers.depth == 'Deep' && areas.Works != ''"},
        {"season": "12-24..12-26", "effective_from": "2026-12-26", "effective_to": "2026-12-31"},
        {"season": "02-29..02-29", "weekdays": ["mon"]},
    ],
)
def test_a_rule_of_the_city_has_no_fault(fine: dict[str, Any]) -> None:
    """What names only what is there, and can hold, is told nothing."""
    assert told(rule(**fine)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"services": ["POD"]}, "No service has the code 'POD'. Write POT."),
        ({"services": ["XYZ"]}, "No service has the code 'XYZ'. There are POT, TREE."),
        ({"sources": ["fone"]}, "No source has the name 'fone'. Write phone."),
        ({"agency": "Street"}, "No department has the name 'Street'. Write Streets."),
        ({"areas": {"Work": []}}, "No layer has the name 'Work'. Write Works."),
        ({"areas": {"Works": ["Wets"]}}, "The layer Works has no area 'Wets'. Write West."),
        ({"agency_of": "Work"}, "No layer has the name 'Work'. Write Works."),
        ({"agency_of": "Empty"}, "The layer Empty has no areas, so nobody would get anything."),
        ({"agency_of": "Parks"}, "Pond of the layer Parks has no department. Give each one, or name the areas"),
        ({"agency": "Water"}, "Water is closed from 2026-12-01 on, and the rule holds after that. Name another"),
        ({"agency": "Water", "effective_to": "2026-12-01"}, "Water is closed from 2026-12-01 on"),
        ({"agency_of": "Mains"}, "Water is closed from 2026-12-01 on"),
        ({"answers": {"dept": []}}, "No service asks a question with the code 'dept'. Write depth."),
        ({"answers": {"depth": ["Steep"]}}, "Nobody can answer 'Steep' to the question depth. Write Deep."),
        (
            {"services": ["TREE"], "answers": {"depth": []}},
            "None of its services asks the question 'depth', so it could",
        ),
        ({"services": ["TREE"], "when": "answers.depth == ''"}, "None of its services asks the question 'depth'"),
        ({"when": "hour =="}, "Its expression cannot be used: at character 8: it ends too early. Correct `when`."),
        (
            {"when": "agency == 'Parks'"},
            "Its expression cannot be used: it asks for 'agency', which the rules are there",
        ),
        ({"when": "answers.dept == ''"}, "No service asks a question with the code 'dept'. Write depth."),
        ({"when": "areas.Work == ''"}, "No layer has the name 'Work'. Write Works."),
        ({"when": "answers.depth > 2"}, "Its expression can never be decided: it compares or adds things of different"),
        ({"when": "hour"}, "Its expression can never be decided: it says '12', which is neither true nor false."),
        ({"when": "1 / 0 == 1"}, "Its expression can never be decided: it divides by zero."),
        (
            {"season": "06-01..06-30", "effective_from": "2026-12-01", "effective_to": "2026-12-31"},
            "Its days, weekdays and season leave no day on which it holds.",
        ),
        (
            {"weekdays": ["sun"], "effective_from": "2026-10-12", "effective_to": "2026-10-17"},
            "Its days, weekdays and season leave no day on which it holds.",
        ),
    ],
)
def test_a_fault_is_told_with_what_to_do(wrong: dict[str, Any], said: str) -> None:
    """One fault, one sentence, and the rules are refused."""
    ((sentence, refuses),) = told(rule(**wrong))
    assert sentence.startswith(said)
    assert refuses


@pytest.mark.parametrize(
    ("doubtful", "said"),
    [
        ({"when": "1 < 2"}, "Its expression is always true. Leave `when` out."),
        ({"when": "'a' == 'b'"}, "Its expression is never true. Correct `when`, or remove the rule."),
        ({"when": "double(answers.size) > 2.0"}, "It stops a report that says nothing: it reads a number from text"),
        ({"effective_to": "2026-10-12"}, "It ended on 2026-10-12. Remove it, unless older days are meant."),
    ],
)
def test_a_doubt_is_told_and_refuses_nothing(doubtful: dict[str, Any], said: str) -> None:
    """Constant expressions, expressions that need an answer, and rules that are over are warned of."""
    ((sentence, refuses),) = told(rule(**doubtful))
    assert sentence.startswith(said)
    assert not refuses


def test_faults_name_the_rule_and_come_together() -> None:
    """Every fault of every rule is told, by number and name."""
    rules = Rules(rule=(rule("fine"), rule("odd", services=["POD"], sources=["fax"])))
    assert [fault.sentence for fault in faults(rules, CITY)] == [
        "Rule 2 ('odd'): No service has the code 'POD'. Write POT.",
        "Rule 2 ('odd'): No source has the name 'fax'. There are app, phone.",
        "Rule 2 ('odd'): Never reached: rule 1 takes these first. Move it up, or remove it.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ({}, {"services": ["POT"]}, True),
        ({"services": ["POT"]}, {}, False),
        ({"services": ["POT", "TREE"]}, {"services": ["TREE"], "words": ["x"], "when": "hour > 3"}, True),
        ({"when": "hour > 3"}, {"when": "hour > 4"}, False),
        ({"when": "hour > 3"}, {"when": " hour > 3 ", "services": ["POT"]}, True),
        ({"hours": "22:00-06:00"}, {"hours": "23:00-05:00"}, True),
        ({"hours": "22:00-06:00"}, {"hours": "05:00-06:01"}, False),
        ({"hours": "00:00-24:00"}, {}, True),
        ({"season": "11-01..03-31"}, {"season": "12-24..01-06"}, True),
        ({"season": "03-01..02-28"}, {}, False),
        ({"season": "03-01..02-29"}, {}, True),
        ({"weekdays": ["sat", "sun"]}, {"weekdays": ["sun"]}, True),
        ({"weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, {}, True),
        ({"effective_from": "2026-01-01"}, {"effective_from": "2026-02-01", "effective_to": "2026-12-31"}, True),
        ({"effective_from": "2026-01-01"}, {}, False),
        ({"words": ["tree"]}, {"words": ["Street"]}, True),
        ({"words": ["street"]}, {"words": ["tree"]}, False),
        ({"answers": {"depth": []}}, {"answers": {"depth": ["Deep"]}, "services": ["POT"]}, True),
        ({"answers": {"depth": ["Deep"]}}, {"answers": {"depth": []}}, False),
        ({"answers": {"depth": ["deep"]}}, {"answers": {"depth": ["DEEP"], "size": ["1"]}}, True),
        ({"areas": {"Works": []}}, {"areas": {"Works": ["West"]}}, True),
        ({"areas": {"Works": ["West", "East"]}}, {"agency_of": "Works"}, True),
        ({"areas": {"Works": ["West"]}}, {"areas": {"Parks": ["Common"]}}, False),
        ({"agency_of": "Parks", "areas": {"Parks": ["Common"]}}, {"areas": {"Parks": []}}, False),
    ],
)
def test_a_rule_without_a_turn_is_told(first: dict[str, Any], second: dict[str, Any], covered: bool) -> None:
    """A later rule is told to be never reached exactly where the earlier one takes all of it."""
    last = rule("b", **({"agency": "Parks"} | second if "agency_of" not in second else second))
    said = told(rule("a", **first), last)
    both = any("has the same conditions" in sentence for sentence, _ in said)
    assert (("Never reached: rule 1 takes these first. Move it up, or remove it.", False) in said or both) is covered
    if both:
        assert ("It has the same conditions as rule 1 ('a') and another result. Keep one of the two, or make their "
                "conditions differ.", True) in said  # fmt: skip


def test_the_same_conditions_with_another_result_are_refused() -> None:
    """Two rules of one condition contradict each other if their results differ, and the later is idle if not."""
    first, again = rule("a", services=["POT", "TREE"]), rule("b", services=["TREE", "POT"])
    assert told(first, again) == [("Never reached: rule 1 takes these first. Move it up, or remove it.", False)]
    for other in ({"agency": "Parks"}, {"queue": "q"}, {"priority": 3}, {"deadline_working_h": 2.0}):
        ((said, refuses),) = told(first, again.model_copy(update=other))
        assert said.startswith("It has the same conditions as rule 1 ('a') and another result.")
        assert refuses


@slowly
@given(st.data(), small_reports())
def test_what_is_covered_never_gets_a_report(data: st.DataObject, reports: Reports) -> None:
    """Where one rule is said to cover another, it takes every report that the other would take alone."""
    layers = {layer: {area.name: area.agency for area in areas} for layer, areas in LAYERS.items()}
    first, second = data.draw(small_rules("a")), data.draw(small_rules("b"))
    if scope_of(first, layers).covers(scope_of(second, layers)):
        alone = take(Rules(rule=(second,)), reports)
        after = take(Rules(rule=(first, second)), reports)
        assert not (after.rule == 1).any()
        assert not any(number == 1 for number, _ in after.faults.values())
        assert (after.rule[alone.rule == 0] == 0).all()


@slowly
@given(small_sets())
def test_any_rules_can_be_checked(rules: Rules) -> None:
    """Checking tells faults of rules that are there, and never fails itself."""
    for fault in faults(rules, CITY):
        assert rules.rule[fault.number - 1].name == fault.name


def test_five_hundred_rules_are_checked_in_a_moment() -> None:
    """The largest set is checked against itself in seconds of work."""
    rules = tuple(rule(f"r{n}", services=["POT"], hours=f"{n // 60:02}:{n % 60:02}-23:59") for n in range(500))
    before = time.thread_time()
    assert len(told(*rules)) == 499
    assert time.thread_time() - before < 5


def test_very_many_faults_end_soon() -> None:
    """A set in which hardly a name is there is told its first faults, and that the rest was not looked at."""
    layers = {"Works": {f"Area {n}": "Streets" for n in range(2000)}}
    wanted = [f"Arena {n}" for n in range(1000)]
    rules = tuple(rule(f"r{n}", areas={"Works": wanted}, answers={word: [] for word in wanted}) for n in range(200))
    before = time.thread_time()
    said = told(*rules, city=replace(CITY, layers=layers))
    assert time.thread_time() - before < 20
    assert 2000 < len(said) < 2100
    assert said[-1] == ("It was not checked, there are too many faults before it. Mend these first.", True)


def test_examples_name_what_is_there() -> None:
    """An example of an unknown service, source, department, rule or question is refused."""
    wrong = Example(service="POD", lat=1, long=2, source="fax", agency="Nobody", rule="x", answers={"dept": "1"})
    assert [said for said, refuses in told(rule(), examples=(wrong,)) if refuses] == [
        "No service has the code 'POD'. Write POT.",
        "No source has the name 'fax'. There are app, phone.",
        "No department has the name 'Nobody'. There are Parks, Streets, Water.",
        "No rule has the name 'x'. There are n.",
    ]
    asked = Example(service="POT", lat=1, long=2, answers={"dept": "1"})
    assert told(rule(), examples=(asked,)) == [("Its service does not ask the question 'dept'. Write depth.", True)]
    assert told(examples=(Example(service="POT", lat=1, long=2),), city=replace(CITY, sources=frozenset())) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Reached("Streets", "Night"), ""),
        (Reached("Parks", "Day"), "It goes to Parks by rule 'Day', but Streets is expected."),
        (Reached("", ""), "It goes to nobody, but Streets is expected."),
        (Reached("Streets", "Day"), "Rule 'Day' takes it, but 'Night' is expected."),
        (Reached("Streets", ""), "No rule takes it, but 'Night' is expected."),
        (Reached("", "Day", "it divides by zero"), "It goes to nobody: it divides by zero."),
    ],
)
def test_an_example_tells_what_it_got(found: Reached, said: str) -> None:
    """An example is silent where it got its department by its rule, and says what happened where not."""
    assert expect(Example(service="POT", lat=42.36, long=-71.06, agency="Streets", rule="Night"), found) == said
