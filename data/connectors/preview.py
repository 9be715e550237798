"""A look into a file before it is imported: what it is, which columns it has, and what its first rows say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.connectors.aliases import find_columns, match_columns, missing_fields
from data.connectors.archives import members
from data.connectors.areas import read_layer
from data.connectors.csv_rows import peek_csv
from data.connectors.encodings import UTF8, check_text, encoding_of, guessed_encoding, telling_words
from data.connectors.json_rows import json_table, load_json
from data.connectors.open311_xml import xml_table
from data.connectors.requests import open_requests
from data.connectors.values import storable

ROWS = 5
CELL = 200  # characters of a cell that are shown


@dataclass(frozen=True, slots=True)
class RequestPreview:
    """What a file of requests looks like. `fields` maps a request's field to the column that holds it."""

    path: Path
    format: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: Mapping[str, str]
    missing: tuple[str, ...]  # needed fields that no column holds
    encoding: str = ""  # in which it was read; empty for a format that says so itself
    guessed: bool = False  # nobody named it, and it is not what files should be in
    letters: tuple[str, ...] = ()  # words with letters beyond ASCII, as they read


@dataclass(frozen=True, slots=True)
class LayerPreview:
    """What a map layer looks like: the kinds of its shapes, how many, its columns with the value of the first row."""

    path: Path
    kinds: tuple[str, ...]
    count: int | None  # None where nothing was counted
    columns: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]  # of an import's options, the column that it would take by itself


def preview_requests(
    path: Path, columns: Mapping[str, str] | None = None, *, format: str = "auto", encoding: str | None = None
) -> RequestPreview:
    """Look into a file of requests; RefusedInput when it cannot be one."""
    file = open_requests(path, format=format, encoding=encoding)
    member, kind = file.parts[0]
    name = member or path.name
    if kind == "csv":
        headers, rows = peek_csv(path, member, name, encoding or encoding_of(path, member), ROWS)
    elif kind == "xml":
        headers, rows = xml_table(path, member, name)
    else:
        headers, rows = json_table(load_json(path, member, name, encoding), kind, name)
    headers = [storable(header) for header in headers]
    found = match_columns(headers, columns or {}, name)
    shown = tuple(tuple(_shown(cell) for cell in row) for row in rows[:ROWS])
    return RequestPreview(path, kind, tuple(headers), shown, found, tuple(missing_fields(found)))


def look_into_requests(path: Path, columns: Mapping[str, str], encoding: str | None) -> RequestPreview:
    """The same for a person who can be asked: an encoding that nobody named is guessed, with words to judge it by."""
    guess = guessed_encoding(path) if encoding is None else None
    if encoding is not None:
        check_text(path, encoding)
    seen = preview_requests(path, columns, encoding=encoding or guess)
    if seen.format == "xml":
        return seen  # it declares its encoding
    named = encoding or guess or encoding_of(path, members(path)[0]) or UTF8
    return replace(seen, encoding=named, guessed=guess is not None, letters=telling_words(path, encoding or guess))


def check_requests(
    path: Path, columns: Mapping[str, str] | None = None, *, format: str = "auto", encoding: str | None = None
) -> None:
    """RefusedInput, as the import would say it, for a file whose format or columns do not serve."""
    seen = preview_requests(path, columns, format=format, encoding=encoding)
    find_columns(seen.headers, columns or {}, path.name)


def preview_layer(path: Path, guess: Callable[[Sequence[str]], Mapping[str, str]]) -> LayerPreview:
    """Look into a layer of areas, lines or points; `guess` finds columns by name. RefusedInput when it is none."""
    frame = read_layer(path)
    kinds = tuple(sorted({str(kind) for kind in frame.geom_type.dropna().unique()}))
    names = [name for name in frame.columns if name != frame.geometry.name]
    first = frame.iloc[0] if len(frame) else {}
    columns = tuple((name, _shown(str(first.get(name, "")))) for name in names)
    return LayerPreview(path, kinds, len(frame), columns, guess(names))


def preview_table(path: Path, guess: Callable[[Sequence[str]], Mapping[str, str]]) -> LayerPreview:
    """Look into a CSV whose rows carry coordinates; RefusedInput when it cannot be read."""
    headers, rows = peek_csv(path, "", path.name, None, 1)
    first = dict(zip(headers, rows[0], strict=False)) if rows else {}
    columns = tuple((storable(name), _shown(first.get(name, ""))) for name in headers if name)
    return LayerPreview(path, (), None, columns, guess([name for name, _ in columns]))


def _shown(text: str) -> str:
    return storable(" ".join(text.split()))[:CELL]
