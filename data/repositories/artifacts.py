"""Large arrays kept under a name: streets, base map, hotspots."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from sqlalchemy import Connection, select

from data.schema import artifact


def pack_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as npz bytes; the same arrays give the same bytes. ValueError for arrays of Python objects."""
    stream = io.BytesIO()
    for name, values in arrays.items():
        if np.asarray(values).dtype.hasobject:
            raise ValueError(f"the array {name} holds Python objects; give it a plain type")
    np.savez(stream, allow_pickle=False, **{name: np.asarray(values) for name, values in arrays.items()})
    return stream.getvalue()


def unpack_arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of npz bytes."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


class Artifacts:
    """Named sets of arrays."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> dict[str, np.ndarray] | None:
        """The arrays of a name, or None."""
        content = self._connection.execute(select(artifact.c.content).where(artifact.c.name == name)).scalar()
        return None if content is None else unpack_arrays(content)

    def version(self, name: str) -> int | None:
        """Counts up each time the arrays of a name are replaced; None where there are none."""
        return self._connection.execute(select(artifact.c.version).where(artifact.c.name == name)).scalar()

    def names(self) -> list[str]:
        """Every name, in alphabetical order."""
        return list(self._connection.execute(select(artifact.c.name).order_by(artifact.c.name)).scalars())
