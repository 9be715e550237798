"""Bring a city's own list of house numbers in, for searching and for saying where a place is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.operations.changes import Changes
from desktop.operations.work import Work

ADDRESSES = "addresses"  # artifact: house numbers of a file; they go before those of the streets' extract


@dataclass(frozen=True, slots=True)
class AddressImport:
    """What to read; `columns` names fields (number, street, address, lat, long) that are not found by alias.

    crs ("EPSG:2249") is for a file that declares none.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None


def import_addresses(work: Work, wanted: AddressImport) -> Changes:
    """Read address points and keep them in place of earlier ones; the same file again changes nothing.

    RefusedInput for a file that cannot be read or holds no address.
    """
    from data.connectors.addresses import read_addresses

    work.city()
    work.breathe(0.0, f"Reading {wanted.path.name}")
    found = read_addresses(wanted.path, wanted.columns, wanted.crs)
    counts: dict[str, object] = {
        "file": wanted.path.name,
        "read": found.read,
        "addresses": len(found.points),
        "rejected": found.rejected,
        "streets": len(set(found.points.street)),
    }
    work.breathe(0.8, "Storing the addresses")
    with work.store.write("import addresses", actor=work.actor, at=work.clock.now()) as unit:
        before = unit.artifacts.version(ADDRESSES)
        unit.put_artifact(ADDRESSES, found.points.to_arrays())
        counts["changed"] = unit.artifacts.version(ADDRESSES) != before
        unit.summary.update(counts)
        act_id = unit.commit() if counts["changed"] else None
    sentence = (
        f"{wanted.path.name}: {counts['addresses']:,} addresses on {counts['streets']:,} streets, "
        f"{counts['rejected']:,} rows left out."
    )
    return Changes(act_id, work.actor, "import addresses", frozenset({"addresses"}), (), counts, sentence)
