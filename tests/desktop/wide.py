"""A translation that nobody has to write: every marked text stands in wide letters, so that others stand out.

What is marked is what translators get to see: the texts that their tool finds in the code, by context.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from lxml import etree
from PySide6.QtCore import QTranslator

import desktop
from desktop.domain.language import MONTHS, Language
from desktop.domain.translatable import texts_of

_KEPT = re.compile(r"\{[^}]*\}|%\w|<[^>]*>|&\w+;")
_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-z]+")
# Units, signs of statistics and the like, which are the same in every language.
SIGNS = frozenset(
    (
        "m",
        "km",
        "h",
        "d",
        "min",
        "t",
        "n",
        "p",
        "q",
        "Gi",
        "UTC",
        "CSV",
        "PDF",
        "HTML",
        "PNG",
        "SVG",
        "N",
        "E",
        "S",
        "W",
    )
)


@lru_cache(maxsize=1)
def listed() -> Mapping[str, frozenset[str]]:
    """The texts that Qt's tool for translators finds, by context."""
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "all.ts"
        order = [str(tool), "-extensions", "py", "-recursive", str(Path(desktop.__file__).parent), "-ts", str(made)]
        subprocess.run(order, check=True, capture_output=True)
        tree = etree.parse(made)
    return {
        str(context.findtext("name") or ""): frozenset(str(one.findtext("source")) for one in context.iter("message"))
        for context in tree.iter("context")
    }


def wide(text: str) -> str:
    """The text with wide letters, but for what is filled in and for tags."""
    kept = _KEPT.findall(text)
    parts = (_widened(part) for part in _KEPT.split(text))
    return "".join(part for pair in zip(parts, [*kept, ""], strict=True) for part in pair)


def _widened(text: str) -> str:
    return _LETTER.sub(lambda found: chr(ord(found[0]) + 0xFEE0), text)


def wide_language(*contexts: str) -> Language:
    """A language that has the marked texts of contexts and no other: those that the tool and a process of ours find."""
    known = frozenset(text for one in contexts for text in texts_of(one) if text in listed().get(one, ()))
    return Language(lambda text: wide(text) if text in known else text, ",", tuple(map(wide, MONTHS)), "de")


class WideTranslator(QTranslator):
    """The same for a window."""

    def translate(self, context: str, source: str, disambiguation: str = "", n: int = -1) -> str:
        """The text itself where translators do not get to see it."""
        told = wide(source) if source in listed().get(context or "", ()) else source
        return told.replace("%n", str(n))

    def isEmpty(self) -> bool:
        """There is something."""
        return False


def unmarked(texts: Iterable[str], data: Iterable[str]) -> list[str]:
    """The plain words of texts that are no data, each with the text that holds it."""
    ours = sorted({one for one in data if one}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, ours))) if ours else None
    rests = ((text, pattern.sub(" ", text) if pattern else text) for text in texts)
    words = ((text, [word for word in _WORD.findall(rest) if word not in SIGNS]) for text, rest in rests)
    return [f"{' '.join(some)}: {text}" for text, some in words if some]
