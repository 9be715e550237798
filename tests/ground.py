"""The ground of demo cities, made once a seed in a process: it takes most of the time of a small city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from data.demo.plan import DemoPlan
    from desktop.operations.import_streets import CityStreets, StreetImport

_PLANS: dict[int, DemoPlan] = {}
_EXTRACTS: dict[int, bytes] = {}
_READ: dict[bytes, CityStreets] = {}


@contextmanager
def shared_ground() -> Iterator[None]:
    """Streets are drawn, written and read once a seed: they are the same in every city of it (see tests/data/demo)."""
    from data.demo import city
    from desktop.operations import make_demo

    draw, write, build = city.make_streets, city.write_osm, make_demo.build_streets

    def drawn(seed: int, breathe: Callable[[], None]) -> DemoPlan:
        if seed not in _PLANS:
            _PLANS[seed] = draw(seed)
        breathe()
        return _PLANS[seed]

    def written(plan: DemoPlan, path: Path) -> None:
        if plan.seed not in _EXTRACTS:
            write(plan, path)
            _EXTRACTS[plan.seed] = path.read_bytes()
        path.write_bytes(_EXTRACTS[plan.seed])

    def built(wanted: StreetImport, crs_epsg: int | None) -> CityStreets:
        content = wanted.path.read_bytes()
        if content not in _READ:
            _READ[content] = build(wanted, crs_epsg)
        return _READ[content]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(city, "make_streets", drawn)
        patch.setattr(city, "write_osm", written)
        patch.setattr(make_demo, "build_streets", built)
        yield
