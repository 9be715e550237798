"""The demo city: the same for the same seed, plausible, and with a truth that is known."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image

from data.connectors.streets import read_street_lines
from data.demo.chunks import RequestChunk
from data.demo.city import DemoCity, DemoStopped, make_demo_city
from data.demo.live import live_requests
from tests.data.demo.conftest import REQUESTS, UNTIL


@pytest.fixture(scope="module")
def chunks(city: DemoCity) -> list[RequestChunk]:
    """All its requests."""
    return list(city.requests())


def told(city: DemoCity, size: int) -> Iterator[tuple[object, ...]]:
    """Everything that is said about each request, whatever the size of a chunk."""
    for chunk in city.requests(size):
        yield from zip(*chunk.columns.values(), strict=True)


def test_same_seed_same_city(
    city: DemoCity, small_city: DemoCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cities of one seed agree in every area, crew, request, text and byte of their map, whatever the chunks.

    The other city stands on the ground of the small one, which was drawn for itself.
    """
    monkeypatch.setattr("data.demo.city.make_streets", lambda seed, breathe: {13: small_city.plan}[seed])
    again = make_demo_city(requests=REQUESTS, seed=13, until=UNTIL)
    assert again.plan is small_city.plan is not city.plan
    assert (again.boundary_wkb, again.layers, again.crews) == (city.boundary_wkb, city.layers, city.crews)
    assert again.roster() == city.roster()
    assert list(told(again, 700)) == list(told(city, 5000))
    for name, one in (("a", city), ("b", again)):
        one.write_osm(tmp_path / f"{name}.osm.pbf")
    assert (tmp_path / "a.osm.pbf").read_bytes() == (tmp_path / "b.osm.pbf").read_bytes()


def test_another_seed_is_another_city(city: DemoCity, other_city: DemoCity) -> None:
    """A seed changes the ground and the requests."""
    assert other_city.boundary_wkb != city.boundary_wkb
    assert other_city.layers != city.layers


def test_the_number_of_requests_leaves_the_ground_alone(city: DemoCity, small_city: DemoCity) -> None:
    """A larger city of the same seed has the same areas, crews and streets."""
    ground = (small_city.boundary_wkb, small_city.layers, small_city.crews)
    assert ground == (city.boundary_wkb, city.layers, city.crews)
    assert small_city.plan.street_names == city.plan.street_names


def test_it_is_as_large_as_promised(city: DemoCity) -> None:
    """About 370 km², 7 districts, about 200 neighbourhoods, 9 to 10 departments, 29 services with questions."""
    layers = {layer.name: layer for layer in city.layers}
    assert len(layers["Districts"].areas) == 7
    assert 180 <= len(layers["Neighbourhoods"].areas) <= 220
    assert 9 <= len(city.agencies) <= 10
    services = city.services()
    assert len(services) == 29
    assert all(row["deadline_working_h"] for row in services)
    asked = Counter(row["service_code"] for row in city.questions())
    assert set(asked) == {row["service_code"] for row in services}
    boundary = shapely.from_wkb(city.boundary_wkb)
    latitude = boundary.centroid.y
    km2 = boundary.area * 111.32**2 * np.cos(np.radians(latitude))
    assert 340 <= km2 <= 400


def test_every_department_has_its_own_area_and_a_crew(city: DemoCity) -> None:
    """Each department is named by some area and by some crew, and each skill a service needs is some crew's."""
    named = {area.agency for layer in city.layers if layer.assigns for area in layer.areas}
    assert named == set(city.agencies)
    assert {crew.agency for crew in city.crews} == set(city.agencies)
    skills = {skill for crew in city.crews for skill in crew.skills}
    assert all(set(row["skills"]) <= skills for row in city.services())  # type: ignore[call-overload]


def test_its_streets_are_read_like_any_others(city: DemoCity, tmp_path: Path) -> None:
    """The extract goes through the ordinary import: about 60,000 segments, freeways, one-ways, water, parks, names."""
    city.write_osm(tmp_path / "demo.osm.pbf")
    lines = read_street_lines(tmp_path / "demo.osm.pbf")
    uses = np.unique(lines.node_id, return_counts=True)
    junctions = set(uses[0][uses[1] > 1].tolist())
    segments = sum(
        1 + sum(node in junctions for node in lines.node_id[first + 1 : last - 1].tolist())
        for first, last in zip(lines.offsets[:-1].tolist(), lines.offsets[1:].tolist(), strict=True)
    )
    assert 55_000 <= segments <= 66_000
    assert {"motorway", "primary", "residential"} <= set(lines.highway)
    assert (lines.oneway != 0).any()
    assert lines.basemap is not None
    assert {"water", "park", "rail", "building"} <= set(lines.basemap.kind)
    assert "neighbourhood" in lines.basemap.place_kind


def test_times_are_plausible(city: DemoCity, chunks: list[RequestChunk]) -> None:
    """Nothing is younger than the city's now, the last request falls on the day, times follow each other."""
    now_ms = int(city.now.timestamp() * 1000)
    requested = np.array([at for chunk in chunks for at in chunk.columns["requested_at"]])
    assert (np.diff(requested) >= 0).all()
    assert requested.max() <= now_ms
    last = datetime.fromtimestamp(requested.max() / 1000, tz=UTC).astimezone(city.now.tzinfo)
    assert last.date() == UNTIL
    for chunk in chunks:
        rows = zip(*(chunk.columns[name] for name in ("requested_at", "acknowledged_at", "closed_at")), strict=True)
        for begun, answered, closed in rows:
            assert answered is None or answered >= begun  # type: ignore[operator]
            assert closed is None or begun <= closed <= now_ms  # type: ignore[operator]


def test_the_day_has_a_rhythm(chunks: list[RequestChunk]) -> None:
    """More is reported by day than by night, and more on workdays than at weekends."""
    moments = [
        datetime.fromtimestamp(at / 1000, tz=UTC) + timedelta(hours=2)  # type: ignore[operator]
        for chunk in chunks
        for at in chunk.columns["requested_at"]
    ]
    hours = Counter(moment.hour for moment in moments)
    assert sum(hours[hour] for hour in range(8, 18)) > 4 * sum(hours[hour] for hour in range(6))
    weekdays = Counter(moment.weekday() for moment in moments)
    assert min(weekdays[day] for day in range(5)) > max(weekdays[5], weekdays[6])


def test_truth_is_about_every_request(city: DemoCity, chunks: list[RequestChunk]) -> None:
    """The truth names each request once; reports of one incident are of one service, each in words of its own."""
    ids, incidents = city.truth()
    named = [key for chunk in chunks for key in chunk.columns["service_request_id"]]
    assert [str(key) for key in ids.tolist()] == named
    sizes = Counter(incidents.tolist())
    assert 0.1 < sum(size for size in sizes.values() if size > 1) / REQUESTS < 0.6
    service = np.array([at for chunk in chunks for at in chunk.columns["service"]])
    texts = [text for chunk in chunks for text in chunk.columns["description"]]
    largest = max(sizes, key=lambda key: sizes[key])
    members = np.flatnonzero(incidents == largest)
    assert len(set(service[members].tolist())) == 1
    assert len({texts[at] for at in members.tolist()}) > 1


def test_texts_vary(chunks: list[RequestChunk]) -> None:
    """Hardly two residents write the same."""
    texts = Counter(text for chunk in chunks for text in chunk.columns["description"] if text)
    assert len(texts) > 0.9 * sum(texts.values())


def test_the_desk_has_worked(city: DemoCity, chunks: list[RequestChunk]) -> None:
    """Outcomes of what is closed and of nothing else, machines among those who answered, residents who wait."""
    now_ms = int(city.now.timestamp() * 1000)
    for chunk in chunks:
        columns = chunk.columns
        for status, outcome, by, day in zip(
            *(columns[name] for name in ("status", "outcome", "acknowledged_by", "scheduled_for")), strict=True
        ):
            assert (outcome != "") == (status == "closed")
            assert (by != "") == (status != "submitted")
            assert (day is not None) == (status == "scheduled")
            assert day is None or day > UNTIL  # type: ignore[operator]
        waiting = {at for at, yes in enumerate(columns["awaits_answer"]) if yes}
        assert {note.at for note in chunk.notes if note.kind == "reporter"} == waiting
        assert all(note.at_ms <= now_ms + 2000 for note in chunk.notes)
    machine = Counter(by for chunk in chunks for by in chunk.columns["acknowledged_by"])
    assert 0.04 < machine["machine"] / REQUESTS < 0.15
    assert any(any(chunk.columns["awaits_answer"]) for chunk in chunks)
    assert {note.kind for chunk in chunks for note in chunk.notes} == {"answer", "internal", "reporter"}


def test_photos_are_pictures(chunks: list[RequestChunk]) -> None:
    """Some requests carry a photo that an image library opens."""
    photos = [content for chunk in chunks for _, content in chunk.photos]
    assert len(photos) > 20
    with Image.open(io.BytesIO(photos[0])) as picture:
        assert picture.format == "JPEG"


def test_stopping_makes_no_city() -> None:
    """A stop is heard between the steps."""
    with pytest.raises(DemoStopped):
        make_demo_city(requests=10, seed=1, until=UNTIL, should_stop=lambda: True)


def test_no_city_is_empty() -> None:
    """A city without requests is refused."""
    with pytest.raises(ValueError, match="at least one"):
        make_demo_city(requests=0, seed=1, until=UNTIL)


def test_live_requests_go_on_where_the_city_ends(city: DemoCity) -> None:
    """What comes in live has ids of its own, is new, and happens now."""
    known = {str(key) for key in city.truth()[0].tolist()}
    rng = np.random.default_rng(3)
    now = city.now + timedelta(minutes=5)
    one = live_requests(city, rng, now, count=2)
    two = live_requests(city, rng, now, count=1, told_before=2)
    ids = [*one.columns["service_request_id"], *two.columns["service_request_id"]]
    assert len(set(ids)) == 3
    assert not known & set(map(str, ids))
    assert set(one.columns["status"]) == {"submitted"}
    assert abs(one.columns["requested_at"][0] - now.timestamp() * 1000) < 2000  # type: ignore[operator]
