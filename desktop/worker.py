"""What a worker process does: take a call, run it, send back progress and one outcome. No Qt, nothing heavy."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Protocol

from data.errors import DataError
from geo.errors import GeoError

PROGRESS_INTERVAL_S = 0.05
KNOWN_FAILURES = (DataError, GeoError)


class Flag(Protocol):
    """A byte shared by two processes, without a lock that a killed process could hold for ever."""

    value: int


@dataclass(frozen=True, slots=True)
class Call:
    """A module-level function by name and its plain arguments."""

    module: str
    name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """Progress: a fraction of 0 to 1 or None, and a sentence."""

    fraction: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The function returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The world failed; the sentence is for a person. `kind` is the name of the error's class.

    `request_id` is the request that it is about, where it is one.
    """

    kind: str
    sentence: str
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Broke:
    """A fault of ours, with its traceback."""

    trace: str


Outcome = Succeeded | Failed | Broke


def outcome_of(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Outcome:
    """Run a function; what it raises becomes one of the two kinds of failure."""
    try:
        return Succeeded(function(*args, **kwargs))
    except KNOWN_FAILURES as failure:
        return Failed(type(failure).__name__, str(failure), getattr(failure, "request_id", None))
    except Exception:  # noqa: BLE001 - whatever it is, it is reported with its traceback
        return Broke(traceback.format_exc())


def serve(connection: Connection, stop: Flag, environment: Mapping[str, str]) -> None:
    """The life of a worker: one call after the other, until the other end goes away or says None.

    The environment is the window's: a forked process begins with that of the server it came from.
    """
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then stops its workers
    try:
        while (message := connection.recv()) is not None:
            if isinstance(message, Call):
                connection.send_bytes(_packed(_run(message, connection, stop), message))
            else:
                for name in message:
                    importlib.import_module(name)
                # Else a search of all that was loaded keeps a job from hearing a wish to stop, for a tenth of a second.
                gc.freeze()
    except (EOFError, OSError):
        return  # the window is gone


def _run(call: Call, connection: Connection, stop: Flag) -> Outcome:
    """Run a call with the two ends of a long act."""

    def work() -> Any:
        function = getattr(importlib.import_module(call.module), call.name)
        return function(**call.kwargs, progress=Progress(connection), should_stop=lambda: stop.value != 0)

    return outcome_of(work, (), {})


class Progress:
    """Sends progress on, at most twenty times a second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last_s = float("-inf")

    def __call__(self, fraction: float | None, sentence: str) -> None:
        now_s = time.monotonic()
        if now_s - self._last_s >= PROGRESS_INTERVAL_S:
            self._last_s = now_s
            self._connection.send(Said(fraction, sentence))


def _packed(outcome: Outcome, call: Call) -> bytes | memoryview:
    """An outcome as bytes; a result that cannot travel is a fault of ours, told as one."""
    try:
        return ForkingPickler.dumps(outcome)
    except (pickle.PicklingError, TypeError, AttributeError) as fault:
        return ForkingPickler.dumps(Broke(f"{call.module}.{call.name} returned what cannot travel: {fault}\n"))
