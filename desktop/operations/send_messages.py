"""Let the messages leave that have been held long enough."""

from __future__ import annotations

from data import outbox
from data.outbox import Sender
from desktop.domain.source_settings import settings_of
from desktop.operations.changes import Changes
from desktop.operations.work import Work

SEND = "send messages"


def send_messages(work: Work, *, sender: Sender, again: bool = False) -> Changes:
    """Send every message that is due, in acts of some thousand; `again` tries those that failed once more.

    What a source takes at an endpoint of its own is left to push_messages. Stopped between two acts, what has left
    stays sent. DataError where the sender cannot send at all.
    """
    with work.store.read() as read:
        elsewhere = [int(one.id) for one in read.sources.all() if settings_of(one).endpoint]
    sent, failed, last = 0, dict[int, str](), None
    while True:
        work.breathe(None, f"{sent:,} messages sent")
        with work.store.write(SEND, actor=work.actor, at=work.clock.now()) as unit:
            done, why = outbox.send_due(unit, sender, work.clock.now(), again=again, without=elsewhere)
            if not done and not why:
                break
            unit.summary.update(sent=done, failed=len(why))
            last = unit.commit()
        sent, failed = sent + done, failed | why
        if why and again:
            break  # what failed twice waits for the next time
    counts = {"act": last, "sent": sent, "failed": len(failed), "reasons": sorted(set(failed.values()))[:10]}
    words = f"Sent {sent:,} message{'' if sent == 1 else 's'}."
    if failed:
        words += f" {len(failed):,} could not leave: {counts['reasons'][0]}"  # type: ignore[index]
    return Changes(last, work.actor, SEND, frozenset({"outbox"}), (), counts, words)
