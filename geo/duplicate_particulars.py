"""What reports say beyond place, time and service: how two agree, as numbers that laws and trees weigh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.address_reading import Addresses, agreement, read_addresses
from geo.duplicate_settings import DuplicateSettings
from geo.report_order import Flags, Floats, Ints, Ints32, OrderedReports
from geo.text_words import Rarity, Words, rarity, read_words, shared_words

if TYPE_CHECKING:
    from geo.duplicate_index import CandidateIndex

# Of a pair; nan where one of the two says nothing.
COMPARED = (
    "staff_pair", "same_asset", "address", "text_alike", "text_shared", "text_told", "same_reporter",
    "reported_before", "photo_bits",
)  # fmt: skip
AT = {name: place for place, name in enumerate(COMPARED)}

_CHUNK = 50_000  # pairs whose texts are held at a time
_SAMPLE = 30_000  # reports whose texts tell which words are rare
_COMMON_PHOTO = 10  # reports with one picture: a form's own, which shows no place
_BUSY = 10.0  # reports: whoever made more reports many things
_MOST_SHARED, _A_RARE_WORD, _DOUBT = 12.0, 4.0, 3.0  # natural logarithms of how rare the words of a text are


@dataclass(frozen=True, slots=True, eq=False)
class Particulars:
    """What some reports say, [reports] each; None where nobody in the city says it, -1 where a report does not."""

    asset: Ints | None = None
    asset_layer: Ints | None = None
    staff: Flags | None = None
    reporter: Ints | None = None
    reported_before: Ints | None = None  # by the same reporter
    photo: Ints | None = None  # [reports, photos] 64 bits of how each looks
    address: Addresses | None = None
    words: Words | None = None

    def followed_by(self, new: Particulars) -> Particulars:
        """These and one report more, which says None where it says nothing."""
        joined = {one.name: _joined(getattr(self, one.name), getattr(new, one.name)) for one in fields(self)}
        return Particulars(**joined)


def tells(r: OrderedReports) -> bool:
    """Whether any report says more than place, time and service."""
    told = (r.text, r.address, r.asset, r.staff, r.reporter, r.photo)
    return any(one is not None for one in told)


def particulars(r: OrderedReports, places: Ints) -> Particulars:
    """What the reports at some places of the index say; their texts are read now."""
    rows = r.row[places]

    def some(values: Ints | None) -> Ints | None:
        return None if values is None else values[places]

    return Particulars(
        asset=some(r.asset),
        asset_layer=some(r.asset_layer),
        staff=None if r.staff is None else r.staff[places],
        reporter=some(r.reporter),
        reported_before=some(r.reported_before),
        photo=some(r.photo),
        address=None if r.address is None else read_addresses(r.address(rows)),
        words=None if r.text is None else read_words(r.text(rows)),
    )


def one_report(
    text: str, address: str, asset: int, layer: int, staff: bool, reporter: int, before: int, photo: Sequence[int]
) -> Particulars:
    """What one new report says."""
    return Particulars(
        asset=np.array([asset]),
        asset_layer=np.array([layer]),
        staff=np.array([staff]),
        reporter=np.array([reporter]),
        reported_before=np.array([before]),
        photo=np.array([photo or (-1,)], dtype=np.int64),
        address=read_addresses([address]),
        words=read_words([text]),
    )


def word_rarity(r: OrderedReports) -> Rarity:
    """How rare words are, by a sample of the reports, evenly spread over the city."""
    if r.text is None:
        return rarity(read_words([]))
    step = max(1, len(r.row) // _SAMPLE)
    return rarity(read_words(r.text(r.row[::step])))


def compared(index: CandidateIndex, earlier: Ints32, later: Ints32) -> Floats:
    """COMPARED of pairs of places in the index, [pairs, COMPARED]; a part of the texts is held at a time."""
    found = np.full((len(earlier), len(COMPARED)), np.nan)
    if not tells(index.reports):
        return found
    for begin in range(0, len(earlier), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        places, at = np.unique(np.concatenate([earlier[part], later[part]]), return_inverse=True)
        one, other = np.split(at.ravel(), 2)
        found[part] = compare(particulars(index.reports, places), one, other, index.rarity)
    return found


def compare(told: Particulars, one: Ints, other: Ints, rare: Rarity) -> Floats:
    """COMPARED of pairs of places in `told`, the earlier report first."""
    found = np.full((len(one), len(COMPARED)), np.nan)

    def put(name: str, where: Flags, values: Floats | Ints | Flags) -> None:
        found[:, AT[name]] = np.where(where, values, np.nan)

    if told.staff is not None:
        found[:, AT["staff_pair"]] = 1.0 * told.staff[one] + 2.0 * told.staff[other]
    if told.asset is not None and told.asset_layer is not None:
        a, b = told.asset[one], told.asset[other]
        put("same_asset", (a >= 0) & (b >= 0) & (told.asset_layer[one] == told.asset_layer[other]), a == b)
    if told.address is not None:
        found[:, AT["address"]] = agreement(told.address.at(one), told.address.at(other))
    if told.reporter is not None and told.reported_before is not None:
        a, b = told.reporter[one], told.reporter[other]
        put("same_reporter", (a >= 0) & (b >= 0), a == b)
        put("reported_before", b >= 0, told.reported_before[other])
    if told.photo is not None:
        found[:, AT["photo_bits"]] = _photo_bits(told.photo[one], told.photo[other])
    if told.words is not None:
        shared, least = shared_words(told.words, rare.of(told.words.word), one, other)
        canned = np.isin(told.words.whole, rare.canned)
        says = (least > 0.0) & ~canned[one] & ~canned[other]
        put("text_alike", says, shared / np.maximum(least, 1e-9))
        put("text_shared", says, shared)
        put("text_told", says, least)
    return found


def odds_of(rule: DuplicateSettings, told: Floats) -> Iterator[tuple[str, Floats]]:
    """Log odds of pairs by what `compare` found, each with the evidence that it is; nothing said leaves 0."""
    staff, asset, address, _, _, _, reporter, _, bits = told.T
    yield "staff", np.where(staff == 3.0, np.log(rule.staff_odds), 0.0)
    by_asset = np.log(np.where(asset > 0.0, rule.same_asset_odds, rule.other_asset_odds))
    yield "asset", _odds(asset, np.asarray(by_asset))
    kind = np.nan_to_num(address).astype(np.int64)
    by_kind: Floats = np.array(rule.address_log_odds, dtype=np.float64)
    yield "address", _odds(address, by_kind[kind])
    yield "text", rule.text_weight * _text_speaks(told)
    yield "reporter", np.where(reporter == 1.0, np.maximum(np.log(rule.same_reporter_odds) + _busy(told), 0.0), 0.0)
    yield "photo", np.where(bits <= rule.photo_bits, np.log(rule.same_photo_odds), 0.0)


def said_by_kind(rule: DuplicateSettings, told: Floats) -> Floats:
    """By what the log odds of pairs grow with each of staff, same and other asset, text, reporter and photo."""
    staff, asset, _, _, _, _, reporter, _, bits = told.T
    counts = (reporter == 1.0) & (np.log(rule.same_reporter_odds) + _busy(told) > 0.0)
    columns = [staff == 3.0, asset > 0.0, asset == 0.0, _text_speaks(told), counts, bits <= rule.photo_bits]
    return np.column_stack(columns).astype(np.float64)


def _text_speaks(told: Floats) -> Floats:
    """How much two texts speak for one thing or against it; 0 where one of them says nothing."""
    alike, shared, least = (told[:, AT[name]] for name in ("text_alike", "text_shared", "text_told"))
    speaks = alike * np.minimum(shared, _MOST_SHARED) / _A_RARE_WORD - (1.0 - alike) * least / (least + _DOUBT)
    return _odds(alike, speaks)


def _busy(told: Floats) -> Floats:
    """How much less one reporter tells who made many reports, as log odds."""
    before = np.nan_to_num(told[:, AT["reported_before"]])
    return np.asarray(np.log(np.minimum(1.0, _BUSY / np.maximum(before, 1.0))))


def reported_before(reporter: Ints, t: Floats) -> Ints:
    """How many reports whoever made each had made before; 0 for nobody."""
    order = np.lexsort((t, reporter))
    whose, when = reporter[order], t[order]
    fresh = np.r_[True, whose[1:] != whose[:-1]] if len(order) else np.zeros(0, dtype=bool)
    begin = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    new_time = fresh | np.r_[True, when[1:] != when[:-1]] if len(order) else fresh
    same_time = np.maximum.accumulate(np.where(new_time, np.arange(len(order)), 0))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.where(whose >= 0, same_time - begin, 0)
    return found


def telling_photos(photo: Ints) -> Ints | None:
    """Photos [reports, photos] but for those that many reports carry; None where none is left."""
    _, at, count = np.unique(photo, return_inverse=True, return_counts=True)
    common = (count > _COMMON_PHOTO)[at.reshape(photo.shape)]
    kept = np.where(common, -1, photo)
    return kept if (kept != -1).any() else None


def reader(texts: Sequence[str] | Callable[[Ints], Sequence[str]]) -> Callable[[Ints], Sequence[str]]:
    """What reads the texts of rows, of texts at hand."""
    if callable(texts):
        return texts
    return lambda rows: [texts[row] for row in rows.tolist()]


def _odds(said: Floats, odds: Floats) -> Floats:
    return np.where(np.isnan(said), 0.0, odds)


def _photo_bits(one: Ints, other: Ints) -> Floats:
    """The fewest bits in which any photo of each pair differs; nan where one of them has none."""
    bits = np.bitwise_count(one[:, :, None] ^ other[:, None, :]).astype(np.float64)
    bits[(one == -1)[:, :, None] | (other == -1)[:, None, :]] = np.inf
    least = bits.min(axis=(1, 2))
    return np.where(np.isinf(least), np.nan, least)


def _joined(some: Any, new: Any) -> Any:
    if some is None:
        return None
    if isinstance(some, Addresses):
        return Addresses(*(np.concatenate(pair) for pair in zip(some, new, strict=True)))
    if isinstance(some, Words):
        begins = np.append(some.begins, some.begins[-1] + new.begins[-1])
        return Words(begins, np.append(some.word, new.word), np.append(some.whole, new.whole))
    if some.ndim == 2:  # photos: as many places as the one with more has
        most = max(some.shape[1], new.shape[1])
        some, new = (np.pad(one, ((0, 0), (0, most - one.shape[1])), constant_values=-1) for one in (some, new))
    return np.concatenate([some, new])
