"""The demo city that the tests share: made once, copied for each test."""

from __future__ import annotations

from datetime import UTC, date, datetime

MOMENT = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
DAY = date(2026, 10, 13)
REQUESTS = 1500
SEED = 13
