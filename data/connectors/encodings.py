"""Which encoding a text file has, and where it breaks the one it should have."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from data.connectors.archives import members, open_member
from data.errors import RefusedInput

UTF8 = "utf-8-sig"
WESTERN, LATIN1 = "cp1252", "latin-1"
# What a person may choose, by the names that Python gives them; UTF-8 first, then the commonest.
KNOWN = (
    UTF8, "cp1252", "latin-1", "iso8859-15", "mac-roman", "cp850", "cp1250", "iso8859-2", "cp1251", "koi8-r",
    "cp1253", "cp1254", "cp1257", "utf-16",
)  # fmt: skip
_WORDS, _LETTERS = 4, 24  # that tell whether an encoding is right, and of each
_WORD = re.compile(r"[^\W\d_]+|\ufffd+")
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


def guessed_encoding(path: Path) -> str | None:
    """What the text of a file most likely is where it is not UTF-8 and declares nothing; None where it is.

    Also None where some of an archive's parts are UTF-8 with letters beyond ASCII and others are not. RefusedInput for
    a file that cannot be read.
    """
    kinds = {kind for kind in (_kind_of_text(path, member) for member in members(path)) if kind != "ascii"}
    if not kinds or UTF8 in kinds:
        return None
    return LATIN1 if LATIN1 in kinds else WESTERN


def _kind_of_text(path: Path, member: str) -> str:
    """ "ascii", UTF-8, or which of the two Western encodings the bytes allow; one that a mark declares is well."""
    decoder, whole, western = codecs.getincrementaldecoder(UTF8)(), True, True
    plain, first = True, True
    with open_member(path, member) as stream:
        while block := stream.read(_BLOCK):
            if first and marked_encoding(block) is not None:
                return UTF8
            first, plain = False, plain and block.isascii()
            whole = whole and _can(decoder, block)
            western = western and not any(byte in block for byte in _NOT_WESTERN)
    if plain:
        return "ascii"
    if whole and _can(decoder, b"", final=True):
        return UTF8
    return WESTERN if western else LATIN1


_NOT_WESTERN = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")  # what Windows-1252 leaves free


def _can(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeError:
        return False
    return True


def check_text(path: Path, encoding: str) -> None:
    """NotText where a file breaks the encoding anywhere: its first rows alone do not tell."""
    for member in members(path):
        decoder = codecs.getincrementaldecoder(encoding)()
        with open_member(path, member) as stream:
            while block := stream.read(_BLOCK):
                if not _can(decoder, block):
                    raise not_text(path, member, member or path.name, encoding)
        if not _can(decoder, b"", final=True):
            raise not_text(path, member, member or path.name, encoding)


def telling_words(path: Path, encoding: str | None) -> tuple[str, ...]:
    """The first words of a file with letters beyond ASCII as the encoding reads them: they show whether it is right."""
    member = members(path)[0]
    decoder = codecs.getincrementaldecoder(encoding or encoding_of(path, member) or UTF8)(errors="replace")
    found: dict[str, None] = {}
    with open_member(path, member) as stream:
        while len(found) < _WORDS and (block := stream.read(_BLOCK)):
            for word in _WORD.findall(decoder.decode(block)):
                if not word.isascii():
                    found.setdefault(word[:_LETTERS])
    return tuple(found)[:_WORDS]


def encoding_of(path: Path, member: str) -> str | None:
    """The encoding that a part declares by its first bytes, where it is not UTF-8."""
    with open_member(path, member) as stream:
        return marked_encoding(stream.read(4))


def check_encoding(name: str) -> None:
    """RefusedInput for what is no encoding of text."""
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, TypeError) as fault:
        raise RefusedInput(f"There is no encoding '{name}'; try utf-8, latin-1 or cp1252.") from fault


class NotText(RefusedInput):
    """A file is not text in the encoding that it was read in."""


def not_text(path: Path, member: str, file: str, encoding: str | None) -> NotText:
    """The sentence about a file that is not text in the encoding, with the line and the byte where it breaks it."""
    name = "UTF-8" if encoding in (None, UTF8) else encoding
    return NotText(
        f"{file} is not {name} text{_place(path, member, encoding or UTF8)}; "
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
