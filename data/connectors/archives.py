"""Files as streams of bytes, inside .zip or .gz too; a damaged archive gets one sentence."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from data.errors import RefusedInput, one_line

READABLE = (".csv", ".txt", ".tsv", ".json", ".geojson", ".xml")


def members(path: Path) -> list[str]:
    """The readable members of a zip archive; one empty name for any other file. RefusedInput when it is not there."""
    if not path.is_file():
        raise RefusedInput(f"There is no file {path}; correct its name.")
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise RefusedInput(f"{path.name} is empty; export it again.")
    if not start.startswith(b"PK"):
        return [""]
    with _explained(path), zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(READABLE) and not _junk(name)]
    if not names:
        raise RefusedInput(f"{path.name} holds no file that ends with {', '.join(READABLE)}; zip the export itself.")
    return names


@contextmanager
def open_member(path: Path, member: str) -> Iterator[IO[bytes]]:
    """The bytes of a member, or of the file itself, unpacked when it is gzip. RefusedInput for a damaged archive."""
    with _explained(path):
        if member:
            with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                yield stream
            return
        with path.open("rb") as plain:
            if plain.read(2) != b"\x1f\x8b":
                plain.seek(0)
                yield plain
                return
        with gzip.open(path) as unpacked:
            yield cast(IO[bytes], unpacked)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A file as it is, or what a gzip holds, in a temporary folder under its name without the ending."""
    packed = False
    if path.is_file():
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
    if not packed:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="opsmap-unpacked-") as folder:
        whole = Path(folder) / (path.stem if path.suffix.lower() == ".gz" else path.name)
        with open_member(path, "") as stream, whole.open("wb") as out:
            shutil.copyfileobj(stream, out)
        yield whole


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        # RuntimeError is how zipfile speaks of passwords, NotImplementedError of packers it does not know.
        raise RefusedInput(
            f"{path.name} is a damaged or truncated archive ({one_line(fault)}); download or export it again."
        ) from fault
    except OSError as fault:
        raise RefusedInput(f"{path.name} cannot be read ({one_line(fault)}); download or export it again.") from fault


def _junk(name: str) -> bool:
    """What macOS adds to its archives."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith("._")
