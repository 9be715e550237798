"""What OSM forbids to vehicles: closed ways, and turns in relations of type restriction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from data.connectors.streets import CAR, LORRY, TurnRules

_ALL = CAR | LORRY
_CLOSED = ("no", "agricultural", "forestry")
# The most particular key decides, as on the access page of OSM's wiki.
_ACCESS = (
    (CAR, ("motorcar", "motor_vehicle", "vehicle", "access")),
    (LORRY, ("hgv", "motor_vehicle", "vehicle", "access")),
)
_KEYS = (("restriction", _ALL), ("restriction:motorcar", CAR), ("restriction:hgv", LORRY))
_EXCEPT = {"motorcar": CAR, "hgv": LORRY, "motor_vehicle": _ALL, "vehicle": _ALL}
_SEVERAL = 50  # members; more than that is no junction


def entities(path: Path, kind: Any, key: str = "") -> Iterator[Any]:
    """The objects of one kind, those with a tag only where a key is given."""
    processor = osmium.FileProcessor(str(path), kind)
    return iter(processor.with_filter(osmium.filter.KeyFilter(key)) if key else processor)


def shut_to(tags: Mapping[str, str]) -> int:
    """The mask of vehicles that may not drive on a way. Private ways are open: crews have work there."""
    mask = 0
    for vehicle, keys in _ACCESS:
        said = next((tags[key] for key in keys if key in tags), "yes")
        mask |= vehicle if said in _CLOSED else 0
    return mask


def read_turns(path: Path) -> TurnRules:
    """The turn restrictions of an extract: no_* and only_* over a node; the others are counted."""
    rows: list[tuple[int, int, int, bool, int]] = []
    counts = {"via_way": 0, "conditional": 0, "incomplete": 0}
    for relation in entities(path, osmium.osm.RELATION, "type"):
        tags = dict(relation.tags)
        if not tags["type"].startswith("restriction"):
            continue
        counts["conditional"] += any(key.startswith("restriction") and key.endswith(":conditional") for key in tags)
        said = [(tags[key], vehicles & ~_excepted(tags)) for key, vehicles in _KEYS if key in tags]
        said = [(kind, vehicles) for kind, vehicles in said if vehicles and kind.startswith(("no_", "only_"))]
        if not said:
            continue
        ways = {role: [m.ref for m in relation.members if m.type == "w" and m.role == role] for role in ("from", "to")}
        nodes = [member.ref for member in relation.members if member.type == "n" and member.role == "via"]
        if any(member.type == "w" and member.role == "via" for member in relation.members):
            counts["via_way"] += 1
        elif len(nodes) != 1 or not 0 < len(ways["from"]) * len(ways["to"]) <= _SEVERAL:
            counts["incomplete"] += 1
        else:
            pairs = [(a, b) for a in ways["from"] for b in ways["to"]]
            rows += [(a, nodes[0], b, kind.startswith("only_"), mask) for kind, mask in said for a, b in pairs]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return TurnRules(
        from_way=columns[:, 0].copy(),
        via_node=columns[:, 1].copy(),
        to_way=columns[:, 2].copy(),
        only=columns[:, 3].astype(np.bool_),
        vehicles=columns[:, 4].astype(np.uint8),
        **counts,
    )


def _excepted(tags: Mapping[str, str]) -> int:
    mask = 0
    for name in tags.get("except", "").split(";"):
        mask |= _EXCEPT.get(name.strip(), 0)
    return mask
