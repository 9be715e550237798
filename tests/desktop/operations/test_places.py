"""Places of a stored city: the demo city's addresses, lists of a city's own, an index that follows the store."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer

from data.connectors.addresses import read_addresses
from data.connectors.streets import AddressPoints
from data.errors import RefusedInput
from data.store import Store, open_store
from desktop.domain.clock import FixedClock
from desktop.operations.import_addresses import ADDRESSES, AddressImport, import_addresses
from desktop.operations.import_streets import OSM_ADDRESSES
from desktop.operations.places import CityPlaces, kind_of, note_of, places_of, sentence_of
from desktop.operations.work import Work
from tests.demo import MOMENT
from tests.soak import examples


@pytest.fixture
def work(location: str) -> Work:
    """The demo city."""
    return Work(open_store(location), "ana", FixedClock(MOMENT))


def stored_addresses(store: Store) -> AddressPoints:
    """The house numbers of the city's extract."""
    with store.read() as unit:
        arrays = unit.artifacts.get(OSM_ADDRESSES)
    assert arrays is not None
    return AddressPoints.from_arrays(arrays)


@pytest.mark.slow
def test_every_address_of_the_demo_city_is_found_by_its_words(work: Work) -> None:
    """Number and street of each building lead to a point that bears exactly these words, the building's own first."""
    points, index = stored_addresses(work.store), places_of(work.store)
    assert len(points) > 5_000
    places: dict[str, list[tuple[float, float]]] = {}
    for at, (number, street) in enumerate(zip(points.number, points.street, strict=True)):
        places.setdefault(f"{number} {street}", []).append((points.lon[at], points.lat[at]))
    chosen = list(places)[:: max(1, len(places) // examples(400))]
    for text in chosen:
        best = index.find(text, limit=1)[0]
        assert (best.kind, best.exactness, best.name) == ("address", "exact", text)
        assert min(np.hypot(best.lon - lon, best.lat - lat) for lon, lat in places[text]) < 1e-9


def test_crossings_of_the_demo_city_are_found_both_ways(work: Work) -> None:
    """The words "A / B" of a crossing lead to a junction of both, from either side."""
    index = places_of(work.store)
    streets = index.streets
    for street in range(0, len(streets), 211):
        for other in sorted(streets.meets(street))[:2]:
            names = streets.name[street], streets.name[other]
            if streets.spelled[street] == streets.spelled[other]:
                continue
            own = [streets.at_node(node) for nodes in streets.crossings(street, other) for node in nodes]
            for text in (" / ".join(names), " and ".join(reversed(names))):
                found = [place for place in index.find(text, limit=40) if place.kind == "crossing"]
                assert any(abs(p.lon - lon) + abs(p.lat - lat) < 2e-3 for p in found for lon, lat in own), text


def test_the_index_follows_the_store(work: Work, tmp_path: Path) -> None:
    """A list of addresses that is imported later is found by the same object, and goes before the extract's."""
    places = CityPlaces(work.store)
    assert not places.ready
    assert places.find("9999 Kings Way")[0].exactness == "street"
    assert places.index() is places.index()
    path = tmp_path / "own.csv"
    path.write_text("number,street,lat,long\n9999,Kings Way,53.54327,8.58447\n", encoding="utf-8")
    import_addresses(work, AddressImport(path))
    found = places.find("9999 Kings Way")[0]
    assert (found.exactness, note_of(found)) == ("exact", "Address · Old Town")
    here = places.where(53.54327, 8.58447)
    assert here is not None
    assert sentence_of(here) == "9999 Kings Way"


def test_the_same_file_again_changes_nothing(work: Work, tmp_path: Path) -> None:
    """The second import leaves the log, the artifact and the count as they were; another file replaces the first."""
    path = tmp_path / "own.csv"
    path.write_text(
        "Address,Latitude,Longitude\n27A Mill Lane,53.5,8.5\n,53.5,8.5\n3 Mill Lane,x,8.5\n", encoding="utf-8"
    )
    first = import_addresses(work, AddressImport(path))
    assert (first.counts["read"], first.counts["addresses"], first.counts["rejected"]) == (3, 1, 2)
    head = work.store.head()
    again = import_addresses(work, AddressImport(path))
    assert (again.counts["changed"], again.act_id, work.store.head()) == (False, None, head)
    path.write_text("Address,Latitude,Longitude\n5 Mill Lane,53.5,8.5\n", encoding="utf-8")
    import_addresses(work, AddressImport(path))
    with work.store.read() as unit:
        arrays = unit.artifacts.get(ADDRESSES)
    assert arrays is not None
    assert AddressPoints.from_arrays(arrays).number == ["5"]


def test_a_layer_of_points_is_read_as_a_table_is(tmp_path: Path) -> None:
    """GeoJSON with OSM's keys and CSV with a city's: the same addresses."""
    layer, table = tmp_path / "a.geojson", tmp_path / "a.csv"
    features = [
        {
            "type": "Feature",
            "properties": {"addr:housenumber": number, "addr:street": "Tern Street"},
            "geometry": {"type": "Point", "coordinates": [8.5, 53.5]},
        }
        for number in ("60-82", "7")
    ]
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    table.write_text("ST_NUM;ST_NAME;Y;X\n60-82;Tern Street;53.5;8.5\n7;Tern Street;53.5;8.5\n", encoding="utf-8")
    one = read_addresses(layer, {}).points
    other = read_addresses(table, {"number": "ST_NUM", "street": "ST_NAME"}).points
    assert (one.number, one.street) == (other.number, other.street) == (["60-82", "7"], ["Tern Street"] * 2)
    assert np.allclose(one.lon, other.lon)


@pytest.mark.parametrize("name", ["layer.geojson", "table.csv"])
def test_addresses_in_metres_need_their_system(name: str, tmp_path: Path) -> None:
    """Metres that no system is named for are told as such; named, each stands where it does."""
    path = tmp_path / name
    places = {"5": (466_700.0, 5_927_900.0), "7": (466_750.0, 5_927_950.0)}
    if name.endswith(".csv"):
        path.write_text("number,street,y,x\n" + "".join(f"{n},Tern Street,{y},{x}\n" for n, (x, y) in places.items()))
    else:
        features = [
            {
                "type": "Feature",
                "properties": {"number": number, "street": "Tern Street"},
                "geometry": {"type": "Point", "coordinates": place},
            }
            for number, place in places.items()
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(RefusedInput, match=f"{name} declares no coordinate system .* are not degrees"):
        read_addresses(path, {})
    found = read_addresses(path, {}, "EPSG:32632")
    to_degrees = Transformer.from_crs(32632, 4326, always_xy=True)
    wanted = [to_degrees.transform(*place) for place in places.values()]
    assert np.allclose(np.column_stack([found.points.lon, found.points.lat]), wanted, atol=1e-9)
    assert (found.read, found.rejected) == (2, 0)


def test_one_address_out_of_this_world_is_a_row_left_out(tmp_path: Path) -> None:
    """Among addresses in degrees, one whose point can be none does not refuse the file."""
    path = tmp_path / "a.csv"
    path.write_text("number,street,lat,long\n5,Tern Street,53.5,8.5\n6,Tern Street,53.5,8.5\n7,Tern Street,535,8.5\n")
    found = read_addresses(path, {})
    assert (found.points.number, found.read, found.rejected) == (["5", "6"], 3, 1)


def test_a_file_without_addresses_is_refused(work: Work, tmp_path: Path) -> None:
    """No such file, no such column, no usable row: one sentence each, and nothing changes."""
    path, head = tmp_path / "bad.csv", work.store.head()
    with pytest.raises(RefusedInput, match="There is no file"):
        import_addresses(work, AddressImport(path))
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="no column that looks like lat and long and street"):
        import_addresses(work, AddressImport(path))
    path.write_text("number,street,lat,long\n,,1,2\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="holds no address"):
        import_addresses(work, AddressImport(path))
    with pytest.raises(RefusedInput, match="An address has no field 'colour'"):
        import_addresses(work, AddressImport(path, {"colour": "x"}))
    assert work.store.head() == head


def test_doubt_is_said(work: Work) -> None:
    """A number that is not known says so in words, one that is does not."""
    index, points = places_of(work.store), stored_addresses(work.store)
    number, street = points.number[0], points.street[0]
    assert kind_of(index.find(f"{number} {street}")[0]) == "Address"
    assert kind_of(index.find(f"999998 {street}")[0]) == "Street, number not known"
