"""What every verb shares: the store, the actor, progress on stderr, results on stdout, exit codes."""

from __future__ import annotations

import getpass
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import platformdirs
import typer

from data.errors import RefusedInput
from data.store import Store, new_store, open_store
from desktop.cli.interrupt import INTERRUPTED, NOTHING_KEPT, Interrupt, present_interrupt
from desktop.domain.clock import Clock, SystemClock
from desktop.operations.changes import Changes
from desktop.operations.work import Stopped, Work
from geo.progress import Stopped as ComputationStopped

__all__ = ["DONE", "FAILED", "INTERRUPTED", "REFUSED", "Desk", "cell", "desk_of", "tell", "tell_counts"]
DONE, FAILED, REFUSED = 0, 1, 2
NOTHING = "Nothing of it was kept"
STAYS = "Interrupted. What the store had taken before that stays; 'opsmap check' tells whether it is sound."


def default_location() -> str:
    """The store in the user's data folder."""
    return str(Path(platformdirs.user_data_dir("opsmap")) / "city.opsmap")


def default_actor() -> str:
    """The login name, as history shows it when nobody is named."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@dataclass(slots=True)
class Desk:
    """The circumstances of one call of the command."""

    location: str
    actor: str
    clock: Clock = field(default_factory=SystemClock)
    interrupt: Interrupt = field(default_factory=present_interrupt)
    kept: int = 0  # acts that last

    @contextmanager
    def work(self) -> Iterator[Work]:
        """The store opened for one act."""
        store = open_store(self.location)
        try:
            with self.interrupt.acting():
                yield self._work(store)
        except KeyboardInterrupt:
            raise Stopped(STAYS if self.kept + store.kept else NOTHING_KEPT) from None
        except (Stopped, ComputationStopped) as stopped:
            if store.kept and (isinstance(stopped, ComputationStopped) or NOTHING in str(stopped)):
                # true of the last act alone
                raise Stopped(STAYS) from stopped
            raise
        finally:
            self.kept += store.kept
            store.close()

    @contextmanager
    def founding(self) -> Iterator[Work]:
        """A store for the act that founds its city: one that was not there appears when the act has ended well."""
        if "://" not in self.location:
            _make_folder(Path(self.location).expanduser().parent)
        with self.interrupt.acting(), new_store(self.location) as store:
            yield self._work(store)
        self.kept += store.kept

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store alone, for verbs that are not acts."""
        with self.work() as work:
            yield work.store

    def _work(self, store: Store) -> Work:
        return Work(store, self.actor, self.clock, ProgressLine(), self.interrupt.should_stop)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise RefusedInput(f"The folder {folder} cannot be made ({fault.strerror}); name another one.") from fault


class ProgressLine:
    """Progress on stderr: a line that is redrawn on a terminal, a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._last = 0.0
        self._words = ""

    def __call__(self, fraction: float | None, sentence: str) -> None:
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if now - self._last < (0.1 if terminal else 5.0) and sentence != self._words:
            return
        if now - self._last < 0.1 or sentence == self._words:
            return
        self._last, self._words = now, sentence
        share = "" if fraction is None else f"{fraction:4.0%} "
        print(
            f"\r{share}{sentence}\x1b[K" if terminal else f"{share}{sentence}",
            end="" if terminal else "\n",
            file=sys.stderr,
        )


def tell(changes: Changes, *, as_json: bool) -> None:
    """The outcome of an act: one JSON object, or its sentence."""
    tell_counts(changes.counts, changes.sentence, as_json=as_json)


def tell_counts(counts: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """A result on stdout: one JSON object, or a sentence."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    print(json.dumps(dict(counts), ensure_ascii=False, default=str) if as_json else sentence)


def desk_of(context: typer.Context) -> Desk:
    """The desk that the command's own options made."""
    desk = context.obj
    assert isinstance(desk, Desk)
    return desk


def parse_day(text: str | None, option: str) -> date | None:
    """A calendar day from YYYY-MM-DD; RefusedInput naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise RefusedInput(f"{option} {text} is not a day; write it as 2026-10-13.") from fault


def parse_crs(text: str | None) -> int | None:
    """The code of 'EPSG:n'; RefusedInput for anything else."""
    if text is None:
        return None
    number = text.upper().removeprefix("EPSG:")
    if not number.isdigit():
        raise RefusedInput(f"--crs {text} is not a coordinate system; write it as EPSG:26917.")
    return int(number)


def parse_pairs(pairs: list[str], option: str, form: str = "field=Column") -> dict[str, str]:
    """Pairs such as 'field=Column'; RefusedInput naming the one that is none."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise RefusedInput(f"{option} {pair} is not of the form {form}.")
        found[name.strip()] = value
    return found


JsonOption = Callable[..., Any]


def cell(value: Any) -> str:
    """A value in one cell of a line: without what would start another cell or speak to the terminal."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else " " for sign in text)
