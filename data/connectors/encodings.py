"""Which encoding a text file has, and where it breaks the one it should have."""

from __future__ import annotations

import codecs
from pathlib import Path

from data.connectors.archives import open_member
from data.errors import RefusedInput

UTF8 = "utf-8-sig"
_BLOCK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def marked_encoding(start: bytes) -> str | None:
    """The encoding that the first bytes declare by a byte-order mark; None without one, or for UTF-8."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def decoded_start(start: bytes, encoding: str | None) -> str:
    """The first characters of a file, as far as they can be read in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding or UTF8)(errors="ignore")
    return decoder.decode(start)


def check_encoding(name: str) -> None:
    """RefusedInput for what is no encoding of text."""
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, TypeError) as fault:
        raise RefusedInput(f"There is no encoding '{name}'; try utf-8, latin-1 or cp1252.") from fault


def not_text(path: Path, member: str, file: str, encoding: str | None) -> RefusedInput:
    """The sentence about a file that is not text in the encoding, with the line and the byte where it breaks it."""
    return RefusedInput(
        f"{file} is not {encoding or 'UTF-8'} text{_place(path, member, encoding or UTF8)}; "
        "save it as UTF-8 or name its encoding with --encoding latin-1."
    )


def _place(path: Path, member: str, encoding: str) -> str:
    decoder, at, line = codecs.getincrementaldecoder(encoding)(), 0, 1
    with open_member(path, member) as stream:
        while True:
            block = stream.read(_BLOCK)
            held = len(decoder.getstate()[0])  # bytes of a character that the last block left unfinished
            try:
                line += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as fault:
                line += fault.object[: fault.start].decode(encoding, "ignore").count("\n")
                return f" (byte {fault.object[fault.start]:#04x} in line {line:,}, at byte {at - held + fault.start:,})"
            except UnicodeError:
                return ""
            if not block:
                return ""
            at += len(block)
