"""How long the event loop was kept from turning: the gap between ticks, less what the machine gave to others."""

from __future__ import annotations

import math
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 10
_SCHEDSTAT = Path("/proc/thread-self/schedstat")


class StallMeter(QObject):
    """Measures stalls while the loop runs. Lives on the thread of the loop it measures.

    A gap counts for what exceeds the tick. On Linux the time in which the thread was ready but the processor was given
    to another is taken off (proc(5), schedstat, second field): a busy machine is not a stall of ours.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps_ms: list[float] = []
        self._last_s = 0.0
        self._waited_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin anew."""
        self.clear()
        self.resume()

    def clear(self) -> None:
        """Forget what was measured."""
        self._gaps_ms.clear()

    def resume(self) -> None:
        """Go on measuring; what lay between is not a gap."""
        self._last_s, self._waited_s = time.monotonic(), _waited_s()
        self._timer.start()

    def pause(self) -> None:
        """Stop measuring, taking in the gap that is open."""
        if self._timer.isActive():
            self._tick()
            self._timer.stop()

    def max_ms(self) -> float:
        """The longest stall."""
        return max(self._gaps_ms, default=0.0)

    def p95_ms(self) -> float:
        """The stall that 95 of 100 ticks stay under (nearest rank)."""
        ordered = sorted(self._gaps_ms)
        return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else 0.0

    def _tick(self) -> None:
        now_s, waited_s = time.monotonic(), _waited_s()
        gap_s = now_s - self._last_s - (waited_s - self._waited_s)
        self._last_s, self._waited_s = now_s, waited_s
        self._gaps_ms.append(max(0.0, gap_s * 1000 - TICK_MS))


def _waited_s() -> float:
    """How long this thread has waited for a processor; 0 where the system does not say."""
    try:
        return int(_SCHEDSTAT.read_bytes().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
