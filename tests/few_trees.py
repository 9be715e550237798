"""Models of few trees, learned in a fraction of the time: for what is true of any model. The soak learns whole ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.soak import SOAK

BOOSTED, VOTING = 30, 15


@contextmanager
def few_trees(boosted: int = BOOSTED, voting: int = VOTING) -> Iterator[None]:
    """While this lasts, what is learned has so few trees of each kind."""
    with pytest.MonkeyPatch.context() as patch:
        if not SOAK:
            patch.setattr("geo.duplicate_trees.BOOSTED", boosted)
            patch.setattr("geo.duplicate_trees.VOTING", voting)
        yield
