"""Request files: found columns, refusals in one sentence, rejected rows, hostile text; real cities' files."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.connectors.requests import RejectedRow, RequestRow, open_requests
from data.connectors.values import parse_point, parse_time, storable
from data.errors import RefusedInput
from data.records import Status
from tests.shared import shared_file

HEADER = "Service Request Number,Type of Service Request,Creation Date,Status,Latitude,Longitude\n"


def read(path: Path, **options: object) -> tuple[list[RequestRow], list[RejectedRow]]:
    """Everything in a file."""
    options.setdefault("timezone", "America/Chicago")
    rows: list[RequestRow] = []
    rejected: list[RejectedRow] = []
    for good, bad in open_requests(path, **options).chunks(100):  # type: ignore[arg-type]
        rows += good
        rejected += bad
    return rows, rejected


def written(folder: Path, text: str, name: str = "requests.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    "header",
    [
        "Service Request Number,Type of Service Request,Creation Date",
        "SERVICE REQUEST NUMBER,TYPE OF SERVICE REQUEST,CREATION DATE",
        "service_request_id,service_name,requested_datetime",
        "serviceRequestId,serviceName,createdAt",
        "\ufeffcase_enquiry_id,type,open_dt",
    ],
)
def test_columns_are_found_by_alias_case_and_style(tmp_path: Path, header: str) -> None:
    """Five spellings of one header give the same request."""
    rows, rejected = read(written(tmp_path, f"{header}\nA-1,Pothole,2024-03-01T08:00:00Z\n"))
    assert not rejected
    assert [(row.service_request_id, row.service_name) for row in rows] == [("A-1", "Pothole")]
    assert rows[0].requested_at == datetime(2024, 3, 1, 8, tzinfo=UTC)


def test_a_missing_column_is_asked_for_by_name(tmp_path: Path) -> None:
    """A file without a service says which option names it and which columns there are."""
    path = written(tmp_path, "id,when\n1,2024-01-01\n")
    with pytest.raises(RefusedInput) as refusal:
        read(path)
    assert "--column service_name=COLUMN" in str(refusal.value)
    assert "--column requested_at=COLUMN" in str(refusal.value)
    assert "id, when" in str(refusal.value)
    rows, _ = read(path, columns={"requested_at": "when", "service": "=Demolition"})
    assert [row.service_name for row in rows] == ["Demolition"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,Pothole,never,Open,1,2", "'never' in requested at"),
        ("1,Pothole,,Open,1,2", "no requested at"),
        ("1,,2024-01-01,Open,1,2", "no service name"),
        ("1,Pothole,2024-01-01,Open,north,2", "not a number"),
        ("1,Pothole,2024-01-01", "3 cells where the header has 6"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    """A bad row neither stops the file nor shifts its neighbours; its number and reason are kept."""
    rows, rejected = read(
        written(tmp_path, f"{HEADER}7,Graffiti,2024-01-01,Open,1,2\n{row}\n8,Tree,2024-01-02,Open,1,2\n")
    )
    assert [good.service_request_id for good in rows] == ["7", "8"]
    assert [bad.row_number for bad in rejected] == [3]
    assert reason in rejected[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "1,Pothole,2024-01-01,Open,north of it,2",
            "'north of it' in lat (column {lat}) is not a number; write degrees, as 42.3601, or leave it empty",
        ),
        (
            "1,Pothole,2024-01-01,Open,1,1.2.3",
            "'1.2.3' in long (column {long}) is not a number; write degrees, as 42.3601, or leave it empty",
        ),
        (
            "1,Pothole,2024-13-45,Open,1,2",
            "'2024-13-45' in requested at (column {opened}) is not a time; write it as 2026-10-13 14:30",
        ),
        ("1,Pothole,,Open,1,2", "no requested at (column {opened}); fill it in"),
        ("1,Pothole,2024-01-01", "3 cells where the header has 6; mend its separators or quotes"),
    ],
)
def test_a_reason_says_what_where_and_what_to_do(tmp_path: Path, row: str, reason: str) -> None:
    """The value, its column and the way out are in one sentence, in words of ours and of no library."""
    _, rejected = read(written(tmp_path, f"{HEADER}{row}\n"))
    opened, lat, long = (HEADER.strip().split(",")[at] for at in (2, 4, 5))
    assert [bad.reason for bad in rejected] == [reason.format(opened=opened, lat=lat, long=long)]


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_archives_are_read_like_their_content(tmp_path: Path, kind: str) -> None:
    """The same rows come out of a CSV, its zip and its gzip."""
    text = f"{HEADER}1,Pothole,2024-01-01,Open,41.8,-87.6\n"
    plain = written(tmp_path, text)
    packed = tmp_path / f"requests.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(plain, "requests.csv")
            archive.writestr("__MACOSX/._requests.csv", b"\x00\x01")
    else:
        packed.write_bytes(gzip.compress(text.encode()))
    assert read(packed) == read(plain)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(64), "not a file of requests"),
        ("latin.csv", HEADER.encode() + "1,Stra\xdfe,2024-01-01,Open,1,2\n".encode("latin-1"), "not UTF-8 text"),
        ("empty.csv", b"", "is empty"),
        ("cut.zip", b"PK\x03\x04" + bytes(40), "damaged or truncated"),
        ("cut.csv.gz", gzip.compress(HEADER.encode() * 500)[:-20], "damaged or truncated"),
        ("half.json", b'{"issues": [{"id": 1', "not whole JSON"),
        ("bomb.xml", b'<!DOCTYPE a [<!ENTITY b "x">]><service_requests>&b;</service_requests>', "document type"),
        ("error.xml", b"<errors><error><code>403</code><description>No key</description></error></errors>", "No key"),
    ],
)
def test_a_file_that_is_none_gets_one_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Wrong and damaged files are refused in one sentence that names the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RefusedInput) as refusal:
        read(path)
    assert words in str(refusal.value)
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    """A Latin-1 file is read when its encoding is named."""
    path = tmp_path / "latin.csv"
    path.write_bytes(HEADER.encode() + "1,Straße,2024-01-01,Open,1,2\n".encode("latin-1"))
    rows, _ = read(path, encoding="latin-1")
    assert rows[0].service_name == "Straße"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Open", Status.SUBMITTED),
        ("Open - Dup", Status.SUBMITTED),
        ("Completed - Dup", Status.CLOSED),
        ("Closed", Status.CLOSED),
        ("Acknowledged", Status.ACKNOWLEDGED),
        ("Archived", Status.ARCHIVED),
        ("In Progress", Status.IN_PROGRESS),
    ],
)
def test_statuses_of_the_cities_are_understood(tmp_path: Path, said: str, status: Status) -> None:
    """The word of a source becomes our status."""
    rows, _ = read(written(tmp_path, f"{HEADER}1,Pothole,2024-01-01,{said},1,2\n"))
    assert rows[0].status is status


@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)), st.sampled_from(["UTC", "America/New_York"]))  # noqa: DTZ001
def test_a_time_is_the_same_in_every_spelling(moment: datetime, zone: str) -> None:
    """ISO, American, dotted and epoch spellings of one whole second mean one instant."""
    moment = moment.replace(microsecond=0, fold=0)
    expected = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    spellings = (
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment:%m/%d/%Y %H:%M:%S}",
        f"{moment:%m/%d/%Y %I:%M:%S %p}",
        f"{moment:%d.%m.%Y %H:%M:%S}",
    )
    assert {parse_time(text, zone) for text in spellings} == {expected}
    if expected.timestamp() > 1e9:
        assert parse_time(str(int(expected.timestamp() * 1000)), zone) == expected


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_points_are_read_from_text(lat: float, long: float) -> None:
    """WKT, JSON and a pair in parentheses give the coordinates that were written, in the right order."""
    for text in (f"POINT ({long:.7f} {lat:.7f})", f"Main St\n({lat:.7f}, {long:.7f})"):
        found = parse_point(text)
        assert found == pytest.approx((lat, long), abs=1e-6)
    assert parse_point(str({"latitude": f"{lat:.7f}", "longitude": f"{long:.7f}"})) == pytest.approx(
        (lat, long), abs=1e-6
    )


@given(st.text(st.characters(), max_size=200))
def test_any_text_becomes_storable_and_keeps_its_other_letters(text: str) -> None:
    """After `storable` there is no NUL and no lone surrogate, the length is kept, and sound letters are untouched."""
    made = storable(text)
    made.encode("utf-8")
    assert "\x00" not in made
    assert len(made) == len(text)
    assert all(a == b for a, b in zip(made, text, strict=True) if b != "\x00" and not "\ud800" <= b <= "\udfff")


def test_the_digest_ignores_the_order_of_columns(tmp_path: Path) -> None:
    """The same row under another order of columns is the same row; another value is another row."""
    first = read(written(tmp_path, "id,type,opened,note\n1,Pothole,2024-01-01,deep\n", "a.csv"))[0][0]
    second = read(written(tmp_path, "note,opened,id,type\ndeep,2024-01-01,1,Pothole\n", "b.csv"))[0][0]
    third = read(written(tmp_path, "id,type,opened,note\n1,Pothole,2024-01-01,flat\n", "c.csv"))[0][0]
    assert first.row_digest == second.row_digest != third.row_digest


def test_hostile_text_arrives_as_it_was_written(tmp_path: Path) -> None:
    """Scripts, formulas and emoji in a JSON file are plain text on the other side."""
    hostile = ["<script>alert(1)</script>", "=HYPERLINK(1)", "${7*7}", "😀" * 4000, "\u202eabc"]
    features = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {"id": i, "type": "X", "opened": "2024-01-01", "description": text},
        }
        for i, text in enumerate(hostile)
    ]
    path = written(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "hostile.geojson")
    rows, rejected = read(path)
    assert not rejected
    assert [row.description for row in rows] == hostile


@pytest.mark.parametrize(
    ("name", "count", "located"),
    [
        ("requests/boston_311_2011_jul_oct.zip", 41_827, 41_827),
        ("requests/chicago/general.csv", 1_497, 1_400),
        ("requests/chicago/pot-holes.csv", 999, 900),
        ("requests/chicago/graffiti-removal.csv", 999, 900),
        ("seeclickfix/chapelhill_seeclickfix_all.json", 365, 365),
        ("open311/fixtures/requests_many.xml", 2, 2),
        ("open311/fixtures/requests_single.xml", 1, 1),
        ("open311/fixtures/service_requests.json", 2, 2),
        ("open311/fixtures/service_requests.xml", 2, 2),
        ("open311/fixtures/service_requests_empty.xml", 0, 0),
    ],
)
def test_real_files_are_read_whole(name: str, count: int, located: int) -> None:
    """Every row of the real files is read, nearly all with coordinates, and none is rejected."""
    rows, rejected = read(shared_file(name))
    assert (len(rows), rejected) == (count, [])
    assert sum(row.lat is not None for row in rows) >= located


def test_detroit_without_ids_gets_stable_ones() -> None:
    """A file without ids and without a service is read with a constant service; ids are digests and do not change."""
    path = shared_file("requests/detroit_demolitions.csv")
    first, _ = read(path, columns={"service": "=Demolition"})
    second, _ = read(path, columns={"service": "=Demolition"})
    assert [row.service_request_id for row in first] == [row.service_request_id for row in second]
    assert len(first) == 16_585
