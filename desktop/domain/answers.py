"""Texts for residents: what their placeholders stand for, and how they are filled. Plain text, in and out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields

LONGEST = 4000  # characters of an answer
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an answer can tell of one request: a field for each placeholder, in words, never empty once filled in."""

    service: str = ""
    address: str = ""
    due: str = ""
    request: str = ""
    department: str = ""
    date: str = ""
    outcome: str = ""
    contact: str = ""


PLACEHOLDERS = tuple(field.name for field in fields(Facts))
# What is said where a request has nothing of the kind; each fits behind the preposition that such sentences use.
INSTEAD = Facts(
    service="your report",
    address="the place you told us of",
    due="a day still to be set",
    request="without a number",
    department="the city",
    date="a day still to be set",
    outcome="no outcome yet",
    contact="the city's information desk",
)


def fault_of(text: str) -> str:
    """What is wrong with a text, in a sentence; empty where it can be used."""
    if not text.strip():
        return "The text is empty."
    if len(text) > LONGEST:
        return f"The text has {len(text):,} characters; shorten it to {LONGEST:,}."
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"There is no placeholder {{{plain(unknown[0])[:40]}}}; there are {known}."
    return ""


def fill(text: str, facts: Facts) -> str:
    """The text with its placeholders filled once: what a fact brings is never read as a placeholder again."""
    return _PLACEHOLDER.sub(lambda found: _said(found.group(1), found.group(0), facts), plain(text)).strip()


def pieces(text: str, facts: Facts) -> tuple[tuple[str, bool], ...]:
    """The text as `fill` would say it, in pieces; True for those that come from a fact."""
    found: list[tuple[str, bool]] = []
    at, whole = 0, plain(text).strip()
    for match in _PLACEHOLDER.finditer(whole):
        found.append((whole[at : match.start()], False))
        known = match.group(1) in PLACEHOLDERS
        found.append((_said(match.group(1), match.group(0), facts), known))
        at = match.end()
    found.append((whole[at:], False))
    return tuple(piece for piece in found if piece[0])


def plain(text: str) -> str:
    """Text without what is not to be read: control characters, and marks that turn the direction of writing."""
    return "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _UNREAD)


_UNREAD = ("Cc", "Cf", "Cs", "Co")
_KEPT = ("\n", "\t", "\u200c", "\u200d")  # lines, and the joiners that scripts and emoji need


def _said(name: str, whole: str, facts: Facts) -> str:
    if name not in PLACEHOLDERS:
        return whole
    value = " ".join(plain(getattr(facts, name)).split())
    return value or str(getattr(INSTEAD, name))
