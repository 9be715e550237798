"""Demo cities that are made once: the ground alone takes seconds."""

from __future__ import annotations

from datetime import date

import pytest

from data.demo.city import DemoCity, make_demo_city
from tests.ground import shared_ground

UNTIL = date(2026, 10, 13)
REQUESTS = 6000


@pytest.fixture(scope="session")
def city() -> DemoCity:
    """The city of seed 13."""
    with shared_ground():
        return make_demo_city(requests=REQUESTS, seed=13, until=UNTIL)


@pytest.fixture(scope="session")
def small_city() -> DemoCity:
    """The same seed, ten requests."""
    return make_demo_city(requests=10, seed=13, until=UNTIL)


@pytest.fixture(scope="session")
def other_city() -> DemoCity:
    """Another seed."""
    return make_demo_city(requests=10, seed=14, until=UNTIL)
