"""What can go wrong with files and stores, told in one sentence each: what, where, what to do."""

from __future__ import annotations


class DataError(Exception):
    """The world failed (a file, a disk, a server). The message is one clear sentence for a person."""


def one_line(fault: BaseException) -> str:
    """What a library says is wrong, fit for the middle of a sentence."""
    return " ".join(str(fault).split()).rstrip(".") or type(fault).__name__


class RefusedInput(DataError):
    """The input was refused and nothing was changed."""


class NoStore(RefusedInput):
    """There is no store at the place that was named."""


class StoreFailure(DataError):
    """The store could not do its work; what was committed before stays."""


class Conflict(DataError):
    """Someone else changed the same thing first. `request_id` is the request that it is about, where it is one."""

    def __init__(self, sentence: str, request_id: int | None = None) -> None:
        super().__init__(sentence)
        self.request_id = request_id
