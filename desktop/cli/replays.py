"""What rules would move, told by the command: as values, in words, as a table, and each move on a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from data.errors import RefusedInput
from desktop.cli.desk import cell
from desktop.domain.rule_faults import RuleFault
from desktop.operations.replay_rules import Replay
from desktop.operations.rule_sets import refusing

NOBODY = "nobody"
MOVES_HEADER = ["service_request_id", "from", "to", "because"]


def refuse_faults(found: tuple[RuleFault, ...]) -> None:
    """Warnings on stderr; RefusedInput with every fault."""
    for fault in found:
        if not fault.refuses:
            print(f"Warning: {fault.sentence}", file=sys.stderr)
    refused = [fault.sentence for fault in found if fault.refuses]
    if refused:
        raise RefusedInput("\n".join(refused))


def counted(seen: Replay) -> dict[str, Any]:
    """How many move from which department to which; an empty name is nobody."""
    moves = [{"from": before, "to": after, "requests": count} for before, after, count in _flows(seen)]
    period = {"from": str(seen.first), "to": str(seen.last)}
    return {**period, "requests": seen.requests, "moved": seen.moved, "moves": moves}


def counted_whole(seen: Replay) -> dict[str, Any]:
    """The same with the services, what each rule took, who was left out, and where a rule stops."""
    services = [{"service": name, "requests": count} for name, count in seen.services.items()]
    took = [{"rule": name, "requests": count} for name, count in seen.took.items()]
    return {**counted(seen), "services": services, "took": took, "by_hand": seen.by_hand, "stops": [*refusing(seen)]}


def in_words(seen: Replay) -> str:
    """One sentence, with the five largest moves."""
    told = [f"{count:,} from {old or NOBODY} to {new or NOBODY}" for old, new, count in _flows(seen)[:5]]
    return f"{_total(seen)}: {', '.join(told)}." if told else f"{_total(seen)}."


def remarks(seen: Replay) -> str:
    """What goes beside the table: how many there are of how many, who was left out, and where a rule stops."""
    lines = [f"{_total(seen)}."]
    if seen.by_hand:
        lines.append(f"Left out: {seen.by_hand:,} that a person gave to a department.")
    return "\n".join([*lines, *refusing(seen)])


def table(seen: Replay) -> str:
    """Moves by departments, then by service, in cells parted by tabs."""
    lines = [("from", "to", "requests")]
    lines += [(old or NOBODY, new or NOBODY, str(count)) for old, new, count in _flows(seen)]
    lines += [("service", "", "requests")]
    lines += [(name, "", str(count)) for name, count in seen.services.items()]
    return "\n".join("\t".join(map(cell, line)) for line in lines)


def moves(seen: Replay) -> Iterator[tuple[str, str, str, str]]:
    """Each request that would move, under MOVES_HEADER."""
    return ((one.service_request_id, one.before, one.after, one.because) for one in seen.moves)


def _flows(seen: Replay) -> list[tuple[str, str, int]]:
    """The moves between departments, the largest first."""
    found = [(old, new, count) for (old, new), count in seen.flows.items() if old != new]
    return sorted(found, key=lambda flow: (-flow[2], flow[:2]))


def _total(seen: Replay) -> str:
    return f"Of {seen.requests:,} requests from {seen.first} to {seen.last}, {seen.moved:,} would move"
