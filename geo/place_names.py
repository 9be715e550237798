"""Names of streets and places brought to one spelling: case, accents, signs and the usual abbreviations."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# The short spelling of each word. What is on the right is on the left of no other line: spelling a name twice changes
# nothing. Saint and street share "st", doctor and drive "dr", as signs and forms do.
_TYPES: Mapping[str, tuple[str, ...]] = {
    "aly": ("alley", "ally"),
    "ave": ("avenue", "av", "aven", "avn"),
    "blvd": ("boulevard", "boul", "bvd", "blv"),
    "cir": ("circle", "circ", "crcl"),
    "cl": ("close",),
    "cres": ("crescent", "crsent"),
    "ct": ("court", "crt"),
    "dr": ("drive", "drv", "doctor"),
    "expy": ("expressway", "expwy"),
    "fwy": ("freeway", "frwy"),
    "gdns": ("gardens", "gdn"),
    "grv": ("grove", "gro"),
    "hwy": ("highway", "hiway", "hway"),
    "ln": ("lane",),
    "pkwy": ("parkway", "pky", "pkway", "parkwy"),
    "pl": ("place",),
    "plz": ("plaza", "plza"),
    "rd": ("road",),
    "sq": ("square", "sqr"),
    "st": ("street", "str", "saint", "strt"),
    "ter": ("terrace", "terr"),
    "trl": ("trail",),
    "way": ("wy",),
    "wk": ("walk",),
}
_SIDES: Mapping[str, tuple[str, ...]] = {
    "n": ("north",),
    "s": ("south",),
    "e": ("east",),
    "w": ("west",),
    "ne": ("northeast",),
    "nw": ("northwest",),
    "se": ("southeast",),
    "sw": ("southwest",),
}
_OTHERS: Mapping[str, tuple[str, ...]] = {"mt": ("mount",), "ft": ("fort",), "brg": ("bridge",)}
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}

TYPES = frozenset(_TYPES) | {"row", "wharf", "rise", "hill", "parade", "gate"}
SIDES = frozenset(_SIDES)
SHORT: Mapping[str, str] = {
    **{long: short for group in (_TYPES, _SIDES, _OTHERS) for short, longs in group.items() for long in longs},
    **{word: f"{at}{_ENDINGS.get(at, 'th')}" for at, word in enumerate(_ORDINALS, 1)},
}
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = "'’‘`´ʼ＇"
_ROUNDS = 4  # folding settles after two; some letters of rare scripts need a third


def fold(text: str) -> str:
    """Lower-case letters and digits of a text, accents gone, words parted by one blank. Folding twice changes nothing.

    Unicode's compatibility decomposition (UAX #15) with full case folding; apostrophes join what they part.
    """
    for _ in range(_ROUNDS):
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def _fold_once(text: str) -> str:
    loose = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    kept = [
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", loose)
        if letter not in _APOSTROPHES and not unicodedata.combining(letter)
    ]
    return " ".join("".join(kept).split())


@lru_cache(maxsize=8192)
def spell(text: str) -> str:
    """A name in the one spelling that names are compared by: folded, each word in its short form.

    "Saint James Avenue", "st. james ave" and "St James AVENUE" are one. Spelling twice changes nothing.
    """
    return " ".join(SHORT.get(word, word) for word in fold(text).split())


def bare(spelled: str) -> str:
    """A spelled name without what kind of street it is and which side of town; whole where nothing else would be left.

    The first word is never a kind: "st botolph st" keeps its saint.
    """
    words = spelled.split()
    kept = [word for at, word in enumerate(words) if word not in SIDES and (at == 0 or word not in TYPES)]
    return " ".join(kept) if kept else spelled


def kind_of_street(spelled: str) -> str:
    """The last word of a spelled name that says what kind of street it is; empty where none does."""
    words = spelled.split()
    return next((word for word in reversed(words[1:]) if word in TYPES), "")
