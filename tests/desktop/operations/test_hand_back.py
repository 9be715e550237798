"""What a crew hands back: refused where it is not ours, told first, recorded as one act, nothing new when repeated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.errors import RefusedInput
from data.records import Status
from data.store import Store
from desktop.cli.main import exit_code
from desktop.domain.clock import FixedClock
from desktop.domain.crew_status import StopKind
from desktop.domain.hand_back import HandBack, HandedStop, StopState, sheet_mark, write_code
from desktop.operations.hand_back import hand_back, read_hand_back
from desktop.operations.record_stop import StopMark, record_stop
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import outbox_of, request, state
from tests.desktop.reports.days import CITY, content, crew, found, keep, stop

MIDNIGHT = datetime(2026, 10, 13, 22, tzinfo=UTC)
EVENING = datetime(2026, 10, 14, 15, 30, tzinfo=UTC)
NINE, TEN = datetime(2026, 10, 14, 7, tzinfo=UTC), datetime(2026, 10, 14, 8, tzinfo=UTC)
OPEN, DONE, NOT_FOUND, OTHER = StopState
DAY = content(
    crew("Idle"), crew("Tipper", stop(1, request_ids=[1, 2]), stop(2, request_ids=[3]), stop(3), stop(4)), crew("Else")
)


@pytest.fixture
def work(any_store: Store) -> Work:
    """The evening of a day with two reports of one incident at stop 1, one at stop 2, none at the others; on each
    database."""
    made = found(any_store)
    keep(made, DAY)
    return Work(made.store, "ana", FixedClock(EVENING))


def code(states: Sequence[StopState], *, timed: bool = True, city: str = CITY, plan: int = 1, number: int = 2) -> str:
    """A code of these states, done at nine and ten."""
    stops = [HandedStop(at, one, None if one is OPEN else TEN if at > 1 else NINE) for at, one in enumerate(states, 1)]
    return write_code(HandBack(sheet_mark(city, plan, number, DAY), tuple(stops)), MIDNIGHT if timed else None)


def file(states: Sequence[StopState], *notes: str) -> str:
    """A file of these states with notes."""
    rows = [
        {"sequence": at, "state": one.value, "note": note}
        for at, (one, note) in enumerate(zip(states, notes, strict=True), 1)
    ]
    return json.dumps({"opsmap": "hand-back", "version": 1, "code": code(states), "stops": rows})


def told(work: Work) -> list[tuple[str, int | None, datetime, str]]:
    """Kind, stop, time and note of everything that happened in the plan."""
    with work.store.read() as unit:
        return [(one.kind, one.sequence, one.at, one.note) for one in unit.stop_events.of_plan(1)]


def notes_of(work: Work, request_id: int) -> list[str]:
    """What staff reads at a request."""
    with work.store.read() as unit:
        return [note.text for note in unit.notes.of(request_id) if note.kind == "internal"]


def test_a_day_is_recorded_as_one_act(work: Work) -> None:
    """Both reports of the done stop are closed and answered, the other crew's is noted, times are kept, undo takes
    all of it back."""
    before = state(work.store)
    changes = hand_back(work, text=file([DONE, OTHER, NOT_FOUND, OPEN], "two sofas", "needs {a winch} <b>", "", ""))
    assert told(work) == [
        ("done", 1, NINE, "two sofas"),
        ("other_crew", 2, TEN, "needs {a winch} <b>"),
        ("not_found", 3, TEN, ""),
    ]
    assert [(request(work, key).status, request(work, key).outcome) for key in (1, 2)] == [(Status.CLOSED, "fixed")] * 2
    assert request(work, 3).status is Status.ACKNOWLEDGED
    assert notes_of(work, 3) == ["Tipper: needs another crew. needs {a winch} <b>"]
    assert [(key, kind) for key, kind, _ in outbox_of(work)] == [(1, "close"), (2, "close")]
    assert changes.sentence == "Tipper, plan 1 of 2026-10-14: 1 done, 1 not found, 1 for another crew."
    assert (changes.counts["recorded"], changes.counts["requests"]) == (3, 3)
    with work.store.read() as unit:
        acts = [act.verb for act in unit.log.acts(2)]
    assert acts == ["hand back", "plan routes"]
    assert changes.act_id is not None
    undo(work, act_id=changes.act_id)
    after = state(work.store)
    assert (after["stop_event"], after["service_request"]) == (before["stop_event"], before["service_request"])


def test_twice_the_same_is_nothing_new(work: Work) -> None:
    """The code, the code without times, and the file after the code: only what was not told before is written."""
    states = [DONE, NOT_FOUND, OPEN, OPEN]
    hand_back(work, text=code(states, timed=False))
    assert [at for _, _, at, _ in told(work)] == [EVENING] * 2
    before = state(work.store)
    for text in (
        code(states, timed=False),
        code(states),
        f"opsmap:{code(states).lower()}",
        file(states, "", "", "", ""),
    ):
        changes = hand_back(work, text=text)
        assert (changes.act_id, changes.counts["recorded"]) == (None, 0)
        assert changes.sentence == "Tipper, plan 1 of 2026-10-14: nothing new."
    assert state(work.store) == before
    hand_back(work, text=code([DONE, NOT_FOUND, DONE, OPEN]))
    assert sorted(kind for kind, *_ in told(work)) == ["done", "done", "not_found"]
    assert len(outbox_of(work)) == 3


def test_a_note_alone_reaches_staff_once(work: Work) -> None:
    """A note at a stop that is open, or that was told of before, is a note at its requests, also the second time."""
    hand_back(work, text=code([DONE, OPEN, OPEN, OPEN]))
    text = file([DONE, OPEN, OPEN, OPEN], "came back later", "gate shut", "", "nobody to tell")
    assert hand_back(work, text=text).sentence == "Tipper, plan 1 of 2026-10-14: 2 notes."
    assert hand_back(work, text=text).act_id is None
    assert notes_of(work, 3) == ["Tipper: gate shut"]
    assert notes_of(work, 1) == ["Tipper: came back later"]
    assert len(told(work)) == 1


def test_what_was_told_otherwise_stays(work: Work) -> None:
    """A stop that staff marked differently keeps its mark, the sentence says so, the others are recorded."""
    record_stop(work, mark=StopMark("Tipper", StopKind.NOT_FOUND, 1, at=NINE), plan_id=1)
    changes = hand_back(work, text=code([DONE, OTHER, OPEN, OPEN]))
    why = "1 told otherwise before: stop 1 was marked 'not found' at 09:00; undo that first."
    assert changes.sentence.endswith(f"1 for another crew. {why}")
    assert [(kind, sequence) for kind, sequence, *_ in told(work)] == [("not_found", 1), ("other_crew", 2)]


def test_reading_changes_nothing(work: Work) -> None:
    """What a hand-back would do is told without a trace."""
    before = state(work.store)
    handed = read_hand_back(work, code([DONE, OPEN, OPEN, OPEN]))
    assert [line.fate for line in handed.lines] == ["new", "open", "open", "open"]
    assert (handed.lines[0].where, handed.lines[0].reports) == ("1 Windmill Lane", 2)
    assert state(work.store) == before


def refused(work: Work, text: str) -> str:
    """Why something is refused; nothing is kept of it."""
    before = state(work.store)
    with pytest.raises(RefusedInput) as why:
        hand_back(work, text=text)
    assert state(work.store) == before
    return str(why.value)


def test_what_is_not_ours_is_refused(work: Work) -> None:
    """Another city, a plan or crew that is not there, stops in another order, a time to come: each in a sentence."""
    four: list[StopState] = [DONE, OPEN, OPEN, OPEN]
    assert refused(work, code(four, city="Elsewhere")) == "This was handed back in another city than Rivermouth."
    assert refused(work, code(four, plan=7)) == "There is no plan 7 in this city."
    assert refused(work, code([DONE], number=1)) == "Idle has 0 stops in plan 1, not so many."
    assert refused(work, code([DONE, OPEN])) == "Tipper has 4 stops in plan 1, not so many."
    early = Work(work.store, "ana", FixedClock(datetime(2026, 10, 14, 6, tzinfo=UTC)))
    assert refused(early, code(four)) == "2026-10-14 09:00 is still to come."
    with work.store.write("test", actor="ana", at=EVENING) as unit:
        turned = [*DAY["crews"][1]["stops"]][::-1]
        crews = [DAY["crews"][0], {**DAY["crews"][1], "stops": turned}]
        unit.change("plan", {1: {"content": {**DAY, "crews": crews}}})
        unit.commit()
    assert refused(work, code(four)).startswith("The sheet is not of the stops that Tipper has in plan 1")
    assert refused(work, code(four, number=3)) == "Plan 1 has 2 crews, no number 3."


def test_the_command_takes_file_and_code(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run tells line by line; a file, and letters as they were read out, are recorded; rubbish is refused."""
    made = found(sqlite_store)
    keep(made, DAY)
    path = tmp_path / "hand-back.json"
    path.write_text(file([DONE, OPEN, OPEN, OPEN], "two sofas", "", "", ""), encoding="utf-8")

    def run(*said: str) -> tuple[int, str]:
        capsys.readouterr()
        ended = exit_code(["--store", sqlite_store.location, "routes", "hand-back", *said])
        return ended, capsys.readouterr().out

    ended, out = run(str(path), "--dry-run")
    assert (ended, out.splitlines()[1]) == (0, "1\t1 Windmill Lane\tdone\t09:00\tnew\ttwo sofas")
    ended, out = run(str(path), "--json")
    answer: dict[str, Any] = json.loads(out)
    assert (ended, answer["recorded"], answer["crew"]) == (0, 1, "Tipper")
    ended, out = run(*code([DONE, DONE, OPEN, OPEN], timed=False).split())
    assert (ended, out) == (0, "Tipper, plan 1 of 2026-10-14: 1 done.\n")
    assert run("1234")[0] == 2
    assert run(str(tmp_path / "nowhere.json"))[0] == 2
