"""The one log: events in compact blocks, how they are written, read, and taken back.

A block tells what one act did to up to BLOCK entities of one table. Its payload is zlib-compressed JSON:
`ids` as numbers and [first, last] ranges, `columns` with the values before and after. A creation names its ids only:
the first state is the present one with the later events taken back. Personal fields never enter a block.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.values import from_logged, kinds_of, to_logged

BLOCK = 5000
_LEVEL = 1  # zlib: five times faster than the default for a tenth more bytes

Pair = tuple[Sequence[Any], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """One row of the log, decoded. `columns` holds stored values before and after, aligned with `ids`."""

    sequence: int
    act_id: int
    entity: str
    kind: str  # created, changed, removed, attached
    ids: Sequence[int]
    columns: Mapping[str, Pair] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)

    def of(self, entity_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the block did to one entity: stored values before and after."""
        at = self.ids.index(entity_id)
        before = {name: pair[0][at] for name, pair in self.columns.items() if pair[0]}
        after = {name: pair[1][at] for name, pair in self.columns.items() if pair[1]}
        return before, after


def encode(
    entity: str,
    kind: str,
    ids: Sequence[int],
    columns: Mapping[str, Pair] | None = None,
    note: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A block as a row of the event table, without act and sequence. `ids` ascend."""
    kinds = kinds_of(entity)
    content: dict[str, Any] = {"ids": pack_ids(ids)}
    if columns:
        content["columns"] = {
            name: [_pack(to_logged(kinds[name], side)) for side in pair] for name, pair in columns.items()
        }
    if note:
        content["note"] = dict(note)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return {
        "entity": entity,
        "kind": kind,
        "first_id": ids[0],
        "last_id": ids[-1],
        "entity_count": len(ids),
        "payload": zlib.compress(text.encode(), _LEVEL),
    }


def decode(sequence: int, act_id: int, entity: str, kind: str, payload: bytes) -> Block:
    """A row of the event table as a Block."""
    content = json.loads(zlib.decompress(payload))
    ids = unpack_ids(content["ids"])
    kinds = kinds_of(entity)
    columns = {
        name: (
            from_logged(kinds.get(name, "text"), _unpack(before, len(ids))),
            from_logged(kinds.get(name, "text"), _unpack(after, len(ids))),
        )
        for name, (before, after) in content.get("columns", {}).items()
    }
    return Block(sequence, act_id, entity, kind, ids, columns, content.get("note", {}))


def decode_ids(payload: bytes) -> list[int]:
    """Only the ids of a block."""
    return unpack_ids(json.loads(zlib.decompress(payload))["ids"])


def names(payload: bytes, column: str) -> bool:
    """Whether a block can be about a column: surely not where False."""
    return f'"{column}":'.encode() in zlib.decompress(payload)


def pack_ids(ids: Iterable[int]) -> list[int | list[int]]:
    """Ascending ids as numbers and [first, last] ranges."""
    packed: list[int | list[int]] = []
    first = last = None
    for number in ids:
        if last is not None and number == last + 1:
            last = number
            continue
        _close(packed, first, last)
        first = last = number
    _close(packed, first, last)
    return packed


def _close(packed: list[int | list[int]], first: int | None, last: int | None) -> None:
    if first is not None and last is not None:
        packed.append(first if first == last else [first, last])


def unpack_ids(packed: Sequence[int | Sequence[int]]) -> list[int]:
    """What pack_ids packed."""
    ids: list[int] = []
    for item in packed:
        if isinstance(item, int):
            ids.append(item)
        else:
            ids.extend(range(item[0], item[1] + 1))
    return ids


def _pack(values: Sequence[Any]) -> dict[str, Any]:
    """A column as one value for all, as few distinct values with their places, or each by itself."""
    if not values:
        return {"each": []}
    distinct: dict[Any, int] = {}
    codes = [distinct.setdefault(v, len(distinct)) for v in values]
    if len(distinct) == 1:
        return {"same": values[0]}
    if len(distinct) * 2 <= len(values):
        return {"of": list(distinct), "at": codes}
    return {"each": list(values)}


def _unpack(packed: Mapping[str, Any], count: int) -> list[Any]:
    if "same" in packed:
        return [packed["same"]] * count
    if "of" in packed:
        distinct = packed["of"]
        return [distinct[code] for code in packed["at"]]
    return list(packed["each"])


def take_back(rows: dict[int, dict[str, Any] | None], blocks: Iterable[Block]) -> None:
    """Turn rows (stored values by id; None where there is none) back through blocks, newest first, in place."""
    for block in blocks:
        for at, entity_id in _wanted(block, rows):
            row = rows[entity_id]
            if block.kind == "created":
                rows[entity_id] = None
            elif block.kind == "removed":
                rows[entity_id] = {name: pair[0][at] for name, pair in block.columns.items()}
            elif block.kind == "changed" and row is not None:
                row.update((name, pair[0][at]) for name, pair in block.columns.items())
                if "version" in row:
                    row["version"] -= 1


def bring_forward(rows: dict[int, dict[str, Any] | None], blocks: Iterable[Block]) -> None:
    """Turn rows forward through changes and removals, oldest first, in place. A creation needs its row given."""
    for block in blocks:
        for at, entity_id in _wanted(block, rows):
            row = rows[entity_id]
            if block.kind == "removed":
                rows[entity_id] = None
            elif block.kind == "changed" and row is not None:
                row.update((name, pair[1][at]) for name, pair in block.columns.items())
                if "version" in row:
                    row["version"] += 1


def _wanted(block: Block, rows: Mapping[int, Any]) -> Iterator[tuple[int, int]]:
    """The places in a block of the entities asked for."""
    return ((at, entity_id) for at, entity_id in enumerate(block.ids) if entity_id in rows)
