"""What an Open311 server answers to a post: the number it gives, or its errors. All of it is a stranger's word."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

LONGEST = 240  # letters of a server's sentence that are kept
_NUMBERS = ("update_id", "token")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """`number`: what the server calls the update, empty where it names none. `fault`: its errors in one line."""

    number: str = ""
    fault: str = ""


def told(content: bytes, media_type: str, *, secret: str = "") -> Heard:
    """Read an answer in whichever form it comes; `secret` is taken out should the server repeat it.

    GeoReport: a list of {code, description} in JSON, <errors><error>...</error></errors> in XML. Plain text is the
    server's sentence; a page for people tells nothing that is worth keeping.
    """
    text = content.decode("utf-8", errors="replace").strip().removeprefix("\ufeff")
    if text.startswith(("{", "[")):
        pairs = list(_of_json(text))
    elif text.startswith("<") and "html" not in media_type.lower():
        pairs = list(_of_xml(content))
    else:
        plain = "plain" in media_type.lower()
        pairs = [("description", text)] if plain else []
    number = next((value for name, value in pairs if name in _NUMBERS and value.strip()), "")
    faults = [] if number else [value for name, value in pairs if name == "description"]
    return Heard(sentence(number), sentence(" ".join(faults).replace(secret, "[key]") if secret else " ".join(faults)))


def sentence(text: str) -> str:
    """Somebody's words fit for the middle of a line: no control, no turning of direction, no more than so many."""
    seen = "".join(" " if sign.isspace() else sign for sign in text[: LONGEST * 20])
    kept = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    words = " ".join(kept.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"


def _of_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _pairs(content, _DEEPEST)


def _pairs(content: Any, deepest: int) -> Iterator[tuple[str, str]]:
    """Every named text or number inside, whatever it is wrapped in."""
    if deepest == 0:
        return
    if isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield str(name), str(value)
            else:
                yield from _pairs(value, deepest - 1)
    elif isinstance(content, list):
        for value in content:
            yield from _pairs(value, deepest - 1)


def _of_xml(content: bytes) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content[content.find(b"<") :], parser)
    except etree.XMLSyntaxError:
        return
    if root.getroottree().docinfo.internalDTD is not None:
        return
    for element in root.iter():
        if isinstance(element.tag, str):
            yield element.tag.rsplit("}", 1)[-1], str(element.text or "")
