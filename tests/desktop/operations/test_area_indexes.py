"""The kept index of an area layer, once on each database: found again, made anew, never wrong, never in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import shapely
from sqlalchemy import update

import geo.service_areas
from data.checking import check
from data.derived import keep_derived, read_derived
from data.schema import artifact
from data.store import Store
from desktop.operations import area_indexes
from desktop.operations.assign import assign
from desktop.operations.explain_assignment import explain
from desktop.operations.undo import describe_undo
from desktop.operations.work import Work
from tests.desktop.operations.desk import NOW, make_desk, request

WEST, EAST = shapely.box(-71.1, 41.9, -71.0035, 42.1), shapely.box(-71.0035, 41.9, -70.9, 42.1)


@pytest.fixture(autouse=True)
def _memory_of_its_own() -> Iterator[None]:
    area_indexes.RECENT.clear()
    yield
    area_indexes.RECENT.clear()


@pytest.fixture
def work(any_store: Store) -> Work:
    """Eight requests on a diagonal; the western four belong to Parks, the eastern to Streets."""
    work = make_desk(any_store)
    make_layer(work, "Districts", [WEST, EAST])
    return work


def make_layer(work: Work, name: str, shapes: list[shapely.Geometry]) -> int:
    """A layer whose first area is of Parks, the second of Streets."""
    with work.store.write("import areas", actor="ana", at=NOW) as unit:
        position = 1 + len(unit.areas.layers())
        values = {"name": name, "position": position, "assigns": True, "service_codes": []}
        layer = unit.create("area_layer", [values])[0]
        rows = [
            {"layer_id": layer, "name": f"{name} {number}", "agency_id": number, "geometry_wkb": shapely.to_wkb(shape)}
            for number, shape in zip((2, 1), shapes, strict=False)
        ]
        unit.create("area", rows)
        unit.commit()
    return layer


def departments(work: Work) -> list[int | None]:
    """Whose each request is."""
    return [request(work, number).agency_id for number in range(1, 9)]


def kept(work: Work) -> list[str]:
    """The names of the indexes in the store."""
    with work.store.read() as unit:
        return [name for name in unit.artifacts.names() if name.startswith(area_indexes.PREFIX)]


def refuse(*_: object, **__: object) -> None:
    """Stands where nothing may be made."""
    raise AssertionError("an index was made although one is kept")


def test_another_process_finds_the_index_in_the_store(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an assignment made is read, not made again, where memory is empty; and it answers the same."""
    assign(work)
    before = departments(work)
    assert before == [1, 1, 1, 1, 2, 2, 2, 2]
    assert len(kept(work)) == 1
    area_indexes.RECENT.clear()
    monkeypatch.setattr(geo.service_areas, "build_area_index", refuse)
    with work.store.write("clear", actor="ana", at=NOW) as unit:
        unit.change_columns("service_request", list(range(1, 9)), {"agency_id": [None] * 8})
        unit.commit()
    assert assign(work).counts["changed"] == 8
    assert departments(work) == before


def test_memory_spares_the_store(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second question in the same process reads no arrays."""
    assign(work)
    monkeypatch.setattr(area_indexes, "read_derived", refuse)
    monkeypatch.setattr(geo.service_areas, "build_area_index", refuse)
    assert assign(work).counts["assigned"] == 8


def test_a_changed_layer_gets_another_index_and_the_old_one_goes(work: Work) -> None:
    """Other geometry, another order, a layer that names nobody: the answers follow, one index a layer stays."""
    assign(work)
    names = [*kept(work)]
    with work.store.read() as unit:
        layer = unit.areas.layers()[0]
        first, second = (area.id for area in unit.areas.areas(layer.id))
    for shapes, expected in (
        ((EAST, WEST), [2, 2, 2, 2, 1, 1, 1, 1]),
        ((WEST.union(EAST), WEST), [2] * 8),
        ((WEST, WEST.union(EAST)), [1, 1, 1, 1, 2, 2, 2, 2]),
    ):
        with work.store.write("draw", actor="ana", at=NOW) as unit:
            wkb = [shapely.to_wkb(shape) for shape in shapes]
            unit.change("area", {first: {"geometry_wkb": wkb[0]}, second: {"geometry_wkb": wkb[1]}})
            unit.commit()
        assign(work)
        assert departments(work) == expected
        assert len(kept(work)) == 1
        names += kept(work)
    assert len(set(names)) == 4
    with work.store.write("draw", actor="ana", at=NOW) as unit:
        unit.change("area", {first: {"agency_id": None}, second: {"agency_id": None}})
        unit.commit()
    assign(work)
    assert kept(work) == []


@pytest.mark.parametrize("damage", ["a byte", "the end", "another version", "no arrays"])
def test_a_damaged_copy_is_told_and_made_anew(work: Work, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    """However the copy is spoilt, answers stay right, the log says so, and the next assignment replaces it."""
    assign(work)
    (name,) = kept(work)
    spoil(work, name, damage)
    area_indexes.RECENT.clear()
    with caplog.at_level(logging.WARNING):
        changed = assign(work).counts["changed"]
    assert changed == 0
    assert "is made anew from the areas" in caplog.text
    area_indexes.RECENT.clear()
    caplog.clear()
    assert assign(work).counts["changed"] == 0
    assert caplog.text == ""


def spoil(work: Work, name: str, damage: str) -> None:
    """Damage what is kept under a name."""
    with work.store.read() as unit:
        arrays = read_derived(unit, name)
        content = unit.connection.execute(artifact.select().where(artifact.c.name == name)).one().content
    assert arrays is not None
    if damage == "another version":
        keep_derived(work.store, {name: arrays | {"format": arrays["format"] + 1}}, [])
        return
    middle = len(content) // 2
    spoilt = {
        "a byte": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "the end": content[:-100],
        "no arrays": b"nothing",
    }[damage]
    with work.store.exclusively() as connection:
        connection.execute(update(artifact).where(artifact.c.name == name).values(content=spoilt))
        connection.commit()


def test_keeping_an_index_is_no_act(work: Work) -> None:
    """The log names no index, the store stays sound, and the assignment can still be undone."""
    act_id = assign(work).act_id
    assert act_id is not None
    assert len(kept(work)) == 1
    with work.store.read() as unit:
        assert list(unit.log.blocks(entity="artifact")) == []
    assert describe_undo(work, act_id).allowed
    assert check(work.store) == []


def test_the_nearest_area_is_found_over_all_layers(work: Work) -> None:
    """Where nothing takes a request, the nearest area of any layer is told, the first layer's of two as near."""
    with work.store.write("draw", actor="ana", at=NOW) as unit:
        unit.remove("area", [area.id for area in unit.areas.areas(unit.areas.layers()[0].id)])
        unit.commit()
    near = shapely.box(-71.02, 42.02, -71.01, 42.03)
    for name, shape in (("Far", shapely.box(-71.2, 42.2, -71.1, 42.3)), ("Near", near), ("Same", near)):
        make_layer(work, name, [shape])
    assert "Nearest: Near 2 (Near)" in str(explain(work, "R7")["sentence"])
    assert kept(work) == []  # a question writes nothing
