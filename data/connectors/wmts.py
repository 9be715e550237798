"""WMTS capabilities from strangers: which layers can lie under the map, and the address of each one's tiles.

OGC 07-057r7, Web Map Tile Service 1.0.0: sections 7.1.1 (capabilities), 8.2 (GetTile in KVP), 10.2.1 (templates).
Only what tiles web mercator as every web map does is of use; its levels are found by their scale, not by their names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from lxml import etree

from data.errors import RefusedInput, one_line

LARGEST = 16 * 2**20  # bytes; the largest known services list some thousand layers in 5 MB
MOST_LAYERS = 5000
FORMATS = {f"image/{kind}" for kind in ("png", "png8", "jpeg", "jpg", "webp", "vnd.jpg-png", "vnd.jpg-png8")}
WHOLE_WORLD_SCALE = 559_082_264.0287178  # denominator of level 0 of GoogleMapsCompatible, 07-057r7 annex E.4
EDGE_M = 20_037_508.3428  # where the web mercator square ends
_MERCATOR = re.compile(r"(?:EPSG|OSGEO|ESRI).*[:/](?:3857|900913|3785|102100|102113)$", re.IGNORECASE)
_LEVELS = {"tilematrix": "z", "tilerow": "y", "tilecol": "x"}
_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class WmtsStyle:
    """A way that a layer is drawn, and the template of its tiles with {z}, {x} and {y}."""

    title: str
    template: str


@dataclass(frozen=True, slots=True)
class WmtsLayer:
    """A layer in web mercator; its usual style comes first. `closest` is the last zoom that it has."""

    identifier: str
    title: str
    styles: tuple[WmtsStyle, ...]
    closest: int


@dataclass(frozen=True, slots=True)
class WmtsService:
    """What can be shown of a service, in its own order, and whose it is."""

    title: str
    provider: str
    layers: tuple[WmtsLayer, ...]


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels of a tile matrix set: what stands in the template for the zoom, and the closest of them."""

    name: str
    pattern: str
    closest: int


@dataclass(frozen=True, slots=True)
class _Document:
    """What layers refer to."""

    levels: Mapping[str, _Levels]
    key_value: str  # where GetTile is asked in key-value pairs; empty where it is not
    place: str  # the address of the capabilities


def read_wmts(content: bytes, address: str) -> WmtsService:
    """The service of a capabilities document that came from an address. RefusedInput says why it is of no use."""
    host = urlsplit(address).hostname or address
    root = _root(content, host)
    found = _Document(dict(_level_sets(root)), _key_value(root), address)
    if not found.levels:
        raise RefusedInput(f"{host} has no tiles in web mercator (EPSG:3857), which the map needs; ask it for them.")
    listed = root.findall("{*}Contents/{*}Layer")[:MOST_LAYERS]
    layers = tuple(layer for element in listed if (layer := _layer(element, found)) is not None)
    if not layers:
        raise RefusedInput(f"None of the {len(listed)} layers of {host} has pictures in web mercator; choose another.")
    title = _text(root, "{*}ServiceIdentification/{*}Title") or host
    return WmtsService(title, _text(root, "{*}ServiceProvider/{*}ProviderName") or title, layers)


def _root(content: bytes, host: str) -> etree._Element:
    if len(content) > LARGEST:
        raise RefusedInput(f"What {host} answers is larger than {LARGEST >> 20} MB; it was not read.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    other = f"{host} does not answer with WMTS capabilities; write their address, or one with {{z}}, {{x}} and {{y}}."
    try:
        root = etree.fromstring(content.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise RefusedInput(other) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusedInput(f"What {host} answers declares a document type, which capabilities never need; not read.")
    name = etree.QName(root).localname
    if name in ("ExceptionReport", "ServiceExceptionReport"):
        words = one_line(ValueError(" ".join(str(part) for part in root.itertext())))
        raise RefusedInput(f"{host} refuses: {words[:200]}.")
    if name in ("WMS_Capabilities", "WMT_MS_Capabilities"):
        raise RefusedInput(f"{host} answers as a WMS, which has no tiles; write the address of its WMTS.")
    if name != "Capabilities" or root.find("{*}Contents") is None:
        raise RefusedInput(other)
    return root


def _text(element: etree._Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


# tile matrix sets


def _level_sets(root: etree._Element) -> Iterator[tuple[str, _Levels]]:
    """The sets that tile web mercator from the whole world down, by name."""
    for element in root.findall("{*}Contents/{*}TileMatrixSet"):
        name, crs = _text(element, "{*}Identifier"), _text(element, "{*}SupportedCRS")
        known = _text(element, "{*}WellKnownScaleSet").rsplit(":", 1)[-1] == "GoogleMapsCompatible"
        if name and (known or _MERCATOR.search(crs)):
            levels = _levels(name, dict(_zooms(element)))
            if levels is not None:
                yield name, levels


def _zooms(element: etree._Element) -> Iterator[tuple[int, str]]:
    """Zoom and identifier of each level that is as web maps have it."""
    for matrix in element.findall("{*}TileMatrix"):
        try:
            scale = float(_text(matrix, "{*}ScaleDenominator"))
            corner = [float(part) for part in _text(matrix, "{*}TopLeftCorner").split()]
            wide, high = (int(_text(matrix, f"{{*}}Tile{side}")) for side in ("Width", "Height"))
        except ValueError:
            continue
        zoom = math.log2(WHOLE_WORLD_SCALE / scale) if scale > 0 and math.isfinite(scale) else -1.0
        at_corner = len(corner) == 2 and all(abs(abs(part) - EDGE_M) < 10 for part in corner)
        if wide == high == 256 and at_corner and abs(zoom - round(zoom)) < 0.01 and 0 <= round(zoom) <= 30:
            yield round(zoom), _text(matrix, "{*}Identifier")


def _levels(name: str, zooms: Mapping[int, str]) -> _Levels | None:
    """How identifiers are made of the zoom: a text and the number, plain or of two digits; None where they are not."""
    for hole, form in (("{z}", "{}"), ("{zz}", "{:02}")):
        numbers = {zoom: form.format(zoom) for zoom in zooms}
        starts = {text.removesuffix(numbers[zoom]) for zoom, text in zooms.items() if text.endswith(numbers[zoom])}
        for start in sorted(starts):
            if "{" not in start and all(text == start + numbers[zoom] for zoom, text in zooms.items()):
                return _Levels(name, quote(start, safe=":") + hole, max(zooms))
    return None


# layers


def _layer(element: etree._Element, found: _Document) -> WmtsLayer | None:
    identifier = _text(element, "{*}Identifier")
    links = [_text(link, "{*}TileMatrixSet") for link in element.findall("{*}TileMatrixSetLink")]
    levels = next((found.levels[link] for link in links if link in found.levels), None)
    if not identifier or levels is None:
        return None
    styles = sorted(element.findall("{*}Style"), key=lambda style: style.get("isDefault") not in ("true", "1"))
    named = [(_text(style, "{*}Identifier"), _text(style, "{*}Title")) for style in styles] or [("default", "")]
    made = [
        WmtsStyle(title or name or identifier, template)
        for name, title in named
        if (template := _template(element, identifier, name, levels, found))
    ]
    title = _text(element, "{*}Title") or identifier
    return WmtsLayer(identifier, title, tuple(made), levels.closest) if made else None


def _template(element: etree._Element, layer: str, style: str, levels: _Levels, found: _Document) -> str:
    """The address of a layer's tiles with {z}, {x} and {y}; empty where it has none in a kind of picture."""
    values = {"style": style, "tilematrixset": levels.name, "layer": layer, **_dimensions(element)}
    for resource in element.findall("{*}ResourceURL"):
        if resource.get("resourceType") == "tile" and _is_picture(resource.get("format", "")):
            filled = _filled(resource.get("template", ""), values, levels)
            if filled:
                return _secure(filled, found.place)
    formats = [" ".join((each.text or "").split()) for each in element.findall("{*}Format")]
    kind = next((each for each in formats if _is_picture(each)), "")
    if not found.key_value or not kind:
        return ""
    pairs = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": layer, "STYLE": style}
    pairs |= {"FORMAT": kind, "TILEMATRIXSET": levels.name}
    pairs |= _dimensions(element)
    told = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())
    joint = "" if found.key_value.endswith(("?", "&")) else "&" if "?" in found.key_value else "?"
    asked = f"{found.key_value}{joint}{told}&TILEMATRIX={levels.pattern}&TILEROW={{y}}&TILECOL={{x}}"
    return _secure(asked, found.place)


def _is_picture(kind: str) -> bool:
    return kind.split(";")[0].strip().lower() in FORMATS


def _dimensions(element: etree._Element) -> dict[str, str]:
    """What a layer's further dimensions (a day, an elevation) are when nobody chooses, by lower-case name."""
    found = {}
    for dimension in element.findall("{*}Dimension"):
        value = _text(dimension, "{*}Default") or _text(dimension, "{*}Value")
        found[_text(dimension, "{*}Identifier").lower()] = value
    return {name: value for name, value in found.items() if name}


def _filled(template: str, values: Mapping[str, str], levels: _Levels) -> str:
    """A RESTful template with everything filled in but level, row and column; empty where something is unknown."""
    wanted: set[str] = set()
    unknown = False

    def fill(hole: re.Match[str]) -> str:
        nonlocal unknown
        name = hole[1].lower()
        if name in _LEVELS:
            wanted.add(name)
            return levels.pattern if name == "tilematrix" else f"{{{_LEVELS[name]}}}"
        unknown |= name not in values
        return quote(values.get(name, ""), safe=":")

    filled = _HOLE.sub(fill, template.strip())
    return filled if wanted == set(_LEVELS) and not unknown else ""


def _key_value(root: etree._Element) -> str:
    """Where GetTile is asked in key-value pairs, by the operations' metadata."""
    for operation in root.findall("{*}OperationsMetadata/{*}Operation"):
        if operation.get("name") == "GetTile":
            for get in operation.findall("{*}DCP/{*}HTTP/{*}Get"):
                encodings = [(value.text or "").strip().upper() for value in get.findall(".//{*}Value")]
                address = get.get("{http://www.w3.org/1999/xlink}href", "")
                if address and (not encodings or "KVP" in encodings):
                    return address.strip()
    return ""


def _secure(template: str, place: str) -> str:
    """Services that were asked by https and name themselves by http are asked by https again."""
    asked, named = urlsplit(place), urlsplit(template)
    if asked.scheme == "https" and named.scheme == "http" and named.hostname == asked.hostname:
        return urlunsplit(named._replace(scheme="https", netloc=named.netloc.removesuffix(":80")))
    return template
