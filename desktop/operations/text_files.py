"""Files of text that people write by hand: read whole or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from data.errors import RefusedInput


def read_text(path: Path, most_bytes: int, what: str) -> str:
    """The text of a file of so many bytes at most; `what` is what should be named instead, as "a file of rules".

    RefusedInput for a file that cannot be read, is larger, or is not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise RefusedInput(f"{path.name} has more than {most_bytes:,} bytes; split what it holds.")
        return content.decode("utf-8")
    except OSError as fault:
        raise RefusedInput(f"{path} cannot be read ({fault.strerror or fault}); name {what}.") from fault
    except UnicodeDecodeError as fault:
        raise RefusedInput(f"{path.name} is not text in UTF-8 (byte {fault.start + 1:,}); save it as UTF-8.") from fault
