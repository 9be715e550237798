"""Rules as text: both ways without loss, and every fault told."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings

from desktop.domain.rule_text import MOST_BYTES, RuleTextFault, rules_of, text_of
from desktop.domain.rules import Example, Rule, Rules, content_of
from tests.desktop.domain.rule_strategies import hostile_sets
from tests.soak import examples

slowly = settings(deadline=None, max_examples=examples(75), suppress_health_check=[HealthCheck.too_slow])

FULL = """\
[[rule]]
name = "Hydrants at night"
services = ["POT", "TREE"]
areas = { Works = ["West"], "Council districts" = [] }
weekdays = ["sat", "sun"]
hours = "22:00-06:00"
season = "11-01..03-31"
answers = { depth = ["deep"] }
sources = ["app"]
words = ["hydrant"]
when = "hour > 3"
agency = "Streets"
queue = "Night crew"
priority = 90
deadline_working_h = 4.5
effective_from = 2026-01-01
effective_to = 2026-12-31
note = \"\"\"
Agreed with the fire department.
Ask Ana.\"\"\"

[[rule]]
name = "The rest"
agency_of = "Works"

[[example]]
service = "POT"
lat = 42.36
long = -71.06
at = "2026-10-13 22:30"
agency = "Streets"
rule = "Hydrants at night"
"""


def faults(text: str) -> tuple[str, ...]:
    """What is said of a text that must be refused."""
    with pytest.raises(RuleTextFault) as refused:
        rules_of(text, "r.toml")
    return refused.value.sentences


@slowly
@given(hostile_sets())
def test_text_holds_every_rule(rules: Rules) -> None:
    """Whatever names, notes and expressions hold, text gives the same rules back, and the same text."""
    text = text_of(rules)
    again = rules_of(text, "rules")
    assert again == rules
    assert text_of(again) == text


@slowly
@given(hostile_sets())
def test_the_store_holds_every_rule(rules: Rules) -> None:
    """What is stored as plain values is the same rules when it is read."""
    assert Rules.model_validate(content_of(rules)) == rules


def test_text_reads_as_it_is_written_by_hand() -> None:
    """Fields stand in the order of a sentence, defaults are left out, notes keep their lines."""
    assert text_of(rules_of(FULL, "r")) == FULL


def test_long_lists_have_a_line_for_each() -> None:
    """A list that would not fit a line is written below each other, and read."""
    rules = Rules(rule=(Rule(name="n", services=tuple(f"SERVICE {n}" for n in range(20)), agency="A"),))
    assert '\n  "SERVICE 3",\n' in text_of(rules)
    assert rules_of(text_of(rules), "r") == rules


def test_a_moment_without_quotes_is_one_too() -> None:
    """TOML's own moments and a mark of byte order are read."""
    (example,) = rules_of('\ufeff[[example]]\nservice="P"\nlat=1\nlong=2\nat=2026-10-13 22:30:00\n', "r").example
    assert example.at == "2026-10-13 22:30"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('agancy = "x"', " has no field 'agancy'; write agency."),
        ("zzz = 1", " has no field 'zzz'; it can have name, services,"),
        ('hours = "25:00-26:00"', ", hours: '25:00-26:00' are no hours; write them like 22:00-06:00."),
        ('hours = "06:00-06:00"', ", hours: '06:00-06:00' holds no minute; write hours like 22:00-06:00."),
        ('season = "02-30..03-01"', ", season: '02-30..03-01' is no season; write its first and last day"),
        ('weekdays = ["monday"]', ", weekdays: 'monday' is no weekday; use mon, tue,"),
        ('services = "POT"', ', services: POT does not fit; write ["POT", "TREE"].'),
        ('services = [""]', ", services: must not be empty."),
        ("services = [7]", ", services: 7 must be text in quotes."),
        ("priority = 101", ", priority: 101 does not fit; write a whole number from 0 to 100."),
        ("priority = true", ", priority: must be a number, not true."),
        ("deadline_working_h = nan", ", deadline_working_h: nan does not fit; write a number of hours"),
        ("effective_from = 20260101", ", effective_from: must be a day, like 2026-10-13."),
        ('effective_to = "soon"', ", effective_to: soon does not fit; write 2026-10-13."),
        ('areas = ["Works"]', ", areas: ['Works'] does not fit; write {"),
        ("areas = { Works = [1] }", ", areas.Works: 1 must be text in quotes."),
        ('areas = { "Works" = [], " Works" = [] }', ", areas: names 'Works' twice."),
        ('queue = "a\\nb"', ", queue: must be one line without control characters."),
        ('agency_of = "Works"', ": names either a department (agency) or the layer"),
        ("effective_from = 2026-02-02\neffective_to = 2026-01-01", ": ends on 2026-01-01, before it begins"),
    ],
)
def test_a_fault_names_rule_and_field(line: str, said: str) -> None:
    """What is wrong with one field is told in one sentence that says where, what, and what to write."""
    (sentence,) = faults(f'[[rule]]\nname = "n"\nagency = "A"\n{line}\n')
    assert sentence.startswith(f"r.toml: rule 1 ('n'){said}"), sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_all_faults_are_told() -> None:
    """Faults of several rules and examples come together."""
    told = faults('[[rule]]\nname=""\nagency="A"\n[[rule]]\nhours="x"\n[[example]]\nlat=99\nlong=1\n')
    assert [sentence.split(":")[1].strip() for sentence in told] == [
        *("rule 1, name", "rule 2, name", "rule 2, hours", "example 1, service", "example 1, lat"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\n", "r.toml is no TOML: Expected ']]' at the end of an array declaration (at line 1, column 7)"),
        ('rule = "x"', "r.toml: rule: it must be a part of its own"),
        ("rule = [1]", "r.toml: rule 1: it must be a part of its own that begins with [[rule]]"),
        ("rules = []", "r.toml: it has no field 'rules'; write rule."),
        ("a = " + "[" * 5000, "r.toml is no TOML: it nests too deep"),
        ("a = " + "{a=" * 5000, "r.toml is no TOML: it nests too deep"),
        ("a = " + "9" * 5000, "r.toml is no TOML: it nests too deep or holds too long a number"),
        ("a." * 100_000 + "a = 1", "r.toml holds a name of more than 8 parts"),
        ('"a".' * 100_000 + "a = 1", "r.toml holds a name of more than 8 parts"),
        ("x = {" + "a." * 9 + "a = 1}", "r.toml holds a name of more than 8 parts"),
        ("#" + "x" * MOST_BYTES, "r.toml has 1,000,001 bytes; 1,000,000 are the most"),
        ("\x00", "r.toml is no TOML"),
        ("[[rule]]\n" * 100_000, "r.toml has 100,000 [[rule]]; 500 are the most"),
        ("[[rule]]\n" * 400, "r.toml: rule 1, name: it is missing"),
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_refused_at_once(text: str, said: str) -> None:
    """Hostile and broken files are refused with a sentence, in little time whatever they nest or repeat."""
    before = time.thread_time()
    told = faults(text)
    assert time.thread_time() - before < 5
    assert told[0].startswith(said), told[0]
    assert len(told) <= 41


def test_dots_in_texts_are_no_names() -> None:
    """Only names are held to few dots: notes, addresses of pages and comments may have many."""
    note = "www.a.b.c.d.e.f.g.h.i.j.k = 1.2.3.4.5.6.7.8.9.10"
    text = f'[[rule]] # {note}\nname = "n"\nagency = \'{note}\'\nnote = """\n{note} " "" \\" {note}"""\n'
    assert rules_of(text, "r").rule[0].agency == note


def test_two_rules_of_one_name_are_refused() -> None:
    """Names tell rules apart, so they are each used once."""
    (said,) = faults('[[rule]]\nname="n"\nagency="A"\n[[rule]]\nname=" n "\nagency="B"\n')
    assert said == "r.toml: rules 1 and 2 are both called 'n'; rename one."


def test_the_days_of_an_example_are_days() -> None:
    """The moment of an example is checked when it is read."""
    assert Example(service="P", lat=1, long=2, at=" 2026-02-28 09:05 ").at == "2026-02-28 09:05"
    for wrong in ("2026-02-29 09:05", "2026-02-28", "2026-02-28 24:00", "20260228 09:05", "soon"):
        with pytest.raises(ValueError, match="is no day and time"):
            Example(service="P", lat=1, long=2, at=wrong)
