"""Assets in a store, once on each database: imported by number, named by requests, found, exported, compared."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.duplicates import group_duplicates
from desktop.operations.export import RequestFilter, export_requests
from desktop.operations.import_assets import AssetImport, import_assets
from desktop.operations.name_asset import name_asset
from desktop.operations.work import Work
from tests.data.city import projected_city, request_row

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
Light = tuple[str, float, float]
LIGHTS: tuple[Light, ...] = (("L1", 42.000, -71.0), ("L2", 42.001, -71.0), ("L3", 42.002, -71.0))


@pytest.fixture
def work(any_store: Store) -> Work:
    """A city with ten requests."""
    projected_city(any_store)
    return Work(any_store, "ana", FixedClock(NOW))


def lights(folder: Path, rows: Sequence[Light] = LIGHTS, lamp: str = "LED") -> AssetImport:
    """A file of lights to import."""
    path = folder / "lights.csv"
    lines = ["id,name,lat,long,lamp", *(f"{code},Elm,{lat},{lon},{lamp}" for code, lat, lon in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return AssetImport(path, layer="Lights", icon="lightbulb", service_codes=("LIGHT",))


def ids_by_code(work: Work) -> dict[str, int]:
    """The layer's assets by their numbers."""
    with work.store.read() as unit:
        return {one.asset_code: int(one.id) for one in unit.assets.of_layer(unit.assets.layers()[0].id)}


def test_importing_again_changes_nothing(work: Work, tmp_path: Path) -> None:
    """The second time nothing differs and the log is as it was; a layer keeps glyph and services that are not told."""
    first = import_assets(work, lights(tmp_path))
    assert (first.counts["added"], first.counts["assets"]) == (3, 3)
    with work.store.read() as unit:
        head, layers = unit.log.head(), unit.assets.layers()
        assert unit.assets.counts() == {layers[0].id: 3}
    assert (layers[0].icon, layers[0].service_codes) == ("lightbulb", ("LIGHT",))
    again = import_assets(work, AssetImport(lights(tmp_path).path, layer="Lights"))
    assert (again.act_id, again.counts["unchanged"]) == (None, 3)
    with work.store.read() as unit:
        assert (unit.log.head(), unit.assets.layers()) == (head, layers)


def test_what_moved_keeps_its_id_and_what_went_goes(work: Work, tmp_path: Path) -> None:
    """A light that moved is the same one; one the file no longer holds is gone, unless a request names it."""
    import_assets(work, lights(tmp_path))
    before = ids_by_code(work)
    with work.store.read() as unit:
        request = next(one for one in unit.requests.many(range(1, 11)) if one.service_id == 3)
    name_asset(work, request_id=request.id, asset_id=before["L3"])
    done = import_assets(work, lights(tmp_path, [("L1", 42.5, -71.0), ("L4", 42.0, -71.2)]))
    figures = {name: done.counts[name] for name in ("added", "updated", "removed", "kept_for_requests")}
    assert figures == {"added": 1, "updated": 1, "removed": 1, "kept_for_requests": 1}
    after = ids_by_code(work)
    assert set(after) == {"L1", "L3", "L4"}
    assert (after["L1"], after["L3"]) == (before["L1"], before["L3"])
    with work.store.read() as unit:
        moved = unit.assets.get(after["L1"])
        assert moved is not None
        assert moved.lat == 42.5
        assert [event.actor for event in unit.log.history("asset", after["L1"])] == ["ana", "ana"]
    assert "requests name them" in done.sentence


def test_strangers_are_refused_and_nothing_changes(work: Work, tmp_path: Path) -> None:
    """A service nobody has, and a glyph that is not bundled."""
    wanted = lights(tmp_path)
    with work.store.read() as unit:
        head = unit.log.head()
    with pytest.raises(RefusedInput, match="No service has the code NIGHT"):
        import_assets(work, AssetImport(wanted.path, service_codes=("NIGHT",)))
    with pytest.raises(RefusedInput, match="no icon 'lamp'"):
        import_assets(work, AssetImport(wanted.path, icon="../lamp".removeprefix("../")))
    with work.store.read() as unit:
        assert (unit.log.head(), unit.assets.layers()) == (head, [])


def test_a_request_names_an_asset_and_takes_it_back(work: Work, tmp_path: Path) -> None:
    """One act each with the request's history; the same again writes nothing; the asset knows who names it."""
    import_assets(work, lights(tmp_path))
    light = ids_by_code(work)["L2"]
    done = name_asset(work, request_id=3, asset_id=light)
    assert done.request_ids == (3,)
    assert name_asset(work, request_id=3, asset_id=light).act_id is None
    with work.store.read() as unit:
        request = unit.requests.get(3)
        assert request is not None
        assert request.asset_id == light
        assert unit.assets.requests(light) == [3]
        assert [event.after.get("asset_id") for event in unit.log.history("service_request", 3)][-1] == light
    name_asset(work, request_id=3, asset_id=None)
    with work.store.read() as unit:
        assert unit.assets.requests(light) == []
        assert [act.verb for act in unit.log.acts(2)] == ["take asset off", "name asset"]


def test_only_a_fitting_asset_can_be_named(work: Work, tmp_path: Path) -> None:
    """What is not there and what belongs to other services is refused in a sentence."""
    import_assets(work, lights(tmp_path))
    light = ids_by_code(work)["L1"]
    with pytest.raises(RefusedInput, match="not for Pot; choose another asset"):
        name_asset(work, request_id=1, asset_id=light)
    with pytest.raises(RefusedInput, match="no asset 99"):
        name_asset(work, request_id=3, asset_id=99)
    with pytest.raises(RefusedInput, match="no request 99"):
        name_asset(work, request_id=99, asset_id=None)


def test_an_export_carries_the_number(work: Work, tmp_path: Path) -> None:
    """The named asset's number stands in its own column, empty for the others."""
    import_assets(work, lights(tmp_path))
    name_asset(work, request_id=3, asset_id=ids_by_code(work)["L2"])
    export_requests(work, tmp_path / "out.csv", RequestFilter())
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        told = {row["service_request_id"]: row["asset_code"] for row in csv.DictReader(stream)}
    assert told == {f"R{number}": "L2" if number == 2 else "" for number in range(10)}


def test_assets_in_a_box_and_by_number(work: Work, tmp_path: Path) -> None:
    """A box holds what lies in it, its border too; a number finds its asset."""
    import_assets(work, lights(tmp_path))
    with work.store.read() as unit:
        assert [one.asset_code for one in unit.assets.in_box(-71.0, 42.0, -70.9, 42.0015)] == ["L1", "L2"]
        assert [one.asset_code for one in unit.assets.by_code("L3")] == ["L3"]
        assert unit.assets.by_code("l") == []


def test_two_lights_side_by_side_are_two_incidents(work: Work, tmp_path: Path) -> None:
    """Four reports in one place and hour are one incident; once they name two lights, they are two."""
    import_assets(work, lights(tmp_path))
    codes = ids_by_code(work)
    with work.store.write("import", actor="ana", at=NOW) as unit:
        rows = [
            request_row(100 + at, service_id=3, lat=42.1, long=-71.1, requested_at=NOW - timedelta(minutes=9 - at))
            for at in range(4)
        ]
        reports = unit.create("service_request", rows)
        unit.commit()
    assert group_duplicates(work).counts["incidents"] == 1
    for report, code in zip(reports, ("L1", "L2", "L1", "L2"), strict=True):
        name_asset(work, request_id=report, asset_id=codes[code])
    assert group_duplicates(work).counts["incidents"] == 2
    with work.store.read() as unit:
        incident = unit.requests.arrays(["incident_id"], ids=reports)["incident_id"].tolist()
    assert incident[0] == incident[2] != incident[1] == incident[3]


def test_the_log_says_which_tables_were_touched(work: Work, tmp_path: Path) -> None:
    """After a number of the log, the tables of the events since; none when nothing came."""
    with work.store.read() as unit:
        head = unit.log.head()
        assert unit.log.entities_after(head) == frozenset()
    import_assets(work, lights(tmp_path))
    with work.store.read() as unit:
        assert unit.log.entities_after(head) == {"asset", "asset_layer"}
