"""Expressions of rules: what they say, what is refused, and that no text of theirs does harm."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.domain.expression_checks import MOST_NESTED, tokens_of
from desktop.domain.rule_expression import FACTS, ExpressionFault, asked_answers, asked_layers, compiled
from tests.soak import examples

TEXTS: Mapping[str, Any] = {
    "service": "POT",
    "group": "Streets",
    "source": "app",
    "text": "Älter tree fell on a wire. " * 160,
    "address": "1 Elm Street",
    "answers": {"depth": "3", "a b": ""},
    "areas": {"Works": "West", "Parks": ""},
    "weekday": "sat",
    "hour": 7,
    "month": 11,
    "reported": datetime(2026, 11, 7, 12, tzinfo=UTC),
}
MOST_S = 0.05
CALLS = ("open", "socket", "subprocess", "os", "import", "exec", "ctypes")  # what Python's audit tells of
slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_facts_are_those_of_the_table() -> None:
    """What these tests ask of is exactly what an expression may ask."""
    assert list(TEXTS) == list(FACTS)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("service == 'POT' && hour < 12", True),
        ("weekday in ['sat', 'sun']", True),
        ("double(answers.depth) >= 3.0", True),
        ("answers['a b'] == ''", True),
        ('areas["Works"] == "West" ? month > 10 : false', True),
        ("areas.Parks != ''", False),
        ("text.matches('(?i)tree.*WIRE')", True),
        ("text.contains('hydrant') || !address.endsWith('Street')", False),
        ("size(text) > 10 && text.size() > 10", True),
        ("service == 'tree' // answers.all(x, true)", False),
        ('text == "answers.all(x, true)"', False),
        (r"text == r'\'", False),
        ("'''it's''' == \"it's\"", True),
    ],
)
def test_an_expression_says_what_it_says(text: str, holds: bool) -> None:
    """Comparisons, choices, patterns, answers and areas; comments and texts are no names."""
    assert compiled(text).holds(TEXTS) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it ends too early"),
        ("hour ==", "at character 8: it ends too early"),
        ("hour == 1)", "at character 10: extraneous input"),
        ("hour == 'a", "the ' has no partner"),
        ("answers.all(x, true)", "name which of the answers"),
        ("[1, 2].exists(x, x == hour)", "'exists' goes through a list; a rule may not loop"),
        ("['a'].map(x, text + x) == []", "'map' goes through a list"),
        (r"r'\' == text || ['a'].all(x, true) || text == r'\'", "'all' goes through a list"),
        ("'''a' ''' == text || ['a'].filter(x, true) == []", "'filter' goes through a list"),
        ("agency == 'Streets'", "it asks for 'agency', which the rules are there to decide"),
        ("queue == ''", "it asks for 'queue', which the rules"),
        ("colour == 'red'", "there is no 'colour'; a rule can ask for address, answers,"),
        ("open('/etc/passwd') == ''", "there is no function 'open'; use double, int, size or string"),
        ("text.lower() == ''", "there is no function 'lower'; use contains,"),
        ("reported > timestamp('2026-01-01T00:00:00Z')", "there is no function 'timestamp'"),
        ("has(answers.depth)", "has() is always true; an answer that was not given is empty"),
        ("text.foo == ''", "nothing has a part 'foo'"),
        ("areas[service] == ''", "name which of the areas it asks"),
        (r"areas['W\u006frks'] == ''", "name which of the areas it asks"),
        ("'depth' in answers", "name which of the answers it asks"),
        (".text == ''", "a '.' stands before a name"),
        ("text.matches(address)", "the pattern of matches() has to stand there as a text"),
        (r"text.matches('\x5cw{300}')", "the pattern of matches() writes a character by its number"),
        (r"text.matches('\\w{300}')", "its patterns are too heavy"),
        ("text.matches('((a{50}){50}){50}')", "its patterns are too heavy"),
        ("(" * 40 + "true" + ")" * 40, "its brackets are nested more than 24 deep"),
        ("text" + "+text" * 30 + " == ''", "it has more than 24 of '+'"),
        ("x" * 1001, "it has 1001 characters; 1000 are the most"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, said: str) -> None:
    """Grammar, loops, circles, strangers and what would take long are refused in words before any report is asked."""
    with pytest.raises(ExpressionFault) as refused:
        compiled(text)
    assert said in str(refused.value)
    assert refused.value.always


@pytest.mark.parametrize(
    ("text", "said", "always"),
    [
        ("hour", "it says '7', which is neither true nor false", True),
        ("answers.depth > 2", "it compares or adds things of different kinds", True),
        ("double(answers['a b']) > 2.0", "it reads a number from text that is none", False),
        ("1 / (hour - 7) > 0", "it divides by zero", False),
        ("9223372036854775807 + hour > 0", "its numbers become too large", False),
        ("[1][hour] == 1", "it asks for a place that its list does not have", False),
        ("answers.colour == ''", "it has no 'colour'", False),
        ("hour.contains('7')", "contains() is not for what it is given there", False),
        ("text.matches('(')", "a pattern of matches() is wrong or too large", False),
    ],
)
def test_what_cannot_be_decided_is_told(text: str, said: str, always: bool) -> None:
    """What goes wrong with one report is a fault in words, and it is known whether every report would have it."""
    with pytest.raises(ExpressionFault) as fault:
        compiled(text).holds(TEXTS)
    assert said in str(fault.value)
    assert fault.value.always is always


def test_what_is_asked_by_name_is_known() -> None:
    """Layers and questions of an expression are told, those in texts and comments are not."""
    text = "areas.Works == 'areas.Lost' && areas['Council districts'] == '' && answers.depth == '' // answers.x"
    assert asked_layers(text) == ("Works", "Council districts")
    assert asked_answers(text) == ("depth",)


def test_a_panic_of_the_library_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic in the library is no Exception; it is told as a fault all the same, and an interruption is not."""
    import cel

    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    class Program:
        """One that fails."""

        def execute(self, facts: dict[str, Any]) -> bool:
            """It fails as the first fact says."""
            raise facts["text"]

    monkeypatch.setattr(cel, "compile", lambda text: Program())
    broken = compiled("text == 'only here'")
    with pytest.raises(ExpressionFault, match="cannot work it out"):
        broken.holds({"text": panic()})
    with pytest.raises(KeyboardInterrupt):
        broken.holds({"text": KeyboardInterrupt()})
    compiled.cache_clear()


def parted(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts of parts in a row."""
    return st.lists(parts, max_size=40).map(lambda some: " ".join(some)[:1000])


_WORDS = st.sampled_from(
    [
        *FACTS,
        *("&&", "||", "!", "==", "<", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", "{", "}", ".", ",", "in"),
        *("'", '"', "'''", "r'", 'b"', "\\", "//", "\n", "`", "has(", ".all(x,", ".map(", "size(", "int(", "double("),
        *(
            ".matches('",
            "(a+)+",
            "{9}",
            "\\\\w",
            "')",
            "answers.depth",
            "areas['Works']",
            "true",
            "null",
            "0",
            "7u",
            "1e9",
        ),
        *("9223372036854775807", "-9223372036854775808", "0x7f", "1.5", "'\\xff'", "'é🕳'", "Foo{a: 1}", "string("),
    ]
)
_VALUES = st.sampled_from(
    ["hour", "month", "0", "-1", "9223372036854775807", "1.5", "size(text)", "int(answers.depth)"]
)


def _joined(inner: st.SearchStrategy[str], marks: list[str]) -> st.SearchStrategy[str]:
    """Two parts in brackets with a mark between."""
    return st.builds("({} {} {})".format, inner, st.sampled_from(marks), inner)


_NUMBERS = st.recursive(_VALUES, lambda inner: _joined(inner, list("+-*/%")), max_leaves=12)
_SIMPLE = st.sampled_from(
    ["text.matches('(?i)(tr|wi)+.*')", "areas.Works == 'West'", "weekday in ['sat']", "true", "hour"]
)
_TRUTHS = st.recursive(
    _joined(_NUMBERS, ["<", "==", ">="]) | _SIMPLE, lambda inner: _joined(inner, ["&&", "||", "?hour:"]), max_leaves=8
)


def _cost_s(text: str) -> float:
    """Seconds of this thread's own work for one report."""
    before = time.thread_time()
    said = _said(text)
    cost_s = time.thread_time() - before
    assert said.strip()
    assert "\n" not in said
    return cost_s


def _said(text: str) -> str:
    """Yes, no, or the fault in words; anything else fails the test."""
    try:
        return {True: "yes", False: "no"}[compiled(text).holds(TEXTS)]
    except ExpressionFault as fault:
        return str(fault)


@settings(slowly, max_examples=examples(150))
@given(st.one_of(parted(_WORDS), _TRUTHS.map(lambda text: text[:1000]), st.text(max_size=200)))
@example("text.matches('" + "(a?)" * 200 + "')")
@example("||".join(["text.matches('x')"] * 50))
@example(" || ".join(["text.matches('[^b]{9}c')"] * 30))
@example("text.matches('" + "\\\\w" * 30 + "')")
@example("text.matches('\\\\p{L}{30}x')")
@example("text.matches('(\\\\w\\\\b)*" + "a{0,60}" * 20 + "')")
@example("+".join(["text"] * 25) + " == ''")
@example("-" * 990 + "1 == 1")
@example("[" + "text," * 180 + "text] == []")
@example("text" + "[0]" * 300)
def test_no_expression_takes_long_or_breaks(text: str) -> None:
    """Whatever stands in `when`, a report is decided or the fault is told, in less than 50 ms of work."""
    compiled("true").holds(TEXTS)  # the library itself is loaded
    assert min(_cost_s(text) for _ in range(2)) < MOST_S


@pytest.mark.parametrize(
    "shape",
    [
        "(" * MOST_NESTED + "true" + ")" * MOST_NESTED,
        "!(" * MOST_NESTED + "true" + ")" * MOST_NESTED,
        "[" * MOST_NESTED + "1" + "]" * MOST_NESTED + " == 1",
        "{1:" * MOST_NESTED + "1" + "}" * MOST_NESTED + " == 1",
        "size(" * MOST_NESTED + "text" + ")" * MOST_NESTED + " == 1",
        "true ? (" * 24 + "true" + ") : true" * 24,
        "true ? true : " * 24 + "true",
        "1" + "-1" * 490 + " == 1",
        "1" + "*1" * 490 + " == 1",
        "1" + "<1" * 490,
        "text" + "[0]" * 330,
        "a||b&&".replace("a", "true").replace("b", "false") * 70 + "true",
    ],
)
def test_deep_expressions_fit_a_small_stack(shape: str) -> None:
    """The deepest expressions that are not refused leave a process alive whose threads have half a megabyte."""
    code = (
        "import sys, threading; from desktop.domain.rule_expression import *\n"
        "threading.stack_size(512 * 1024)\n"
        "def run():\n"
        "    try: print(compiled(sys.argv[1]).holds({'text': 'a'}))\n"
        "    except ExpressionFault as fault: print(fault)\n"
        "thread = threading.Thread(target=run); thread.start(); thread.join()"
    )
    done = subprocess.run([sys.executable, "-c", code, shape], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_expressions_never_call_out() -> None:
    """Evaluating opens no file, no connection and no process: Python's own audit sees nothing of the kind."""
    seen: list[str] = []
    watching = threading.Event()

    def watch(event: str, arguments: object) -> None:
        if watching.is_set() and event.split(".")[0] in (
            "open",
            "socket",
            "subprocess",
            "os",
            "import",
            "exec",
            "ctypes",
        ):
            seen.append(event)

    compiled("true")
    sys.addaudithook(watch)
    watching.set()
    try:
        for text in (
            "text.matches('a')",
            "string(reported) == ''",
            "__import__('os') == 1",
            "open('/etc/passwd') == ''",
        ):
            _cost_s(text)
        assert not seen
        open("/dev/null").close()
        assert seen == ["open"]
    finally:
        watching.clear()


@slowly
@given(st.text(alphabet="ab'\"r\\\n/.( )x=", max_size=24))
def test_texts_end_where_the_library_ends_them(text: str) -> None:
    """What is cut as one text is one to the library too, so that no loop hides in what looks like one."""
    import cel

    tokens = tokens_of(text)
    if len(tokens) != 1 or tokens[0].kind != "string":
        return
    try:
        found = cel.compile(text).execute({})
    except (ValueError, RuntimeError):
        return
    assert isinstance(found, str | bytes)
