"""Layers that would assign wrongly: without departments, in another system than they say, far from the city; and what
becomes of rules whose areas are renamed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.domain.rules import Rule, Rules
from desktop.operations.import_areas import AreaImport, import_areas
from desktop.operations.rule_sets import save_rules
from desktop.operations.work import Work
from tests.data.city import small_city

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
BOXES = [shapely.box(-71.02, 41.9, -71.0, 42.1), shapely.box(-71.0, 41.9, -70.98, 42.1)]


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A small city with requests around its centre."""
    small_city(sqlite_store, 8)
    return Work(sqlite_store, "ana", FixedClock(NOW))


def layer(folder: Path, boxes: list[Any], departments: list[str | None], crs: int | None = 4326) -> Path:
    """A GeoPackage of boxes with names; it declares `crs`, whatever its coordinates are."""
    path = folder / "zones.gpkg"
    names = [f"Zone {number}" for number in range(1, len(boxes) + 1)]
    frame = gpd.GeoDataFrame({"name": names, "dep": departments}, geometry=boxes)
    (frame if crs is None else frame.set_crs(crs)).to_file(path)
    return path


def state(work: Work) -> tuple[int, list[str]]:
    """The log's head, and the layers."""
    with work.store.read() as unit:
        return unit.log.head(), [one.name for one in unit.areas.layers()]


def test_areas_without_a_department_are_named(work: Work, tmp_path: Path) -> None:
    """A layer of which some areas name nobody comes in, and the import says which and what it means."""
    changes = import_areas(work, AreaImport(layer(tmp_path, BOXES, ["Streets", None]), agency_field="dep"))
    assert changes.counts["without_department"] == ["Zone 2"]
    assert "1 without a department (Zone 2): nobody gets what lies there" in changes.sentence


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_a_layer_in_which_nobody_gets_anything_is_refused(work: Work, tmp_path: Path, nobody: str | None) -> None:
    """A field that is empty for all areas is not the one that was meant; nothing is stored."""
    before = state(work)
    with pytest.raises(RefusedInput, match=r"dep is empty for all areas of zones.gpkg.*leave --agency-field away"):
        import_areas(work, AreaImport(layer(tmp_path, BOXES, [nobody, nobody]), agency_field="dep"))
    assert state(work) == before


def test_degrees_that_are_said_to_be_metres(work: Work, tmp_path: Path) -> None:
    """They are refused with what to name, and come to lie where they are once it is named."""
    path, before = layer(tmp_path, BOXES, ["Streets", "Parks"], crs=32619), state(work)
    with pytest.raises(RefusedInput, match=r"declares WGS 84 / UTM zone 19N.*are degrees.*--crs EPSG:4326"):
        import_areas(work, AreaImport(path))
    with pytest.raises(RefusedInput, match=r"cannot be in EPSG:26919.*are degrees"):
        import_areas(work, AreaImport(path, crs="EPSG:26919"))
    assert state(work) == before
    import_areas(work, AreaImport(path, crs="EPSG:4326"))
    with work.store.read() as unit:
        found = [shapely.from_wkb(one.geometry_wkb) for one in unit.areas.areas(unit.areas.layers()[-1].id)]
    assert [shape.bounds for shape in found] == [box.bounds for box in BOXES]


def test_metres_that_are_said_to_be_degrees(work: Work, tmp_path: Path) -> None:
    """They are refused, whether the file says it or the person does."""
    metres = list(gpd.GeoSeries(BOXES, crs=4326).to_crs(32619))
    path, before = layer(tmp_path, metres, ["Streets", "Parks"], crs=4326), state(work)
    with pytest.raises(RefusedInput, match=r"are not degrees; name it with --crs EPSG:n"):
        import_areas(work, AreaImport(path))
    with pytest.raises(RefusedInput, match=r"cannot be in EPSG:4326.*are no degrees"):
        import_areas(work, AreaImport(path, crs="EPSG:4326"))
    assert state(work) == before


def test_a_system_that_puts_the_layer_elsewhere(work: Work, tmp_path: Path) -> None:
    """Metres of another zone would lie far from the city's requests: refused with the distance."""
    metres = list(gpd.GeoSeries(BOXES, crs=4326).to_crs(32619))
    path, before = layer(tmp_path, metres, ["Streets", "Parks"], crs=32618), state(work)
    with pytest.raises(RefusedInput, match=r"zones.gpkg would lie \d\d\d km from .* if it is in WGS 84 / UTM zone 18N"):
        import_areas(work, AreaImport(path))
    assert state(work) == before


def test_a_layer_in_degrees_that_is_another_citys(work: Work, tmp_path: Path) -> None:
    """It comes in, for degrees are no mistake of systems, and its distance is told."""
    far = [shapely.box(-83.1, 42.3, -83.0, 42.4)]
    changes = import_areas(work, AreaImport(layer(tmp_path, far, ["Streets"])))
    assert changes.counts["away_km"] > 900
    assert "km from the city: nothing of it is assigned by them" in changes.sentence
    near = import_areas(work, AreaImport(layer(tmp_path, BOXES, ["Streets", "Parks"])))
    assert near.counts["away_km"] < 50
    assert "km from the city" not in near.sentence


def test_an_import_that_renames_says_which_rules_it_breaks(work: Work, tmp_path: Path) -> None:
    """A rule that names an area of the layer is told once the area is gone, and only by the import that took it."""
    import_areas(work, AreaImport(layer(tmp_path, BOXES, ["", ""])))
    with work.store.read() as unit:
        agency = unit.agencies.all()[0].name
    rule = Rule(name="Second", areas={"zones": ("Zone 2",)}, agency=agency)
    save_rules(work, rules=Rules(rule=(rule,)), based_on=None, without_replay=True)
    broke = import_areas(work, AreaImport(layer(tmp_path, BOXES[:1], [""])))
    assert broke.counts["broken_rules"] == ["Rule 1 ('Second'): The layer zones has no area 'Zone 2'. Write Zone 1."]
    assert "Rules no longer fit what is there: Rule 1 ('Second')" in broke.sentence
    again = import_areas(work, AreaImport(layer(tmp_path, BOXES[:1], [""])))
    assert again.counts["broken_rules"] == []
    assert "Rules" not in again.sentence
