"""Learn from staff which reports are of one incident: links become decisions, and the judge of pairs is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.unit_of_work import ReadUnit
from desktop.operations.changes import Changes
from desktop.operations.duplicate_columns import read_columns
from desktop.operations.duplicates import MODEL, read_pairs
from desktop.operations.incidents import decide
from desktop.operations.search_duplicates import bounds_set
from desktop.operations.work import Work

if TYPE_CHECKING:
    from geo.duplicate_model import DuplicateModel


def learn_duplicates(work: Work, *, pairs: Path | None = None) -> Changes:
    """Take the pairs of a CSV (child, parent) as decisions of staff, and learn anew from all decisions.

    Pairs of which a request is not there are counted as left out. Where confirmed pairs are too few to learn from, the
    decisions are kept, and what was learned before goes on to judge. RefusedInput for a file without the two columns.
    """
    from geo.errors import GeoError

    work.breathe(0.0, "Reading decisions")
    with work.store.read() as unit:
        links, left_out = _links(unit, pairs)
        known = {_pair(one.child_request_id, one.parent_request_id): one.same for one in unit.decisions.all()}
        version = _last_version(unit) + 1
    decided = {**known, **dict.fromkeys((_pair(*link) for link in links), True)}
    confirmed, rejected = (sorted(pair for pair, own in decided.items() if own is same) for same in (True, False))
    work.breathe(0.1, f"Learning from {len(confirmed):,} confirmed pairs")
    model = None
    try:
        model = _learned(work, confirmed, rejected, version)
        sentence = _told(model)
    except GeoError as fault:
        sentence = f"{fault} The decisions are kept."
    with work.store.write("learn duplicates", actor=work.actor, at=work.clock.now()) as unit:
        fresh = decide(unit, links, same=True)
        if model is not None:
            unit.put_artifact(MODEL, model.to_arrays())
        counts = {
            "decisions": fresh,
            "links_left_out": left_out,
            "learned_from": 0 if model is None else int(model.summary["confirmed"]),
            "learned_from_rejected": 0 if model is None else int(model.summary["rejected"]),
        }
        unit.summary.update(counts)
        act_id = unit.commit()
    return Changes(act_id, work.actor, "learn duplicates", frozenset({"duplicate_decision"}), None, counts, sentence)


def _learned(
    work: Work, confirmed: Sequence[tuple[int, int]], rejected: Sequence[tuple[int, int]], version: int
) -> DuplicateModel:
    """A model of confirmed and rejected pairs of request ids; GeoError where the confirmed ones are too few."""
    from geo.duplicate_bounds import learn_bounds
    from geo.duplicate_model import learn_model, linked_services
    from geo.duplicates import DuplicateSettings

    with work.store.read() as unit:
        told, set_bounds = read_columns(unit, work.city(), store=work.store), bounds_set(unit, work.city())
    pairs = told.rows_of(confirmed)
    settings = DuplicateSettings(service_affinity=linked_services(told.columns[-1], pairs), by_service=set_bounds)
    index = told.index(settings)
    index = index.told_by(replace(settings, learned_bounds=learn_bounds(index, pairs)))
    now = work.clock.now().isoformat(timespec="seconds")
    return learn_model(index, pairs, told.rows_of(rejected), version=version, learned_at=now)


def _told(model: DuplicateModel) -> str:
    rejected = model.summary["rejected"]
    also = f" and {rejected:,} rejected" if rejected else ""
    return f"Learned from {model.summary['confirmed']:,} confirmed{also} pairs."


def _last_version(unit: ReadUnit) -> int:
    """How often was learned before."""
    from geo.duplicate_model import DuplicateModel

    arrays = unit.artifacts.get(MODEL)
    return 0 if arrays is None else DuplicateModel.version_of(arrays)


def _links(unit: ReadUnit, pairs: Path | None) -> tuple[list[tuple[int, int]], int]:
    """Ids of the pairs of a file, child first; and how many name a request that is not there."""
    if pairs is None:
        return [], 0
    rows = unit.requests.arrays(["id", "service_request_id"])
    ids = dict(zip(rows["service_request_id"].tolist(), rows["id"].tolist(), strict=True))
    told = read_pairs(pairs)
    found = [(ids[child], ids[parent]) for child, parent in told if child in ids and parent in ids and child != parent]
    return list(dict.fromkeys(found)), len(told) - len(found)


def _pair(one: int, other: int) -> tuple[int, int]:
    """Two requests, direction aside."""
    return min(one, other), max(one, other)
