"""Bring messages to the sources that take them: each request's in order, each under a number that stays the same.

A message is taken in one act, sent in none, and settled in another, so that nobody's writing waits for a server. What a
process took and did not live to settle is free again after LEASE; it is repeated under its number.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from data import outbox
from data.connectors.open311_updates import Answer, Patience, Place, UpdateWriter, Verdict
from data.errors import Conflict, RefusedInput, StoreFailure
from data.outbox import Settled
from data.records import ActId, Source
from data.repositories.work import OutboxMessage, Waiting
from data.unit_of_work import WriteUnit
from desktop.domain.city_settings import settings_of as settings_of_city
from desktop.domain.source_settings import SourceSettings, settings_of
from desktop.operations.changes import Changes
from desktop.operations.send_messages import SEND
from desktop.operations.source_updates import update_of
from desktop.operations.work import Stopped, Work

LEASE = timedelta(minutes=7)  # how long a process has for itself what it took
AT_ONCE = 20  # messages taken in one act
KEPT_EVERY = timedelta(seconds=1)  # what was sent is kept at least so often: what is not kept is repeated
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
TRIES_TO_KEEP = 4  # somebody else may be writing for a while
MOST_TROUBLES = 3  # errors of a server one after the other, from which on it is left alone
NO_WORD = "the source has no word for this"
NO_ENDPOINT = "No source has an endpoint; 'opsmap sources set NAME --endpoint URL' names one."


class Keys(Protocol):
    """Finds the key of a source at its endpoint."""

    def get(self, source: str, endpoint: str) -> str:
        """The key; empty where none is known."""
        ...


@dataclass(slots=True)
class Tally:
    """What came of a source's messages. `reason` is the first thing that kept one from leaving."""

    source: str
    sent: int = 0
    refused: int = 0
    waiting: int = 0
    skipped: int = 0  # of which the source has no word
    reached: bool = True
    reason: str = ""

    def sentence(self) -> str:
        """One line about the source."""
        told = f"{self.source}: {self.sent:,} sent, {self.refused:,} refused, {self.waiting:,} waiting"
        return f"{told}; {self.reason}." if self.reason else f"{told}."


def push_messages(
    work: Work, *, keys: Keys, source: str = "", source_ids: Sequence[int] = (), patience: Patience | None = None
) -> Changes:
    """Send what may leave now to every source with an endpoint, to one by name, or to some by id.

    RefusedInput for a source that is not there or has no endpoint. Stopped in between, what was sent stays sent.
    """
    own = settings_of_city(work.city()).words
    tallies, last = [], None
    for one, settings in _listening(work, source, source_ids):
        place = Place(
            settings.endpoint,
            settings.jurisdiction,
            settings.form,
            settings.parent_field,
            keys.get(one.name, settings.endpoint),
        )
        with UpdateWriter(place, patience=patience, sleep=_sleeping(work)) as writer:
            round_ = _Round(work, one, settings, own, writer)
            round_.run()
        tallies.append(round_.tally)
        last = round_.last or last
    return _changes(work, last, tallies)


def _listening(work: Work, name: str, ids: Sequence[int]) -> list[tuple[Source, SourceSettings]]:
    with work.store.read() as unit:
        known = [(one, settings_of(one)) for one in unit.sources.all()]
    if name:
        named = [pair for pair in known if pair[0].name == name]
        if not named:
            raise RefusedInput(f"There is no source '{name}'; 'opsmap sources list' shows them.")
        if not named[0][1].endpoint:
            raise RefusedInput(
                f"{name} has no endpoint, so nothing is sent there; 'opsmap sources set' with --endpoint names one."
            )
        return named
    return [pair for pair in known if pair[1].endpoint and (not ids or int(pair[0].id) in set(ids))]


def _sleeping(work: Work) -> Callable[[float], None]:
    """Wait, but not longer than until the work is to stop."""

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            _go_on(work)
            time.sleep(min(left, 0.2))

    return sleep


def _go_on(work: Work) -> None:
    if work.should_stop():
        raise Stopped("Stopped. What was sent stays sent; the rest waits.")


@dataclass(slots=True)
class _Round:
    """One source's messages, until none may leave or the source wants no more."""

    work: Work
    source: Source
    settings: SourceSettings
    own: Mapping[str, str]
    writer: UpdateWriter
    tally: Tally = field(init=False)
    last: ActId | None = None
    planned: deque[Waiting] = field(default_factory=deque)
    results: dict[int, Settled] = field(default_factory=dict)  # that are not kept yet
    stuck: set[int] = field(default_factory=set)  # requests of which a message did not leave
    troubles: int = 0  # one after the other
    until: datetime = field(init=False)  # the end of what was taken last
    kept_at: datetime = field(init=False)
    pause_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.source.name)
        self.until = self.kept_at = self.pause_until = self.work.clock.now()

    def run(self) -> None:
        """Take, send and settle, some at once."""
        self.planned = deque(outbox.in_turn(self._waiting(), self.work.clock.now()))
        while self.tally.reached and (batch := self._next()):
            self._send(*self._take(batch))
        self._put_off()
        self.tally.waiting = sum(one.state != outbox.FAILED for one in self._waiting())

    def _waiting(self) -> list[Waiting]:
        with self.work.store.read() as unit:
            return unit.outbox.waiting([self.source.id])

    def _next(self) -> list[Waiting]:
        found: list[Waiting] = []
        while self.planned and len(found) < AT_ONCE:
            one = self.planned.popleft()
            if one.request_id not in self.stuck:
                found.append(one)
        return found

    def _take(self, batch: Sequence[Waiting]) -> tuple[deque[OutboxMessage], dict[int, datetime]]:
        """What is ours now, and when each was said; a request of which something is not free any more is left alone."""
        now = self.work.clock.now()
        self.until, self.kept_at = now + max(LEASE, timedelta(seconds=2 * self.writer.longest_s)), now
        with self._act() as unit:
            taken = outbox.take(unit, [one.id for one in batch], now, self.until)
            unit.summary.update(taken=len(taken))
            moments = {one.id: act.at for one in taken if (act := unit.log.act(ActId(one.act_id))) is not None}
            self.last = unit.commit() if taken else self.last
        ours = {one.id for one in taken}
        self.stuck |= {one.request_id for one in batch if one.id not in ours and one.request_id is not None}
        return deque(taken), moments

    def _send(self, rest: deque[OutboxMessage], moments: Mapping[int, datetime]) -> None:
        """Say one after the other; whatever happens, what was taken is settled."""
        try:
            while rest and self.tally.reached and self._has_time():
                if rest[0].request_id in self.stuck:
                    self._give_back(rest.popleft())
                    continue
                _go_on(self.work)
                self.work.progress(None, f"{self.source.name}: {self.tally.sent:,} sent")
                answer = self._said(rest[0], moments[rest[0].id])
                self._note(rest.popleft(), answer)
                if self.work.clock.now() - self.kept_at >= KEPT_EVERY:
                    self._keep()
        finally:
            for message in reversed(rest):
                self._give_back(message)
                self.planned.appendleft(_as_waiting(message))
            self._keep()

    def _has_time(self) -> bool:
        """Whether one more message can be tried to its end before somebody else may take it."""
        return self.until - self.work.clock.now() > timedelta(seconds=self.writer.longest_s)

    def _said(self, message: OutboxMessage, at: datetime) -> Answer | None:
        update = update_of(message, at, self.settings, self.own)
        return None if update is None else self.writer.post(update)

    def _note(self, message: OutboxMessage, answer: Answer | None) -> None:
        """What an answer makes of a message, and of those behind it."""
        now, tally, tried = self.work.clock.now(), self.tally, message.attempts + 1
        if answer is None:
            tally.skipped += 1
            self.results[message.id] = Settled(outbox.WITHDRAWN, now, message.attempts, NO_WORD)
            return
        self.troubles = self.troubles + 1 if answer.verdict is Verdict.LATER else 0
        if answer.verdict is Verdict.TAKEN:
            tally.sent += 1
            self.results[message.id] = Settled(outbox.SENT, now, tried)
            return
        tally.reason = tally.reason or answer.reason
        self.stuck |= set() if message.request_id is None else {message.request_id}
        if answer.verdict is Verdict.REFUSED:
            tally.refused += 1
            self.results[message.id] = Settled(outbox.FAILED, now, tried, answer.reason)
            return
        later = now + _pause(answer, tried)
        self.results[message.id] = Settled(outbox.HELD, later, tried, answer.reason)
        if answer.verdict is not Verdict.LATER or self.troubles >= MOST_TROUBLES:
            tally.reached, self.pause_until = False, later

    def _put_off(self) -> None:
        """A source that wants to be left alone is left alone: what was planned for it waits as long."""
        ids = [] if self.tally.reached else [one.id for one in self.planned]
        if ids:
            with self._act() as unit:
                outbox.put_off(unit, ids, self.pause_until)
                unit.summary.update(put_off=len(ids))
                self.last = unit.commit()

    def _give_back(self, message: OutboxMessage) -> None:
        self.results[message.id] = Settled(outbox.HELD, message.hold_until, message.attempts)

    def _keep(self) -> None:
        """Settle what is known. Somebody else may be writing: then once more, for what is not kept is sent again."""
        for left in reversed(range(TRIES_TO_KEEP)) if self.results else ():
            try:
                with self._act() as unit:
                    outbox.settle(unit, self.results, self.until)
                    states = [one.state for one in self.results.values()]
                    unit.summary.update(sent=states.count(outbox.SENT), failed=states.count(outbox.FAILED))
                    self.last = unit.commit()
                break
            except (StoreFailure, Conflict):
                if not left:
                    raise
        self.results, self.kept_at = {}, self.work.clock.now()

    def _act(self) -> AbstractContextManager[WriteUnit]:
        return self.work.store.write(SEND, actor=self.work.actor, at=self.work.clock.now())


def _as_waiting(message: OutboxMessage) -> Waiting:
    return Waiting(message.id, message.source_id, message.request_id, message.state, message.hold_until)


def _pause(answer: Answer, tried: int) -> timedelta:
    """How long a message waits for its next attempt: as long as the source asks, else longer each time."""
    usual = min(SHORTEST_PAUSE * 2 ** min(tried - 1, 10), LONGEST_PAUSE)
    return usual if answer.wait_s is None else max(timedelta(seconds=answer.wait_s), timedelta(seconds=1))


def _changes(work: Work, last: ActId | None, tallies: Sequence[Tally]) -> Changes:
    told = [asdict(one) for one in tallies]
    totals = {name: sum(int(one[name]) for one in told) for name in ("sent", "refused", "waiting")}
    counts = {"act": last, **totals, "sources": told}
    sentence = "\n".join(one.sentence() for one in tallies) if tallies else NO_ENDPOINT
    return Changes(last, work.actor, SEND, frozenset({"outbox"}), (), counts, sentence)
