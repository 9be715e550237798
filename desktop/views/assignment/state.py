"""What the panes of Assignment show, ready in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list. `took` None: not known yet. `stops_on` is the request that a fault is about."""

    number: int
    name: str
    chips: tuple[str, ...]
    result: str
    took: int | None = None
    note: str = ""  # that it changed, and is not saved
    warning: str = ""
    fault: str = ""
    stops_on: int | None = None


@dataclass(frozen=True, slots=True)
class RulesState:
    """The list of rules. `in_force` says which set holds; `nobody` counts what no rule and no area takes."""

    title: str
    lines: tuple[RuleLine, ...]
    nobody: int | None
    in_force: str
    can_roll_back: bool
    is_draft: bool
    can_undo: bool = False
    can_redo: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True)
class StepLine:
    """One rule as it was asked: `state` is took, no, stops or not asked."""

    number: int
    name: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ExplainState:
    """Who gets a request, and why. `request_id` None: one that might come, at a place."""

    request_id: int | None
    about: str  # its number, or the place
    goes_to: str  # the department; empty for nobody
    promise: str  # queue, priority, deadline
    reason: str
    nearest: str
    steps: tuple[StepLine, ...]
    differs: str = ""  # where the stored assignment is another one


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One request that would go elsewhere."""

    request_id: int
    number: str
    service: str
    move: str
    because: str


@dataclass(frozen=True, slots=True)
class ReplayState:
    """What a draft would move. `flows[row][column]` counts requests from one department to another, nobody last."""

    title: str
    moved: int
    departments: tuple[str, ...]
    flows: tuple[tuple[int, ...], ...]
    services: tuple[tuple[str, int], ...]
    moves: tuple[MoveLine, ...]
    left_out: str = ""  # requests that were given by hand


@dataclass(frozen=True, slots=True)
class SaveState:
    """The foot: what stands in the way of saving, what has to be seen, and from when it would hold."""

    number: int
    faults: tuple[str, ...]
    moved: int | None  # None while a replay runs or none was made
    can_save: bool
    saving: bool = False
