"""How a request came: what files say of it in columns of their own, and which of it means the city's own people."""

from __future__ import annotations

from collections.abc import Mapping

CHANNEL_COLUMNS = ("channel", "Channel", "source", "Source", "SOURCE", "origin", "Origin", "ORIGIN", "method_received")
_STAFF_WORDS = ("employee", "city worker", "staff", "internal", "inspector", "crew")


def is_staff(channel: str) -> bool:
    """Whether what came this way was entered by the city's own people."""
    return any(word in channel.lower() for word in _STAFF_WORDS)


def entered_by_staff(extras: Mapping[str, str]) -> bool:
    """The same of a request's further columns, of which the first that is there counts."""
    return is_staff(next((extras[name] for name in CHANNEL_COLUMNS if extras.get(name) is not None), ""))
