"""Versions of the rules: saved after what they move was seen, in force by day, rolled back; departments close."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import Conflict, RefusedInput
from data.records import AgencyId, SavedRules
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.rule_faults import faults
from desktop.domain.rule_text import text_of
from desktop.domain.rules import Example, Rule, Rules
from desktop.operations.close_agency import close_agency, reopen_agency
from desktop.operations.deciding import RuleBook
from desktop.operations.replay_rules import Draft, replay, seen_token
from desktop.operations.rule_files import export_rules, read_rules
from desktop.operations.rule_sets import (
    RuleSet,
    all_sets,
    catalogue_of,
    last_set,
    refusing,
    roll_back,
    rules_in_force,
    save_rules,
)
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.data.city import request_row, small_city

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
TODAY = date(2026, 10, 13)
PARKS = AgencyId(2)
SQUARE = shapely.to_wkb(shapely.box(-72, 41, -70, 43))


@pytest.fixture
def work(any_store: Store) -> Work:
    """The small city with one layer of two areas, one of which has a department."""
    small_city(any_store, 0)
    with any_store.write("areas", actor="ana", at=NOW) as unit:
        unit.change("city", {1: {"crs_epsg": 32619}})
        (layer,) = unit.create("area_layer", [{"name": "Works", "position": 1, "assigns": True, "service_codes": []}])
        rows = [{"layer_id": layer, "name": name, "geometry_wkb": SQUARE} for name in ("West", "Gap")]
        unit.create("area", [rows[0] | {"agency_id": 1}, rows[1]])
        questions = {"service_id": 1, "position": 1, "code": "depth", "datatype": "singlevaluelist", "question": "?"}
        unit.create("service_question", [questions | {"values": ["Flat", "Deep"]}])
        unit.commit()
    return Work(any_store, "ana", FixedClock(NOW))


def rules(agency: str = "Streets", name: str = "n", **values: object) -> Rules:
    """One rule."""
    return Rules(rule=(Rule.model_validate({"name": name, "agency": agency} | values),))


def sets(work: Work) -> list[RuleSet]:
    """Every version."""
    with work.store.read() as unit:
        return all_sets(unit)


def save(work: Work, wanted: Rules, first_day: date | None = None, note: str = "") -> int:
    """Save on top of what is there, as after a look at the replay; the number of the version."""
    with work.store.read() as unit:
        base, seen = last_set(unit), seen_token(unit, Draft(rules=wanted))
    based_on = base.number if base else None
    changes = save_rules(work, rules=wanted, note=note, effective_from=first_day, based_on=based_on, seen=seen)
    return int(changes.counts["set"])


def test_rules_are_kept_as_a_version(work: Work) -> None:
    """What is saved is read back whole, with who saved it, when, why and from which day; the log tells of it."""
    wanted = rules(services=["POT"], answers={"depth": ["Deep"]}, note="ключ\n'")
    assert save(work, wanted, date(2026, 11, 1), "First") == 1
    (found,) = sets(work)
    assert (found.rules, found.note, found.effective_from, found.until) == (wanted, "First", date(2026, 11, 1), None)
    assert (found.saved_by, found.saved_at) == ("ana", NOW)
    with work.store.read() as unit:
        (act,) = unit.log.acts(1)
        assert (act.verb, act.summary["without_replay"]) == ("save rules", False)
        assert rules_in_force(unit, date(2026, 10, 31)) is None
        assert rules_in_force(unit, date(2026, 11, 1)) == found


@pytest.mark.parametrize(
    "hostile", ["\x00", "\ud7ff\ue000", "'); DROP TABLE rule_set; --", "\u202e", "\r\n\u2028", "🕳️" * 300]
)
def test_hostile_texts_are_kept(work: Work, hostile: str) -> None:
    """Notes that hold anything are kept in the rules as they are, on either database."""
    save(work, rules(note=hostile), note=hostile)
    assert sets(work)[0].rules.rule[0].note == hostile
    assert sets(work)[0].note == hostile.replace("\x00", "\u2400")


def test_rules_that_no_text_can_hold_are_refused(work: Work) -> None:
    """What would be too large to be taken along as text is not saved."""
    words = tuple(f"{number} {'x' * 190}" for number in range(60))
    many = Rules(rule=tuple(Rule(name=f"{number}", words=words, agency="Streets") for number in range(90)))
    with pytest.raises(RefusedInput, match=r"As text these rules have 1,[0-9,]+ bytes; 1,000,000 are the most"):
        save_rules(work, rules=many, based_on=None, without_replay=True)


def test_the_same_rules_are_saved_once(work: Work) -> None:
    """Saving what is saved already is no act."""
    save(work, rules(), TODAY)
    assert save(replace(work, clock=FixedClock(NOW + timedelta(days=3))), rules()) == 1
    assert len(sets(work)) == 1
    assert save(work, rules(), TODAY - timedelta(days=1)) == 2


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(-1, 11))
def test_the_newest_version_that_began_is_in_force(starts: list[int], ahead: int) -> None:
    """Versions, the days told of each, and what assignment goes by agree on every day, whatever their order."""
    saved = [
        SavedRules(
            number, {"rule": [{"name": f"r{number}", "agency": "A"}]}, "", TODAY + timedelta(days=start), NOW, "a"
        )
        for number, start in enumerate(starts, 1)
    ]

    class Repository:
        """The versions, from memory."""

        def all(self) -> list[SavedRules]:
            return saved

    class Unit:
        """No more than they need."""

        rules = Repository()

    unit, day = Unit(), TODAY + timedelta(days=ahead)
    force = rules_in_force(unit, day)  # type: ignore[arg-type]
    assert (force.rules if force else Rules()) == RuleBook.of(saved).on(day.toordinal())
    by_days = [one for one in all_sets(unit) if one.effective_from <= day and (one.until is None or day < one.until)]  # type: ignore[arg-type]
    assert by_days == ([] if force is None else [force])


def test_a_version_that_somebody_else_saved_is_a_conflict(work: Work) -> None:
    """Who edits an older version than the last one is told who was first; nothing is kept."""
    save(work, rules())
    with pytest.raises(Conflict, match="ana saved set 1 of the rules at 2026-10-13 12:00 UTC meanwhile"):
        save_rules(work, rules=rules("Parks"), based_on=None, without_replay=True)
    assert len(sets(work)) == 1


def test_of_two_who_save_at_once_one_is_told(work: Work) -> None:
    """Two people who edited the same version and save in the same moment: one is kept, the other gets a conflict."""
    save(work, rules())
    said: list[str] = []
    start = threading.Barrier(2)

    def run(agency: str) -> None:
        start.wait()
        try:
            save_rules(work, rules=rules(agency, f"by {agency}"), based_on=1, without_replay=True)
            said.append("kept")
        except Conflict:
            said.append("conflict")

    threads = [threading.Thread(target=run, args=(agency,)) for agency in ("Streets", "Parks")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["conflict", "kept"]
    assert [one.number for one in sets(work)] == [1, 2]


def test_rules_are_saved_only_after_their_replay(work: Work) -> None:
    """Without the token of a replay of these very rules over these very areas nothing is saved."""
    with work.store.read() as unit:
        other = seen_token(unit, Draft(rules=rules("Parks")))
    for token in ("", other):
        with pytest.raises(RefusedInput, match="was not seen, or rules or areas have changed since"):
            save_rules(work, rules=rules(), based_on=None, seen=token)
    seen = replay(work, Draft(rules=rules())).seen
    with work.store.write("areas", actor="ben", at=NOW) as unit:
        unit.change("area", {2: {"name": "Hole"}})
        unit.commit()
    with pytest.raises(RefusedInput, match="was not seen"):
        save_rules(work, rules=rules(), based_on=None, seen=seen)
    seen = replay(work, Draft(rules=rules())).seen
    assert save_rules(work, rules=rules(), based_on=None, seen=seen).act_id is not None


def test_a_replay_that_stops_says_which_rule(work: Work) -> None:
    """Rules that stop on a request of the last days are told with the request."""
    with work.store.write("import", actor="ana", at=NOW) as unit:
        unit.create("service_request", [request_row(0, service_id=1, requested_at=NOW - timedelta(days=2))])
        unit.commit()
    (said,) = refusing(replay(work, Draft(rules=rules(when="double(answers.depth) > 2.0"))))
    assert said.startswith("Rule 'n' stops request R0: ")


def test_faults_refuse_in_sentences(work: Work) -> None:
    """Every fault is told, a line each, and nothing is kept; warnings refuse nothing."""
    wrong = Rules(
        rule=(rules(services=["POD"]).rule[0], rules("Stretes", "m", answers={"depth": ["Steep"]}).rule[0]),
        example=(Example(service="POD", lat=1, long=2),),
    )
    with pytest.raises(RefusedInput) as refused:
        save_rules(work, rules=wrong, based_on=None, without_replay=True)
    assert str(refused.value).splitlines() == [
        "Rule 1 ('n'): No service has the code 'POD'. Write POT.",
        "Rule 2 ('m'): Nobody can answer 'Steep' to the question depth. Write Deep.",
        "Rule 2 ('m'): No department has the name 'Stretes'. Write Streets.",
        "Example 1 ('POD'): No service has the code 'POD'. Write POT.",
    ]
    with pytest.raises(RefusedInput, match="Gap of the layer Works has no department"):
        save(work, Rules(rule=(Rule(name="n", agency_of="Works"),)))
    with pytest.raises(RefusedInput, match="The note has 3,000 characters"):
        save(work, rules(), note="x" * 3000)
    assert sets(work) == []
    assert save(work, rules(when="true")) == 1


def test_examples_are_tried_at_each_save(work: Work) -> None:
    """Rules that give an example to another department, by another rule or to nobody are not saved; the day counts."""
    by_rule = rules("Parks", services=["TREE"], hours="08:00-18:00", effective_from="2026-10-20").rule
    at = {"service": "TREE", "lat": 42.0, "long": -71.0}
    wrong = (
        Example(**at, agency="Streets"),
        Example(**at, at="2026-10-20 07:59", agency="Parks"),
        Example(**at, at="2026-10-20 08:00", agency="Parks", rule="n"),
        Example(**at, at="2026-10-20 07:59", agency="Streets", rule="n"),
        Example(**at | {"lat": 10.0}, at="2026-10-20 07:59"),
    )
    with pytest.raises(RefusedInput) as refused:
        save(work, Rules(rule=by_rule, example=wrong), date(2026, 10, 20))
    assert str(refused.value).splitlines() == [
        "Example 1 ('TREE'): It goes to Parks by rule 'n', but Streets is expected. Correct the rules or the example.",
        "Example 2 ('TREE'): It goes to Streets, but Parks is expected. Correct the rules or the example.",
        "Example 4 ('TREE'): No rule takes it, but 'n' is expected. Correct the rules or the example.",
    ]
    assert save(work, Rules(rule=by_rule, example=(wrong[2], wrong[4]))) == 1


def test_an_example_says_what_stops_it(work: Work) -> None:
    """An example on which a rule stops is told with why; one that answers the question passes."""
    stops = rules("Parks", when="double(answers.depth) > 2.0").rule
    silent = Example(service="POT", lat=42, long=-71, agency="Parks")
    with pytest.raises(RefusedInput, match="It goes to nobody: Rule 1, n, stops here: it reads a number from text"):
        save(work, Rules(rule=stops, example=(silent,)))
    assert save(work, Rules(rule=stops, example=(silent.model_copy(update={"answers": {"depth": "3"}}),))) == 1


def test_the_catalogue_is_that_of_the_store(work: Work) -> None:
    """Services with questions, departments, layers with areas, and sources are what the store has."""
    with work.store.read() as unit:
        city = catalogue_of(unit, TODAY)
    assert [(one.code, dict(one.questions)) for one in city.services][:2] == [
        ("POT", {"depth": ("Flat", "Deep")}),
        ("TREE", {}),
    ]
    assert (dict(city.agencies), city.sources) == ({"Streets": None, "Parks": None}, frozenset({"desk", "file"}))
    assert {layer: dict(areas) for layer, areas in city.layers.items()} == {"Works": {"West": "Streets", "Gap": ""}}


def test_an_area_can_be_named_until_it_ends(work: Work) -> None:
    """A rule may name an area that is drawn otherwise from a later day on, and none that is over already."""
    named = rules(areas={"Works": ["West"]})
    for ends, fine in ((TODAY + timedelta(days=1), True), (TODAY, False)):
        with work.store.write("areas", actor="ana", at=NOW) as unit:
            unit.change("area", {1: {"effective_to": ends}})
            unit.commit()
        with work.store.read() as unit:
            assert (not faults(named, catalogue_of(unit, TODAY))) is fine


def test_a_bad_version_is_taken_back_from_its_first_day(work: Work) -> None:
    """After a rollback the older rules hold on every day on which the bad ones did; one act, kept as a version."""
    save(work, rules(name="good"), date(2026, 9, 1), "Good")
    save(work, rules(name="bad"), date(2026, 10, 1))
    save(work, rules(name="worse"), date(2026, 9, 20))
    changes = roll_back(work, 1)
    assert changes.sentence == "Set 1 holds again for reports from 2026-09-20 on, as set 4; set 2, 3 holds on no day."
    assert [one.holds for one in sets(work)] == [True, False, False, True]
    with work.store.read() as unit:
        for day in (date(2026, 9, 1), date(2026, 9, 20), date(2026, 10, 1), date(2027, 1, 1)):
            force = rules_in_force(unit, day)
            assert force is not None
            assert force.rules.rule[0].name == "good"
    assert sets(work)[-1].note == "Set 1 again. Good"


def test_a_rollback_that_cannot_be_is_refused(work: Work) -> None:
    """To a version that is not there, the last one, one that names what is gone, or while somebody saved another."""
    with pytest.raises(RefusedInput, match=r"There is no set 3 of rules; none was saved yet"):
        roll_back(work, 3)
    save(work, rules("Parks"))
    with pytest.raises(RefusedInput, match="Set 1 is the one that was saved last"):
        roll_back(work, 1)
    save(work, rules())
    with pytest.raises(RefusedInput, match="There is no set 7 of rules; there are 1 to 2"):
        roll_back(work, 7)
    with pytest.raises(Conflict, match="ana saved set 2"):
        roll_back(work, 1, based_on=1)
    with work.store.write("rename", actor="ana", at=NOW) as unit:
        unit.change("agency", {2: {"name": "Green"}})
        unit.commit()
    with pytest.raises(RefusedInput, match="No department has the name 'Parks'"):
        roll_back(work, 1, based_on=2)
    assert len(sets(work)) == 2


def test_versions_are_never_changed_by_undo(work: Work) -> None:
    """Undo leaves versions alone: rolling back is how an older one holds again."""
    save(work, rules())
    with work.store.read() as unit:
        (act,) = unit.log.acts(1)
    with pytest.raises(RefusedInput, match="'Rules saved' cannot be undone"):
        undo(work, act_id=act.id)
    assert len(sets(work)) == 1


def test_a_file_holds_the_rules(work: Work, tmp_path: Path) -> None:
    """What is exported is read back as the same rules, also an older version of them."""
    with pytest.raises(RefusedInput, match="No rules were saved yet"):
        export_rules(work, tmp_path / "r.toml")
    save(work, rules(name="one"))
    save(work, rules(name="zwei\u202e"[:4]))
    export_rules(work, tmp_path / "r.toml")
    assert read_rules(tmp_path / "r.toml") == sets(work)[1].rules
    export_rules(work, tmp_path / "r.toml", number=1)
    assert (tmp_path / "r.toml").read_text() == text_of(sets(work)[0].rules)
    with pytest.raises(RefusedInput, match="There is no set 5"):
        export_rules(work, tmp_path / "r.toml", number=5)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """Not there, a folder, not UTF-8, too large: each in one sentence."""
    latin, large = tmp_path / "l.toml", tmp_path / "x.toml"
    latin.write_bytes(b'[[rule]]\nname = "\xe4"\n')
    large.write_bytes(b"#" * 1_000_001)
    for path, said in (
        (tmp_path / "no.toml", "cannot be read \\(No such file"),
        (tmp_path, "cannot be read \\(Is a directory\\)"),
        (latin, r"l.toml is not text in UTF-8 \(byte 18\); save it as UTF-8"),
        (large, "x.toml has more than 1,000,000 bytes"),
    ):
        with pytest.raises(RefusedInput, match=said):
            read_rules(path)


def test_a_department_that_is_in_use_is_not_closed(work: Work) -> None:
    """Open requests, areas, rules and services that name it on or after the day are counted and named."""
    save(work, rules("Parks", "trees"), date(2026, 10, 20))
    statuses = ("submitted", "closed", "scheduled")
    requests = [request_row(number, agency_id=2, status=status) for number, status in enumerate(statuses)]
    with work.store.write("use", actor="ana", at=NOW) as unit:
        unit.create("service_request", requests)
        unit.change("area", {2: {"agency_id": 2}})
        unit.change("service", {2: {"agency_id": 2}})
        unit.commit()
    with pytest.raises(RefusedInput) as refused:
        close_agency(work, PARKS, date(2026, 11, 1))
    assert str(refused.value) == (
        "Parks cannot be closed on 2026-11-01: 2 open requests have it (R0, R2), assign them to another department; "
        "1 area names it (Gap), give them to another one from that day on; 1 rule names it (trees), save rules without "
        "it from that day on; 1 service has it as its own (Tree), give them another one."
    )


def test_a_department_ends_on_its_day(work: Work) -> None:
    """What names it until the day before is not in the way; then no rule may name it, until it is reopened."""
    save(work, rules("Parks", effective_to="2026-10-31"))
    with work.store.write("use", actor="ana", at=NOW) as unit:
        unit.change("area", {2: {"agency_id": 2, "effective_to": date(2026, 11, 1)}})
        unit.commit()
    with pytest.raises(RefusedInput, match="1 area names it"):
        close_agency(work, PARKS, date(2026, 10, 31))
    close_agency(work, PARKS, date(2026, 11, 1))
    with work.store.read() as unit:
        assert unit.agencies.all()[1].closed_on == date(2026, 11, 1)
    with pytest.raises(RefusedInput, match="Parks is closed from 2026-11-01 on, and the rule holds after that"):
        save(work, rules("Parks"))
    reopen_agency(work, PARKS)
    assert save(work, rules("Parks")) == 2
    with pytest.raises(RefusedInput, match="Parks is not closed"):
        reopen_agency(work, PARKS)
    with pytest.raises(RefusedInput, match="There is no department 9"):
        close_agency(work, AgencyId(9), TODAY)


def test_rules_of_a_version_that_is_over_do_not_hold_a_department(work: Work) -> None:
    """A version that a later one replaced before the day, or on every day, does not keep a department open."""
    save(work, rules("Parks"), date(2026, 9, 1))
    save(work, rules("Streets"), date(2026, 10, 20))
    with pytest.raises(RefusedInput, match="1 rule names it"):
        close_agency(work, PARKS, date(2026, 10, 19))
    close_agency(work, PARKS, date(2026, 10, 20))
