"""CSV with any header, separator and byte-order mark, read in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from data.connectors.archives import open_member
from data.connectors.encodings import UTF8, not_text
from data.connectors.mapping import RowMaker, Source
from data.connectors.rows import RejectedRow, RequestRow
from data.errors import RefusedInput, one_line

SNIFF_BYTES = 65_536
FIELD_LIMIT = 16 * 1024 * 1024


def read_csv(
    path: Path, member: str, source: Source, columns: Mapping[str, str], encoding: str | None
) -> Iterator[RequestRow | RejectedRow]:
    """Rows of a CSV; RefusedInput when it is not text in the encoding, or lacks a column that is needed."""
    with _table(path, member, source.file, encoding) as (header, lines):
        maker = RowMaker(header, columns, source)
        for number, cells in enumerate(lines, 2):
            if cells:
                yield maker.read(number, cells)


def peek_csv(path: Path, member: str, file: str, encoding: str | None, rows: int) -> tuple[list[str], list[list[str]]]:
    """The header and the first rows of a CSV, as text. RefusedInput as in read_csv."""
    with _table(path, member, file, encoding) as (header, lines):
        return header, list(islice((cells for cells in lines if cells), rows))


@contextmanager
def _table(path: Path, member: str, file: str, encoding: str | None) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
    """Header and lines; what is wrong with the file as a whole is told in one sentence."""
    csv.field_size_limit(FIELD_LIMIT)
    with open_member(path, member) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding or UTF8, newline="")
        try:
            first = text.readline()
            if "\x00" in first or not first.strip():
                raise RefusedInput(f"{file} does not begin with a header of columns; is it a CSV file?")
            delimiter = max(",;\t|", key=first.count)
            header = next(csv.reader([first], delimiter=delimiter))
            yield [name.strip() for name in header], csv.reader(text, delimiter=delimiter, strict=False)
        except UnicodeError as fault:
            raise not_text(path, member, file, encoding) from fault
        except csv.Error as fault:
            raise RefusedInput(f"{file} cannot be read as CSV ({one_line(fault)}); export it again.") from fault
