"""Open311 GeoReport v2 in XML from strangers: no entities, no network, single elements and empty ones as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from data.connectors.archives import open_member
from data.connectors.mapping import RowMaker, Source
from data.connectors.rows import RejectedRow, RequestRow
from data.errors import RefusedInput, one_line


def read_xml(path: Path, member: str, source: Source, columns: Mapping[str, str]) -> Iterator[RequestRow | RejectedRow]:
    """Rows of a service_requests document. RefusedInput for broken XML, a document type, or a server's error."""
    headers, rows = xml_table(path, member, source.file)
    if not rows:
        return
    maker = RowMaker(headers, columns, source)
    for number, cells in enumerate(rows, 1):
        yield maker.read(number, cells)


def xml_table(path: Path, member: str, file: str) -> tuple[list[str], list[list[str]]]:
    """The names of a document's fields, and every request as texts in their order. RefusedInput as in read_xml."""
    with open_member(path, member) as stream:
        root = _root(stream.read(), file)
    if root.tag in ("errors", "error"):
        words = " ".join(" ".join(str(part) for part in root.itertext()).split())
        raise RefusedInput(f"{file} is the server's refusal: {words}.")
    if root.tag not in ("service_requests", "requests"):
        raise RefusedInput(f"{file} holds <{root.tag}>, not <service_requests>; is it another answer?")
    records = [{_name(child): _text(child) for child in element if isinstance(child.tag, str)} for element in root]
    headers = list(dict.fromkeys(name for record in records for name in record))
    return headers, [[record.get(name, "") for name in headers] for record in records]


def _root(content: bytes, file: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content[max(0, content.find(b"<")) :], parser)
    except etree.XMLSyntaxError as fault:
        raise RefusedInput(f"{file} is not whole XML ({one_line(fault)}); fetch it again.") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusedInput(f"{file} declares a document type, which requests never need; it was not read.")
    return root


def _name(element: etree._Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
