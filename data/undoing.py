"""What would take an act back: worked out from the log's values before and after, and written as another act.

An act is taken back only where everything it wrote still is as it left it. Rows that it made are removed, rows that it
removed come back under their old ids, columns get their former values; versions go on counting. The outbox is
left alone here: what was sent cannot be unsent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from data import log
from data.bulk import CHUNK, bulk_for, in_chunks
from data.errors import Conflict
from data.schema import PRIVATE_TABLES, metadata
from data.unit_of_work import ReadUnit, WriteUnit
from data.values import from_stored, kinds_of, table_of

Stored = dict[str, Any]
_LEFT = ("outbox",)
# What of an entity the log never holds.
_PERSONAL = {
    "service_request": "names, answers or photos of residents, which the log never holds",
    "member": "names of people in the roster, which the log never holds",
    "absence": "why somebody was absent, which the log never holds",
}
_ORDER = {table.name: place for place, table in enumerate(metadata.sorted_tables)}


@dataclass(frozen=True, slots=True)
class Columns:
    """Former values of some rows of one table."""

    entity: str
    ids: Sequence[int]
    values: Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class Compensation:
    """What takes an act back. `lost` says what the log does not hold; `disturbed` what changed since: entity, id."""

    changes: list[Columns] = field(default_factory=list)
    removals: dict[str, list[int]] = field(default_factory=dict)
    returns: dict[str, list[Stored]] = field(default_factory=dict)
    answers: dict[int, Mapping[str, str]] = field(default_factory=dict)  # of residents, by request
    lost: list[str] = field(default_factory=list)
    disturbed: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Trail:
    """What the act did to one table."""

    blocks: list[log.Block] = field(default_factory=list)
    made: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)  # changed or removed

    def take(self, block: log.Block) -> None:
        self.blocks.append(block)
        (self.made if block.kind == "created" else self.touched).update(block.ids)


@dataclass(frozen=True, slots=True)
class Unminded:
    """Columns of some rows of a table that may have changed since: they are settled before the act is taken back."""

    entity: str
    ids: Collection[int]
    columns: Collection[str]

    def of(self, entity: str, number: int) -> Collection[str]:
        """Those of one row."""
        return self.columns if entity == self.entity and number in self.ids else ()


def compensation(unit: ReadUnit, act_id: int, unminded: Sequence[Unminded] = ()) -> Compensation:
    """Work out what would take an act back, reading only."""
    found = Compensation()
    trails: dict[str, _Trail] = defaultdict(_Trail)
    attached: dict[str, set[int]] = defaultdict(set)
    replaced: list[log.Block] = []
    last = 0
    for block in unit.log.blocks(act_id=act_id):
        last = block.sequence
        if block.kind == "attached" and "kept" in block.note:
            replaced.append(block)
        elif block.kind == "attached":
            attached[block.entity].update(block.ids)
        elif block.entity == "artifact":
            found.lost.append("streets or other large content, of which the log keeps the name only")
        elif block.entity not in _LEFT:
            trails[block.entity].take(block)
    for entity, ids in attached.items():
        if ids - trails[entity].made:
            found.lost.append(_PERSONAL[entity])
    for block in replaced:
        _take_back_answers(unit, found, block, last)
    for entity, trail in trails.items():
        if trail.blocks:
            _take_back_table(unit, found, entity, trail, last, unminded)
    return found


def _take_back_answers(unit: ReadUnit, found: Compensation, block: log.Block, last: int) -> None:
    """Note the answers that an act replaced, where those that it left still stand."""
    before = unit.requests.answers_before(block.act_id, block.ids)
    if sum(map(len, before.values())) != block.note["kept"]:
        found.lost.append("answers of residents; those before it are not kept any more")
        return
    left = _answers_left(unit, set(block.ids), last)
    present = unit.requests.answers_of(sorted(left))
    found.disturbed += [("service_request", key) for key in sorted(left) if present.get(key, {}) != left[key]]
    found.answers.update({key: before.get(key, {}) for key in block.ids})


def _answers_left(unit: ReadUnit, ids: set[int], last: int) -> dict[int, Mapping[str, str] | None]:
    """How an act left the answers of those requests whose answers were set again later; None: nobody knows any more."""
    found: dict[int, Mapping[str, str] | None] = {}
    for block in unit.log.blocks(after=last, entity="service_request"):
        if block.kind != "attached" or block.note.get("what") != "answer":
            continue
        fresh = sorted(ids.intersection(block.ids) - found.keys())
        kept = unit.requests.answers_before(block.act_id, fresh) if "kept" in block.note else None
        found |= {key: None if kept is None else kept.get(key, {}) for key in fresh}
    return found


def _take_back_table(
    unit: ReadUnit, found: Compensation, entity: str, trail: _Trail, last: int, unminded: Sequence[Unminded]
) -> None:
    later = list(unit.log.blocks(after=last, entity=entity))
    again = trail.made & {number for block in later for number in block.ids}
    plain = sorted(trail.made - again)
    if plain:
        found.removals[entity] = plain
    names = _names(entity, trail, whole=bool(again) or any(block.kind == "removed" for block in trail.blocks))
    for part in in_chunks(sorted(again | (trail.touched - trail.made)), CHUNK):
        _take_back_rows(unit, found, entity, trail, (part, names, later), unminded)


def _names(entity: str, trail: _Trail, *, whole: bool) -> list[str]:
    """The columns that matter: all where rows come or go, else those that the act changed."""
    columns = [column.name for column in table_of(entity).columns]
    changed = {name for block in trail.blocks for name in block.columns}
    return [name for name in columns if name == "id" or whole or name in changed]


def _take_back_rows(
    unit: ReadUnit,
    found: Compensation,
    entity: str,
    trail: _Trail,
    about: tuple[Sequence[int], list[str], list[log.Block]],
    unminded: Sequence[Unminded],
) -> None:
    """Compare some rows with how the act left them; where they agree, note how they were before it."""
    ids, names, later = about
    bulk = bulk_for(unit.connection)
    rows = bulk.read(table_of(entity), names, ids)
    present = {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in rows}
    state: dict[int, Stored | None] = {number: dict(present[number]) if number in present else None for number in ids}
    log.take_back(state, reversed(later))
    touched = _touched_columns(trail.blocks, state)

    def settled(number: int) -> set[str]:
        return {name for one in unminded for name in one.of(entity, number)}

    disturbed = [
        number for number in ids if _differ(present.get(number), state[number], touched[number], settled(number))
    ]
    found.disturbed += [(entity, number) for number in disturbed]
    log.take_back(state, reversed(trail.blocks))
    _note(found, entity, present, {number: state[number] for number in ids if number not in set(disturbed)})


def _touched_columns(blocks: Iterable[log.Block], wanted: Mapping[int, Any]) -> dict[int, set[str] | None]:
    """For each row the columns that the act changed; None where it made or removed the row."""
    found: dict[int, set[str] | None] = {number: set() for number in wanted}
    for block in blocks:
        for number in block.ids:
            if number not in found:
                continue
            names = found[number]
            if block.kind != "changed":
                found[number] = None
            elif names is not None:
                names.update(block.columns)
    return found


def _differ(present: Stored | None, left: Stored | None, touched: set[str] | None, unminded: Collection[str]) -> bool:
    if present is None or left is None:
        return present is not left
    names = present.keys() - {"version"} if touched is None else touched & present.keys()
    return any(present[name] != left.get(name) for name in names - set(unminded))


def _note(found: Compensation, entity: str, present: Mapping[int, Stored], before: Mapping[int, Stored | None]) -> None:
    gone = [number for number, row in before.items() if row is None and number in present]
    if gone:
        found.removals.setdefault(entity, []).extend(gone)
    back = [row for number, row in before.items() if row is not None and number not in present]
    if back:
        found.returns.setdefault(entity, []).extend(back)
    both = {number: row for number, row in before.items() if row is not None and number in present}
    if both:
        found.changes.append(_former(entity, present, both))


def _former(entity: str, present: Mapping[int, Stored], before: Mapping[int, Stored]) -> Columns:
    ids = sorted(before)
    names = [name for name in present[ids[0]] if name not in ("id", "version")]
    values = {name: [before[number].get(name, present[number][name]) for number in ids] for name in names}
    return Columns(entity, ids, {name: _shown(entity, name, column) for name, column in values.items()})


def _shown(entity: str, name: str, stored: Sequence[Any]) -> list[Any]:
    """Stored values as the unit of work takes them; JSON alone would be written twice."""
    if kinds_of(entity)[name] != "json":
        return list(stored)
    return [from_stored("json", value) for value in stored]


def apply(unit: WriteUnit, found: Compensation) -> None:
    """Write the compensation into an act; Conflict where something new hangs on what would go."""
    for entity in sorted(found.returns, key=_ORDER.__getitem__):
        rows = sorted(found.returns[entity], key=lambda row: int(row["id"]))
        unit.create(entity, [_row(entity, row) for row in rows])
    for columns in found.changes:
        unit.change_columns(columns.entity, columns.ids, columns.values)
    if found.answers:
        unit.replace_answers(found.answers)
    for entity in sorted(found.removals, key=_ORDER.__getitem__, reverse=True):
        ids = sorted(found.removals[entity])
        for hanging, key in _hanging(unit, entity, ids):
            raise Conflict(f"{_title(hanging)} {key} was added since and belongs to what would go; it stays.")
        unit.remove(entity, ids)


def _row(entity: str, stored: Stored) -> dict[str, Any]:
    names = [name for name in stored if name != "version"]
    return {name: _shown(entity, name, [stored[name]])[0] for name in names}


def _hanging(unit: WriteUnit, entity: str, ids: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Rows of other tables that name one of these rows: whoever wrote them counts on it."""
    table = table_of(entity)
    for child in metadata.sorted_tables:
        if child.name in PRIVATE_TABLES or child is table or "id" not in child.columns:
            continue
        for column in child.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                for part in in_chunks(ids, 500):
                    query = select(child.c.id).where(column.in_(list(part))).limit(1)
                    for number in unit.connection.execute(query).scalars():
                        yield child.name, int(number)


def _title(entity: str) -> str:
    return entity.replace("_", " ").capitalize()
