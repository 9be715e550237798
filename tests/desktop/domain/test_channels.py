"""Which channels mean the city's own people."""

from __future__ import annotations

import pytest

from desktop.domain.channels import is_staff


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("Employee Generated", True), ("City Worker App", True), ("INTERNAL", True), ("Constituent Call", False),
        ("Citizens Connect App", False), ("Self Service", False), ("app", False), ("", False),
    ],
)  # fmt: skip
def test_channels_of_real_files(channel: str, expected: bool) -> None:
    """Words that cities use for entries of their own, and those for residents'."""
    assert is_staff(channel) is expected
