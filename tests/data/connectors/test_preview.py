"""A look into a file before its import says what the import itself would find."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from data.connectors.areas import area_fields
from data.connectors.encodings import guessed_encoding
from data.connectors.line_layers import street_fields
from data.connectors.preview import ROWS, preview_layer, preview_requests
from data.errors import RefusedInput
from tests.shared import shared_file


def test_the_preview_shows_columns_and_first_rows(tmp_path: Path) -> None:
    """Header, samples and matched fields come in the file's order; the second part of a zip does not matter."""
    path = tmp_path / "requests.zip"
    with zipfile.ZipFile(path, "w") as archive:
        rows = "\n".join(f"{n},2026-05-0{n},Pothole,4{n}.5,-71" for n in range(1, 9))
        archive.writestr("a.csv", f"Case ID,Open Date,Type,Latitude,Longitude\n{rows}\n")
    seen = preview_requests(path)
    assert seen.format == "csv"
    assert seen.headers == ("Case ID", "Open Date", "Type", "Latitude", "Longitude")
    assert len(seen.rows) == ROWS
    assert seen.rows[1] == ("2", "2026-05-02", "Pothole", "42.5", "-71")
    assert seen.missing == ()
    assert seen.fields["service_request_id"] == "Case ID"
    assert seen.fields["lat"] == "Latitude"


def test_what_is_missing_is_told_and_can_be_named(tmp_path: Path) -> None:
    """A file whose columns nobody can guess is shown all the same; naming one takes it off the list."""
    path = tmp_path / "odd.csv"
    path.write_text("a;b;c\n1;2026-05-04;Pothole\n", encoding="utf-8")
    seen = preview_requests(path)
    assert set(seen.missing) == {"requested_at", "service_name"}
    assert preview_requests(path, {"requested_at": "b", "service_name": "c"}).missing == ()
    with pytest.raises(RefusedInput, match="no column 'z'"):
        preview_requests(path, {"requested_at": "z"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("requests/boston_311_2011_jul_oct.zip", "csv"),
        ("seeclickfix/chapelhill_seeclickfix_all.json", "seeclickfix"),
        ("open311/fixtures/requests_many.xml", "xml"),
    ],
)
def test_real_files_need_no_naming(name: str, kind: str) -> None:
    """The columns of real exports are found by themselves."""
    seen = preview_requests(shared_file(name))
    assert seen.format == kind
    assert seen.missing == ()
    assert seen.rows


def test_a_layer_tells_its_fields() -> None:
    """Kinds, number and fields of a layer of areas."""
    seen = preview_layer(shared_file("polygons/boston_police_districts.geojson"), area_fields)
    assert seen.count == 12
    assert set(seen.kinds) <= {"Polygon", "MultiPolygon"}
    assert seen.columns
    assert seen.fields["name_field"] in dict(seen.columns)
    lines = preview_layer(shared_file("streets/syracuse"), street_fields)
    assert {"name_field", "oneway_field", "speed_field"} <= set(lines.fields)


@pytest.mark.parametrize(
    ("content", "guess"),
    [
        (b"plain", None),
        ("Stra\u00dfe".encode(), None),
        ("Stra\u00dfe".encode("utf-16"), None),
        ("Stra\u00dfe \u20ac".encode("cp1252"), "cp1252"),
        (b"caf\xe9 \x81", "latin-1"),
        (b"a" * 65_535 + "\u00df".encode(), None),
    ],
)
def test_what_is_not_utf_8_is_guessed(tmp_path: Path, content: bytes, guess: str | None) -> None:
    """Only text that cannot be UTF-8 and declares nothing is guessed; a letter across two blocks is whole."""
    path = tmp_path / "requests.csv"
    path.write_bytes(content)
    assert guessed_encoding(path) == guess


def test_an_archive_of_two_minds_is_not_guessed(tmp_path: Path) -> None:
    """Where one part is UTF-8 and the other is not, one guess would spoil one of them."""
    path = tmp_path / "requests.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "Stra\u00dfe".encode())
        archive.writestr("b.csv", "Stra\u00dfe".encode("cp1252"))
    assert guessed_encoding(path) is None
