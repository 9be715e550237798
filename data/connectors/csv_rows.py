"""CSV with any header, separator and byte-order mark, read in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from data.connectors.archives import open_member
from data.connectors.mapping import RowMaker, Source
from data.connectors.rows import RejectedRow, RequestRow
from data.errors import RefusedInput, one_line

SNIFF_BYTES = 65_536
FIELD_LIMIT = 16 * 1024 * 1024


def read_csv(
    path: Path, member: str, source: Source, columns: Mapping[str, str], encoding: str | None
) -> Iterator[RequestRow | RejectedRow]:
    """Rows of a CSV; RefusedInput when it is not text in the encoding, or lacks a column that is needed."""
    csv.field_size_limit(FIELD_LIMIT)
    with open_member(path, member) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding or "utf-8-sig", newline="")
        try:
            yield from _rows(text, source, columns)
        except UnicodeDecodeError as fault:
            raise RefusedInput(
                f"{source.file} is not {encoding or 'UTF-8'} text (byte {fault.object[fault.start]:#04x} near position "
                f"{fault.start}); save it as UTF-8 or name its encoding with --encoding latin-1."
            ) from fault
        except csv.Error as fault:
            raise RefusedInput(f"{source.file} cannot be read as CSV ({one_line(fault)}); export it again.") from fault


def _rows(text: io.TextIOWrapper, source: Source, columns: Mapping[str, str]) -> Iterator[RequestRow | RejectedRow]:
    first = text.readline()
    if "\x00" in first or not first.strip():
        raise RefusedInput(f"{source.file} does not begin with a header of columns; is it a CSV file?")
    delimiter = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter))
    maker = RowMaker([name.strip() for name in header], columns, source)
    for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=False), 2):
        if cells:
            yield maker.read(number, cells)
