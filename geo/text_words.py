"""Texts of residents as words that can be compared by the million, each weighed by how rare it is in the city.

There is no list of words that mean nothing: what every text says ("street light not working") weighs nothing, in any
language (inverse document frequency, Sparck Jones 1972). Forms of a word are brought together by its first letters
(truncation, McNamee and Mayfield 2004, "Character n-gram tokenization for European language text retrieval"); scripts
that part no words are read by pairs of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST = 2_000  # letters; what is longer is a document
CANNED = 4  # reports of a sample that say the same word for word
_STEM = 5
_PRIOR_TEXTS = 50.0  # so that the first texts of a city do not find each word common
_UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # Thai to Hangul
_WORDS = re.compile(rf"[{_UNPARTED}]+|[^\W{_UNPARTED}]+")
_IS_UNPARTED = re.compile(rf"[{_UNPARTED}]")


class Words(NamedTuple):
    """Distinct words of texts, rising within each: those of text i are word[begins[i]:begins[i + 1]]."""

    begins: Ints
    word: Ints
    whole: Ints  # [texts], the same for texts of the same words


class Rarity(NamedTuple):
    """How much a word tells, in natural logarithms; one that is not listed tells `unseen`.

    `canned` are texts, by their `whole`, that so many reports have word for word that nobody can have written them
    about one thing: the titles of services, texts that a form fills in.
    """

    word: Ints
    weight: Floats
    unseen: float
    canned: Ints

    def of(self, words: Ints) -> Floats:
        """The weight of each word."""
        if not len(self.word):
            return np.full(len(words), self.unseen)
        at = np.minimum(np.searchsorted(self.word, words), len(self.word) - 1)
        return np.where(self.word[at] == words, self.weight[at], self.unseen)


def read_words(texts: Sequence[str]) -> Words:
    """The words of each text: NFKC, case folded, signs dropped, shortened."""
    told = [_words(text) for text in texts]
    count = np.array([len(words) for words in told], dtype=np.int64)
    text = np.repeat(np.arange(len(told)), count)
    word = np.array([one for words in told for one in words], dtype=np.int64)
    keys = np.unique(text << 32 | word)
    begins = np.searchsorted(keys, np.arange(len(told) + 1) << 32)
    whole = np.array([hash(frozenset(words)) for words in told], dtype=np.int64)
    return Words(begins.astype(np.int64), keys & 0xFFFFFFFF, whole)


def rarity(words: Words) -> Rarity:
    """How much each word tells where these texts are a sample of all; texts without words do not count."""
    texts = float(np.count_nonzero(np.diff(words.begins)))
    word, count = np.unique(words.word, return_counts=True)
    weight = np.maximum(np.log((texts + _PRIOR_TEXTS) / (count + 1.0)), 0.0)
    whole, times = np.unique(words.whole, return_counts=True)
    return Rarity(word, weight, float(np.log(texts + _PRIOR_TEXTS)), whole[times >= CANNED])


def shared_words(words: Words, weight: Floats, one: Ints, other: Ints) -> tuple[Floats, Floats]:
    """For pairs of texts what their common words tell, and what the shorter one's words tell; `weight` of each word."""
    from geo.duplicate_judging_kernels import common_weight

    shared, told = common_weight(words.begins, words.word, weight, one, other)
    return np.asarray(shared), np.asarray(told)


def _words(text: str) -> list[int]:
    found = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", text[:LONGEST]).casefold()):
        if _IS_UNPARTED.match(word):
            found += [crc32(word[at : at + 2].encode()) for at in range(max(1, len(word) - 1))]
        else:
            found.append(crc32((word[:_STEM] if word.isalpha() else word).encode()))
    return found
