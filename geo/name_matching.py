"""Which names a person may have meant: exact, without its kind, begun, by some of its words, or with typing errors."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from geo.place_names import bare, kind_of_street, spell

EXACT, BARE = 100.0, 95.0
BEGUN, SOME_WORDS = 84.0, 78.0  # and up to 10 more by how much of the name was typed
OTHER_KIND = 14.0  # "Mill Road" where there is a Mill Lane only
TYPED_BADLY = 78.0  # least similarity (normalised InDel, percent) of a name with typing errors
CANDIDATES = 40


class NameIndex:
    """Looks names up. Scores are 100 for the name itself, and 78 at least for what may have been meant."""

    def __init__(self, names: Sequence[str]) -> None:
        self.spelled = sorted(set(names))  # each already spelled by `spell`
        self._place = {name: at for at, name in enumerate(self.spelled)}
        self._bare = [bare(name) for name in self.spelled]
        self._by_bare = _grouped((short, at) for at, short in enumerate(self._bare))
        self._by_word = _grouped((word, at) for at, name in enumerate(self.spelled) for word in set(name.split()))

    def __len__(self) -> int:
        return len(self.spelled)

    def match(self, text: str, *, limit: int = CANDIDATES) -> list[tuple[str, float]]:
        """Names that fit a text, as spelled, with their scores; the best first, equal ones in alphabetical order."""
        wanted = spell(text)
        if not wanted or not self.spelled:
            return []
        scores: dict[int, float] = {}
        for found in (self._exact(wanted), self._begun(wanted), self._words(wanted), self._typed_badly(wanted)):
            for at, score in found:
                scores[at] = max(score, scores.get(at, 0.0))
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], self.spelled[pair[0]]))
        return [(self.spelled[at], score) for at, score in ranked[:limit]]

    def _exact(self, wanted: str) -> list[tuple[int, float]]:
        found = [(self._place[wanted], EXACT)] if wanted in self._place else []
        found += [(at, self._same_bare(wanted, at)) for at in self._by_bare.get(bare(wanted), ())]
        return found

    def _same_bare(self, wanted: str, at: int) -> float:
        """The name of which only the kind or the side of town differs; a side or kind that was not told costs less."""
        name = self.spelled[at]
        told, has = kind_of_street(wanted), kind_of_street(name)
        missing = set(name.split()) - set(wanted.split())
        wrong = set(wanted.split()) - set(name.split())
        if told and has and told != has:
            return BARE - OTHER_KIND
        return BARE - 2.0 * max(0, len(missing) - (1 if has and not told else 0)) - 6.0 * len(wrong)

    def _begun(self, wanted: str) -> list[tuple[int, float]]:
        if len(wanted) < 2:
            return []
        found: list[tuple[int, float]] = []
        for at in range(bisect_left(self.spelled, wanted), len(self.spelled)):
            name = self.spelled[at]
            if not name.startswith(wanted) or len(found) >= 4 * CANDIDATES:
                break
            found.append((at, BEGUN + 10.0 * len(wanted) / len(name)))
        return found

    def _words(self, wanted: str) -> list[tuple[int, float]]:
        """Names that hold every word, the last of which may be begun only."""
        groups = [self._by_word.get(word, []) for word in wanted.split()]
        if not all(groups):
            return []
        common = set(groups[0]).intersection(*groups[1:])
        return [(at, SOME_WORDS + 10.0 * len(wanted) / len(self.spelled[at])) for at in common]

    def _typed_badly(self, wanted: str) -> list[tuple[int, float]]:
        """Close spellings of the whole name, and of the name without its kind."""
        from rapidfuzz import fuzz, process

        whole = process.extract(
            wanted, self.spelled, scorer=fuzz.ratio, score_cutoff=TYPED_BADLY + 3.0, limit=CANDIDATES
        )
        found = [(at, self._with_errors(wanted, at, score)) for _, score, at in whole]
        short = bare(wanted)
        if len(short) >= 4:  # of three letters, every other name is one error away
            close = process.extract(
                short, self._bare, scorer=fuzz.ratio, score_cutoff=TYPED_BADLY + 4.0, limit=CANDIDATES
            )
            found += [(at, self._with_errors(wanted, at, score) - 3.0) for _, score, at in close]
        return [(at, score) for at, score in found if score >= TYPED_BADLY - 8.0]

    def _with_errors(self, wanted: str, at: int, similarity: float) -> float:
        told, has = kind_of_street(wanted), kind_of_street(self.spelled[at])
        return min(similarity, 99.0) * 0.95 - (OTHER_KIND / 2 if told and has and told != has else 0.0)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for name, at in pairs:
        groups.setdefault(name, []).append(at)
    return groups
