"""Filters and bookmarks under names, on each database: whose they are, what is refused, and what the log says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data.errors import Conflict, RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.entry import run_operation
from desktop.operations.saved_views import remove_view, rename_view, save_view
from desktop.operations.work import Work

NOW = FixedClock(datetime(2026, 10, 13, 14, 0, tzinfo=UTC))
PLACE = {"lon": -71.06, "lat": 42.36, "zoom": 15}


def by(store: Store, actor: str = "ana") -> Work:
    """What a person's act is handed."""
    return Work(store, actor, NOW)


def names(store: Store, actor: str, kind: str = "bookmark") -> list[str]:
    """What a person sees in the list."""
    with store.read() as unit:
        return [view.name for view in unit.saved_views.of(actor, kind)]


def id_of(store: Store, actor: str, name: str) -> int:
    """A bookmark's id."""
    with store.read() as unit:
        return next(view.id for view in unit.saved_views.of(actor, "bookmark") if view.name == name)


def test_a_bookmark_is_one_s_own_unless_shared(any_store: Store) -> None:
    """Ben sees what Ana shares and not what she keeps; what is kept comes back as it was."""
    save_view(by(any_store), kind="bookmark", name="  Old   Town ", content=PLACE)
    save_view(by(any_store), kind="bookmark", name="Harbour", content=PLACE, shared=True)
    assert names(any_store, "ana") == ["Harbour", "Old Town"]
    assert names(any_store, "ben") == ["Harbour"]
    with any_store.read() as unit:
        assert dict(unit.saved_views.of("ben", "bookmark")[0].content) == PLACE


def test_a_name_is_taken_once_a_person_and_kind(any_store: Store) -> None:
    """The same name is refused in any case, and free for another kind, another person and after a removal."""
    save_view(by(any_store), kind="bookmark", name="Harbour", content=PLACE)
    with pytest.raises(RefusedInput, match="bookmark “Harbour” already"):
        save_view(by(any_store), kind="bookmark", name="HARBOUR", content=PLACE)
    save_view(by(any_store), kind="filter", name="Harbour", content={"line": "open"})
    save_view(by(any_store, "ben"), kind="bookmark", name="Harbour", content=PLACE)
    remove_view(by(any_store), view_id=id_of(any_store, "ana", "Harbour"))
    save_view(by(any_store), kind="bookmark", name="harbour", content=PLACE)
    assert names(any_store, "ana") == ["harbour"]
    assert names(any_store, "ana", "filter") == ["Harbour"]


def test_only_the_owner_changes_it(any_store: Store) -> None:
    """Ben is told whose it is; the name stays. Ana's new name may be the old one in other letters."""
    save_view(by(any_store), kind="bookmark", name="Harbour", content=PLACE, shared=True)
    view_id = id_of(any_store, "ana", "Harbour")
    for act in (lambda: remove_view(by(any_store, "ben"), view_id=view_id),
                lambda: rename_view(by(any_store, "ben"), view_id=view_id, name="Mine")):  # fmt: skip
        with pytest.raises(RefusedInput, match="belongs to ana"):
            act()
    assert rename_view(by(any_store), view_id=view_id, name="harbour").entities == {"saved_view"}
    assert names(any_store, "ben") == ["harbour"]


def test_what_is_gone_is_a_conflict(any_store: Store) -> None:
    """Removing or renaming what another window removed tells so, and changes nothing."""
    save_view(by(any_store), kind="bookmark", name="Harbour", content=PLACE)
    view_id = id_of(any_store, "ana", "Harbour")
    remove_view(by(any_store), view_id=view_id)
    with pytest.raises(Conflict, match="removed it meanwhile"):
        remove_view(by(any_store), view_id=view_id)
    with pytest.raises(Conflict):
        rename_view(by(any_store), view_id=view_id, name="Elsewhere")


@pytest.mark.parametrize("name", ["", " \n ", "x" * 201, "bell\x07", "\ud800"])
def test_a_name_must_be_one(sqlite_store: Store, name: str) -> None:
    """Empty, endless and unseen names are refused in a sentence, and the log holds no act."""
    with pytest.raises(RefusedInput):
        save_view(by(sqlite_store), kind="bookmark", name=name, content=PLACE)
    with sqlite_store.read() as unit:
        assert unit.log.acts() == []


@pytest.mark.parametrize(
    "content", [{}, {**PLACE, "lat": 91}, {**PLACE, "lon": float("nan")}, {**PLACE, "zoom": "close"}]
)
def test_a_bookmark_lies_on_the_earth(sqlite_store: Store, content: dict[str, object]) -> None:
    """A place that no map can show is refused, and so is a kind nobody knows."""
    with pytest.raises(RefusedInput, match="A bookmark needs"):
        save_view(by(sqlite_store), kind="bookmark", name="Nowhere", content=content)
    with pytest.raises(RefusedInput, match="not kept under a name"):
        save_view(by(sqlite_store), kind="poem", name="Nowhere", content=PLACE)


def test_a_worker_runs_them_by_name(sqlite_store: Store, sqlite_location: str) -> None:
    """The window's way: by name and plain arguments, one act each in the log."""
    calls = [
        ("save_view", {"kind": "bookmark", "name": "Harbour", "content": PLACE, "shared": False}),
        ("rename_view", {"view_id": 1, "name": "Port"}),
        ("remove_view", {"view_id": 1}),
    ]
    for name, arguments in calls:
        told = run_operation(
            name, sqlite_location, "ana", NOW, arguments, progress=lambda *_: None, should_stop=lambda: False
        )
        assert told.sentence.endswith(".")
    with sqlite_store.read() as unit:
        assert len(unit.log.acts()) == 3
