"""How a request came: what files say of it in columns of their own, and which of it means the city's own people."""

from __future__ import annotations

CHANNEL_COLUMNS = ("channel", "Channel", "source", "Source", "SOURCE", "origin", "Origin", "ORIGIN", "method_received")
STAFF_WORDS = ("employee", "city worker", "staff", "internal", "inspector", "crew")
