"""Derived arrays, once on each database: kept, replaced and removed without an act, and never read when damaged."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import update

from data.derived import SpoiltArrays, keep_derived, read_derived
from data.schema import artifact
from data.store import Store


def test_derived_arrays_come_and_go_without_an_act(any_store: Store) -> None:
    """What is kept last is read, the unwanted go, others stay, and the log's head does not move."""
    head = any_store.head()
    keep_derived(any_store, {"a": {"x": np.arange(3)}, "b": {"x": np.zeros(1)}}, [])
    keep_derived(any_store, {"a": {"x": np.arange(5)}, "c": {"y": np.ones(2)}}, ["b", "never there"])
    with any_store.read() as unit:
        assert unit.artifacts.names() == ["a", "c"]
        arrays = read_derived(unit, "a")
        assert read_derived(unit, "b") is None
    assert arrays is not None
    assert arrays["x"].tolist() == [0, 1, 2, 3, 4]
    assert any_store.head() == head


def test_damaged_arrays_are_refused_before_they_are_parsed(any_store: Store) -> None:
    """A single changed bit is found, and a wrong checksum beside sound arrays too."""
    keep_derived(any_store, {"a": {"x": np.arange(3)}, "b": {"x": np.arange(3)}}, [])
    with any_store.exclusively() as connection:
        content = connection.execute(artifact.select().where(artifact.c.name == "a")).one().content
        spoilt = content[:-30] + bytes([content[-30] ^ 1]) + content[-29:]
        connection.execute(update(artifact).where(artifact.c.name == "a").values(content=spoilt))
        connection.execute(update(artifact).where(artifact.c.name == "b").values(format="npz"))
        connection.commit()
    for name in ("a", "b"):
        with any_store.read() as unit, pytest.raises(SpoiltArrays, match=f"'{name}' has changed"):
            read_derived(unit, name)
