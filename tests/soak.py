"""How long a proof runs: short and the same in every test run, whole and different each time in `make soak`."""

from __future__ import annotations

import os

from hypothesis import settings

SOAK = os.environ.get("OPSMAP_SOAK") == "1"
LONGER = 20

# In a test run the same examples every time, so that what is green stays green; the soak looks for new ones.
settings.register_profile("opsmap", derandomize=not SOAK, deadline=None, print_blob=True)
settings.load_profile("opsmap")


def examples(count: int) -> int:
    """How many examples a property is tried on."""
    return count * LONGER if SOAK else count


def rounds(short: int, whole: int) -> range:
    """Seeds of the rounds of a long proof."""
    return range(whole if SOAK else short)
