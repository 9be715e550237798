"""The address of a base map from elsewhere, as a person writes it: XYZ, or a WMTS address with its names filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 2000
CLOSEST = 18
_HOLE = re.compile(r"\{([^{}]*)\}")
_NAMES = {  # WMTS calls the same things otherwise
    "z": "z", "zz": "zz", "x": "x", "y": "y", "r": "r", "-y": "-y",
    "tilematrix": "z", "tilecol": "x", "tilerow": "y",
}  # fmt: skip
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A checked template, whose data it shows, and how close."""

    template: str
    attribution: str
    closest: int = CLOSEST  # the last zoom that the server has

    @property
    def host(self) -> str:
        """The only host that is asked; all that messages name of the address, for the rest may hold a key."""
        return urlsplit(self.template).hostname or ""

    @property
    def sharp(self) -> bool:
        """Whether the server has tiles of twice the size."""
        return "{r}" in self.template

    def url(self, zoom: int, x: int, y: int, ratio: int = 1) -> str:
        """The address of one tile."""
        values = {"z": zoom, "zz": f"{zoom:02}", "x": x, "y": y, "-y": 2**zoom - 1 - y, "r": "@2x" if ratio > 1 else ""}
        return _HOLE.sub(lambda hole: str(values[hole[1]]), self.template)

    def __repr__(self) -> str:
        return f"TileAddress({self.host!r})"


def address_fault(text: str) -> str:
    """What is wrong with an address, in a sentence that does not repeat it; empty when it can be used."""
    return service_fault(text) or _holes_fault(text.strip(), urlsplit(text.strip()).netloc)


def service_fault(text: str) -> str:
    """What is wrong with an address that needs no placeholders, in such a sentence."""
    text = text.strip()
    if len(text) > LONGEST or any(letter.isspace() or not letter.isprintable() for letter in text):
        return "The address holds blanks or is too long; copy it anew."
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "This is no address; write one such as https://tiles.example.org/{z}/{x}/{y}.png."
    if parts.scheme not in ("https", "http") or not host:
        return "This is no address; write one such as https://tiles.example.org/{z}/{x}/{y}.png."
    if parts.scheme == "http" and host not in _HERE:
        return "Use https; http is for this computer only."
    if parts.username is not None or parts.password is not None:
        return "Leave name and password out of the address; a key in it is kept."
    return ""


def _holes_fault(text: str, place: str) -> str:
    if "{" in place or "}" in place:
        return "Name one host; a placeholder stands in the host."
    unknown = [hole for hole in _HOLE.findall(text) if hole.casefold() not in _NAMES]
    if unknown:
        return f"{{{unknown[0][:20]}}} is not known; {{z}}, {{x}}, {{y}} and {{r}} are."
    named = {_NAMES[hole.casefold()] for hole in _HOLE.findall(text)}
    if "x" not in named or not named & {"z", "zz"} or not named & {"y", "-y"}:
        return "The address needs {z}, {x} and {y} where zoom, column and row stand."
    return "" if "{" not in _HOLE.sub("", text) else "A brace in the address has no partner."


def attribution_fault(text: str) -> str:
    """What is wrong with an attribution, in a sentence; empty when it can stand on the map."""
    words = " ".join(text.split())
    if not words:
        return "Say whose data it is, such as © OpenStreetMap contributors; it is shown on the map."
    return "" if len(words) <= 200 else "200 letters are the most."


def tile_address(text: str, attribution: str, closest: int = CLOSEST) -> TileAddress:
    """The address that a person wrote; ValueError with the sentence that says what is wrong."""
    fault = address_fault(text) or attribution_fault(attribution)
    if fault:
        raise ValueError(fault)
    template = _HOLE.sub(lambda hole: f"{{{_NAMES[hole[1].casefold()]}}}", text.strip())
    return TileAddress(template, " ".join(attribution.split()), closest)
