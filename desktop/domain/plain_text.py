"""Text of anybody, made fit to be seen: no signs that turn or move what stands around it, no word without an end."""

from __future__ import annotations

import re
import unicodedata

# Marks and overrides of direction: after one of them, words of ours are read from the wrong end (Unicode, UAX 9).
TURNING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
_SUSPECT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ENDLESS = re.compile(r"[!-~\u00a1-\u024f]{25,}")  # scripts that part words by blanks; others break by themselves
_BREAK = "\u200b"  # a line may end here (zero width space)
_EVERY = 12


def readable(text: str) -> str:
    """Without signs of direction; other control characters, but for lines and tabs, become blanks."""
    if _SUSPECT.search(text) is None:
        return text
    kept = (sign if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs") else " " for sign in text)
    return "".join(sign for sign in kept if sign not in TURNING)


def breakable(text: str) -> str:
    """With places to break inside words that are longer than any pane is wide: addresses of pages, mostly."""
    return _ENDLESS.sub(_broken, text)


def typeset(text: str) -> str:
    """With the hyphen that words have; among tabular figures the other one is as wide as a figure, with gaps."""
    return text.replace("-", "\u2010")


def shortened(text: str, most: int) -> str:
    """Its first letters, and that there are more."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _broken(found: re.Match[str]) -> str:
    word = found[0]
    return _BREAK.join(word[at : at + _EVERY] for at in range(0, len(word), _EVERY))


def amount(value: int, one: str = "request") -> str:
    """1 request, 1,204 requests: a count as sentences of operations have it, of whatever adds an s."""
    return f"{value:,} {one}{'' if value == 1 else 's'}"
