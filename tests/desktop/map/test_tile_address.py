"""The address of a base map from elsewhere: what is accepted, what is refused in a sentence, and that no key leaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.map.tile_address import address_fault, attribution_fault, tile_address

WHOSE = "© Somebody"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://t.example.org/{z}/{x}/{y}.png", "https://t.example.org/5/17/10.png"),
        (" https://t.example.org/{z}/{x}/{-y}.png ", "https://t.example.org/5/17/21.png"),
        ("https://t.example.org/{z}/{x}/{y}{r}.png?key=s3cret", "https://t.example.org/5/17/10@2x.png?key=s3cret"),
        ("https://t.example.org/{zz}/{x}/{y}", "https://t.example.org/05/17/10"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}", "http://127.0.0.1:8080/5/17/10"),
        (
            "https://w.example.org/wmts?LAYER=a&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}",
            "https://w.example.org/wmts?LAYER=a&TILEMATRIX=5&TILEROW=10&TILECOL=17",
        ),
    ],
)
def test_an_address_names_its_tiles(written: str, asked: str) -> None:
    """XYZ, rows counted from the south, double size, and the names that WMTS uses lead to the tile that is meant."""
    assert tile_address(written, WHOSE).url(5, 17, 10, 2) == asked


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "no address"),
        ("tiles", "no address"),
        ("file:///etc/{z}/{x}/{y}", "no address"),
        ("javascript:{z}{x}{y}", "no address"),
        ("https:///{z}/{x}/{y}", "no address"),
        ("https://t.example.org:port/{z}/{x}/{y}", "no address"),
        ("http://t.example.org/{z}/{x}/{y}", "Use https"),
        ("http://127.0.0.1.example.org/{z}/{x}/{y}", "Use https"),
        ("https://ana:s3cret@t.example.org/{z}/{x}/{y}", "name and password"),
        ("https://{s}.example.org/{z}/{x}/{y}", "one host"),
        ("https://t.example.org/{z}/{x}", "needs {z}, {x} and {y}"),
        ("https://t.example.org/{z}/{x}/{y}/{style}", "{style} is not known"),
        ("https://t.example.org/{z}/{x}/{y}/{", "no partner"),
        ("https://t.example.org/{z}/{x}/{y} .png", "blanks"),
        ("https://t.example.org/{z}/{x}/{y}\x00", "blanks"),
        ("https://t.example.org/{z}/{x}/{y}" + "a" * 2000, "too long"),
    ],
)
def test_what_is_no_address_is_told_in_a_sentence(written: str, told: str) -> None:
    """Each fault has its sentence, and none repeats a secret of the address."""
    fault = address_fault(written)
    assert told in fault
    assert fault.endswith(".")
    assert "s3cret" not in fault
    with pytest.raises(ValueError, match=r".") as raised:
        tile_address(written, WHOSE)
    assert "s3cret" not in str(raised.value)


@given(st.text(max_size=80))
def test_no_text_breaks_the_check(text: str) -> None:
    """Whatever is written is an address or a sentence, never an exception; an accepted one leads to its own host."""
    if not address_fault(text):
        assert tile_address(text, WHOSE).host
    assert attribution_fault("") != ""


def test_nothing_of_an_address_but_its_host_is_printed() -> None:
    """A key in the address stays out of every record that is logged."""
    address = tile_address("https://t.example.org/s3cret/{z}/{x}/{y}?key=s3cret", WHOSE)
    assert repr(address) == "TileAddress('t.example.org')"
    assert "s3cret" not in f"{address}"
