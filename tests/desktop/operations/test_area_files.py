"""Areas go out to files and come back the same, and a file can hold from a day on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shapely

from data.errors import RefusedInput
from data.store import Store
from desktop.domain.clock import FixedClock
from desktop.operations.export_areas import export_areas
from desktop.operations.import_areas import AreaImport, import_areas
from desktop.operations.work import Work
from tests.data.city import small_city

NOW = datetime(2026, 10, 13, 12, tzinfo=UTC)
SQUARE = shapely.box(-71.02, 41.9, -71.0, 42.1)
HOLED = shapely.Polygon(
    [(-71, 42), (-70.9, 42), (-70.9, 42.1), (-71, 42.1)], [[(-70.96, 42.03), (-70.95, 42.03), (-70.95, 42.04)]]
)
TWO = shapely.MultiPolygon([shapely.box(-71.3, 42.0, -71.2, 42.1), shapely.box(-71.1, 42.0, -71.05, 42.1)])


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    """A city with a layer of three areas: a plain one, one with a hole, one in two parts; one of no department."""
    small_city(sqlite_store, 1)
    with sqlite_store.write("areas", actor="ana", at=NOW) as unit:
        layer = unit.create("area_layer", [{"name": "Works", "position": 1, "assigns": True, "service_codes": []}])[0]
        shapes = (('West, Östlich "A"', 1, SQUARE), ("Hole", 2, HOLED), ("Two", None, TWO))
        unit.create(
            "area",
            [
                {"layer_id": layer, "name": name, "agency_id": agency, "geometry_wkb": shapely.to_wkb(shape)}
                for name, agency, shape in shapes
            ],
        )
        unit.commit()
    return Work(sqlite_store, "ana", FixedClock(NOW))


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".zip"])
def test_what_goes_out_comes_back(work: Work, tmp_path: Path, ending: str) -> None:
    """Names, departments and every coordinate are the same after export and import, in each format."""
    path = tmp_path / f"works{ending}"
    assert export_areas(work, path=path, layer="Works").counts["areas"] == 3
    import_areas(work, AreaImport(path, layer="Again", name_field="name", agency_field="agency"))
    with work.store.read() as unit:
        first, second = ([*unit.areas.areas(layer.id)] for layer in unit.areas.layers())
    assert [(area.name, area.agency_id) for area in first] == [(area.name, area.agency_id) for area in second]
    for one, other in zip(first, second, strict=True):
        before, after = shapely.normalize(shapely.from_wkb([one.geometry_wkb, other.geometry_wkb]))
        assert shapely.equals_exact(before, after, 0.0)


def test_a_file_can_hold_from_a_day_on(work: Work, tmp_path: Path) -> None:
    """Areas of earlier days stay, those of the same name and ground are not touched, export tells the day's."""
    path, after = tmp_path / "works.geojson", tmp_path / "after.gpkg"
    export_areas(work, path=path, layer="Works")
    path.write_text(path.read_text().replace('"Hole"', '"New"'))
    day = date(2026, 10, 20)
    wanted = AreaImport(path, layer="Works", name_field="name", agency_field="agency", effective_from=day)
    import_areas(work, wanted)
    with work.store.read() as unit:
        ever = [(area.name, area.effective_from, area.effective_to) for area in unit.areas.ever(1)]
    assert sorted(ever, key=str) == sorted(
        [('West, Östlich "A"', None, None), ("Two", None, None), ("Hole", None, day), ("New", day, None)], key=str
    )
    for when, name in ((date(2026, 10, 19), "Hole"), (day, "New")):
        export_areas(work, path=after, layer="Works", day=when)
        import_areas(work, AreaImport(after, layer=f"As of {when}", name_field="name", agency_field="agency"))
        with work.store.read() as unit:
            layer = unit.areas.layers()[-1]
            assert name in {area.name for area in unit.areas.areas(layer.id)}
            assert len(unit.areas.areas(layer.id)) == 3


def test_an_import_without_a_day_replaces_history_too(work: Work, tmp_path: Path) -> None:
    """What replaces a layer on all days leaves no area of former days beside it."""
    path = tmp_path / "works.geojson"
    export_areas(work, path=path, layer="Works")
    path.write_text(path.read_text().replace('"Hole"', '"New"'))
    for day in (date(2026, 10, 20), None):
        import_areas(
            work, AreaImport(path, layer="Works", name_field="name", agency_field="agency", effective_from=day)
        )
    with work.store.read() as unit:
        assert len(unit.areas.ever(1)) == 3


@pytest.mark.parametrize(
    ("name", "layer", "day", "sentence"),
    [
        ("a.txt", "Works", None, "does not tell its kind"),
        ("a.gpkg", "Nothing", None, "There is no layer 'Nothing'; the layers are: Works"),
        ("no/a.gpkg", "Works", None, "is not there"),
    ],
)
def test_what_cannot_be_written_is_refused(
    work: Work, tmp_path: Path, name: str, layer: str, day: date | None, sentence: str
) -> None:
    """One sentence, and no file is left."""
    with pytest.raises(RefusedInput, match=sentence):
        export_areas(work, path=tmp_path / name, layer=layer, day=day)
    assert not [file for file in tmp_path.iterdir() if file.suffix in (".txt", ".gpkg")]
