"""Arrays that can be worked out again from the rest of the store, kept without an act: nothing is lost with them.

They stand beside the imported arrays in the same table, with a checksum of their bytes in front of the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import blake2b

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from data.errors import DataError
from data.repositories.artifacts import pack_arrays, unpack_arrays
from data.schema import artifact
from data.store import Store
from data.unit_of_work import ReadUnit


class SpoiltArrays(DataError):
    """Kept arrays are not the bytes that were written; make them anew."""


def read_derived(unit: ReadUnit, name: str) -> dict[str, np.ndarray] | None:
    """The arrays of a name, or None. SpoiltArrays where their bytes have changed since."""
    columns = artifact.c
    row = unit.connection.execute(select(columns.format, columns.content).where(columns.name == name)).one_or_none()
    if row is None:
        return None
    if row.format != _sealed(row.content):
        raise SpoiltArrays(f"What is kept as '{name}' has changed since it was written.")
    return unpack_arrays(row.content)


def keep_derived(store: Store, wanted: Mapping[str, Mapping[str, np.ndarray]], unwanted: Collection[str]) -> None:
    """Keep arrays under names, in place of those that had them, and remove the unwanted, in a transaction of its own.

    Waits for a writer as an act does. Where two keep the same name at once, the first does.
    """
    packed = {name: pack_arrays(arrays) for name, arrays in wanted.items()}
    with store.exclusively() as connection:
        connection.execute(delete(artifact).where(artifact.c.name.in_([*packed, *unwanted])))
        for name, content in packed.items():
            row = {"name": name, "format": _sealed(content), "content": content}
            if store.kind == "postgresql":
                connection.execute(postgresql.insert(artifact).values(row).on_conflict_do_nothing())
            else:
                connection.execute(sqlite.insert(artifact).values(row).on_conflict_do_nothing())
        connection.commit()


def _sealed(content: bytes) -> str:
    """The format's name with a checksum, as long as its column allows."""
    return f"npz {blake2b(content, digest_size=16).hexdigest()}"
