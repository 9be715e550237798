"""A file that comes again: what was done at the desk is not undone by an older word, and a newer one is heard."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.records import AgencyId, RequestId, ServiceRequest, Status
from data.store import Store
from desktop.domain.lifecycle import Outcome
from desktop.operations.changes import Changes
from desktop.operations.handle_requests import acknowledge, assign_to, close, comment, start_work
from desktop.operations.import_requests import RequestImport, import_requests
from desktop.operations.undo import undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import make_desk

HEADER = "id,type,status,opened,updated,closed,description\n"
EARLY, LATE = "2026-10-10T08:00:00Z", "2026-10-20T08:00:00Z"  # before and after the desk's now, 2026-10-13


@pytest.fixture
def work(any_store: Store) -> Work:
    """Ana's desk."""
    return make_desk(any_store)


def bring(work: Work, folder: Path, status: str, updated: str, *, closed: str = "", words: str = "A hole") -> Changes:
    """Import one request as a file tells it."""
    file = folder / "calls.csv"
    row = f"C1,Pothole,{status},2026-10-09T08:00:00Z,{updated},{closed},{words}\n"
    file.write_text(HEADER + row, encoding="utf-8")
    wanted = RequestImport(file, columns={"updated_at": "updated"}, source="calls")
    return import_requests(work, wanted)


def stands(work: Work) -> ServiceRequest:
    """The request as it is."""
    with work.store.read() as unit:
        return unit.requests.find("C1")[0]


def key(work: Work) -> list[RequestId]:
    """Its id."""
    return [stands(work).id]


def test_an_older_word_does_not_reopen_what_was_closed_here(work: Work, tmp_path: Path) -> None:
    """Status, outcome, notes and department stay as the desk left them; the description is the source's."""
    bring(work, tmp_path, "open", EARLY)
    close(work, request_ids=key(work), outcome=Outcome.FIXED, comment="Done.")
    before = stands(work)
    changes = bring(work, tmp_path, "open", "2026-10-11T08:00:00Z", words="A deep hole")
    assert (changes.counts["updated"], changes.counts["kept"]) == (1, 1)
    assert "1 stand where the desk put them" in changes.sentence
    after = stands(work)
    assert after.description == "A deep hole"
    assert (after.status, after.outcome, after.closed_at) == (Status.CLOSED, "fixed", before.closed_at)
    assert (after.status_notes, after.updated_at) == ("Done.", before.updated_at)
    assert bring(work, tmp_path, "open", "2026-10-11T08:00:00Z", words="A deep hole").counts["unchanged"] == 1


def test_a_newer_word_decides(work: Work, tmp_path: Path) -> None:
    """Closed elsewhere since: closed here, with their time. Open again since: open here, without an outcome."""
    bring(work, tmp_path, "open", EARLY)
    acknowledge(work, request_ids=key(work))
    comment(work, request_ids=key(work), text="Ours.")
    bring(work, tmp_path, "closed", LATE, closed=LATE)
    one = stands(work)
    assert (one.status, one.closed_at) == (Status.CLOSED, datetime(2026, 10, 20, 8, tzinfo=UTC))
    assert one.acknowledged_at == work.clock.now()
    with work.store.read() as unit:
        assert [note.text for note in unit.notes.of(one.id)][-1] == "Ours."
    close_here = Work(work.store, "ana", work.clock)
    bring(close_here, tmp_path, "open", "2026-10-21T08:00:00Z")
    one = stands(work)
    assert (one.status in (Status.SUBMITTED, Status.ACKNOWLEDGED), one.closed_at, one.outcome) == (True, None, "")


def test_a_coarse_word_does_not_take_a_finer_one_back(work: Work, tmp_path: Path) -> None:
    """They only know open: what is in progress here stays so, and stays with the department given by hand."""
    bring(work, tmp_path, "open", EARLY)
    start_work(work, request_ids=key(work))
    assign_to(work, request_ids=key(work), agency_id=AgencyId(2))
    changes = bring(work, tmp_path, "open", LATE, words="Still there")
    assert changes.counts["kept"] == 0
    one = stands(work)
    assert (one.status, one.agency_id, one.description) == (Status.IN_PROGRESS, 2, "Still there")


def test_what_nobody_worked_on_follows_the_file(work: Work, tmp_path: Path) -> None:
    """Without an act here every word of a file counts, older ones too; a department that it does not name stays."""
    bring(work, tmp_path, "closed", LATE, closed=LATE)
    with work.store.write("assign", actor="ana", at=work.clock.now()) as unit:
        unit.change("service_request", {key(work)[0]: {"agency_id": 1}})
        unit.commit()
    bring(work, tmp_path, "open", EARLY)
    one = stands(work)
    assert (one.status, one.closed_at, one.agency_id) == (Status.SUBMITTED, None, 1)


def test_what_was_undone_here_follows_the_file(work: Work, tmp_path: Path) -> None:
    """An act that was taken back does not hold a row's word off."""
    bring(work, tmp_path, "open", EARLY)
    done = close(work, request_ids=key(work), outcome=Outcome.FIXED, comment="Done.")
    assert done.act_id is not None
    undo(work, act_id=done.act_id)
    bring(work, tmp_path, "acknowledged", "2026-10-11T08:00:00Z")
    assert stands(work).status is Status.ACKNOWLEDGED
