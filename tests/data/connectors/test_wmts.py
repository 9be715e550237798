"""WMTS capabilities as cities, states and vendors write them: the tiles that are meant, or one sentence why not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.connectors.wmts import LARGEST, read_wmts
from data.errors import RefusedInput

SPACES = (
    'xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
AT = "https://maps.example.org/wmts/1.0.0/WMTSCapabilities.xml"
EDGE = math.pi * 6_378_137.0
PIXEL_M = 0.00028


def levels(form: str, zooms: range, size: int = 256) -> str:
    """Tile matrices whose scales come from the size of the earth, not from a table."""
    told = ""
    for zoom in zooms:
        scale = 2 * EDGE / (256 * 2**zoom) / PIXEL_M
        told += (
            f"<TileMatrix><ows:Identifier>{form.format(zoom)}</ows:Identifier>"
            f"<ScaleDenominator>{scale:.8f}</ScaleDenominator><TopLeftCorner>-{EDGE:.4f} {EDGE:.4f}</TopLeftCorner>"
            f"<TileWidth>{size}</TileWidth><TileHeight>{size}</TileHeight>"
            f"<MatrixWidth>{2**zoom}</MatrixWidth><MatrixHeight>{2**zoom}</MatrixHeight></TileMatrix>"
        )
    return told


def matrix_set(name: str, crs: str, inside: str, scales: str = "") -> str:
    """A tile matrix set."""
    known = f"<WellKnownScaleSet>{scales}</WellKnownScaleSet>" if scales else ""
    return (
        f"<TileMatrixSet><ows:Identifier>{name}</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>"
        f"{known}{inside}</TileMatrixSet>"
    )


MERCATOR = matrix_set("GoogleMapsCompatible", "urn:ogc:def:crs:EPSG:6.18.3:3857", levels("{}", range(20)))
LOCAL = matrix_set("DE_EPSG_25832_ADV", "urn:ogc:def:crs:EPSG::25832", levels("{:02}", range(14)))
STYLE = '<Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>'


def layer(name: str, inside: str, links: str = "GoogleMapsCompatible", style: str = STYLE) -> str:
    """A layer with its links to tile matrix sets."""
    linked = "".join(
        f"<TileMatrixSetLink><TileMatrixSet>{each}</TileMatrixSet></TileMatrixSetLink>" for each in links.split()
    )
    title = f"<ows:Title>{name.title()}</ows:Title><ows:Identifier>{name}</ows:Identifier>"
    return f"<Layer>{title}{style}{inside}{linked}</Layer>"


def rest(template: str, kind: str = "image/png") -> str:
    """A RESTful address of tiles."""
    return f'<Format>{kind}</Format><ResourceURL format="{kind}" resourceType="tile" template="{template}"/>'


def document(contents: str, provider: str = "City of Rivermouth", key_value: str = "") -> bytes:
    """Capabilities, with where GetTile is asked in key-value pairs."""
    asked = (
        f'<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP><ows:Get xlink:href="{key_value}">'
        '<ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues>'
        "</ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Capabilities {SPACES} version="1.0.0">'
        "<ows:ServiceIdentification><ows:Title>Base maps</ows:Title></ows:ServiceIdentification>"
        f"<ows:ServiceProvider><ows:ProviderName>{provider}</ows:ProviderName></ows:ServiceProvider>"
        f"{asked if key_value else ''}<Contents>{contents}</Contents></Capabilities>"
    ).encode()


def test_a_national_service_with_templates_and_two_matrix_sets() -> None:
    """Web mercator is taken among several sets, the usual style first, and whose service it is comes along."""
    styles = "<Style><ows:Identifier>grey</ows:Identifier><ows:Title>Grey</ows:Title></Style>" + STYLE
    place = rest("https://t.example.org/rest/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png")
    read = read_wmts(
        document(LOCAL + MERCATOR + layer("topo", place, "DE_EPSG_25832_ADV GoogleMapsCompatible", styles)), AT
    )
    (topo,) = read.layers
    assert (read.provider, topo.title, topo.closest) == ("City of Rivermouth", "Topo", 19)
    assert [style.title for style in topo.styles] == ["default", "Grey"]
    assert topo.styles[1].template == "https://t.example.org/rest/topo/grey/GoogleMapsCompatible/{z}/{y}/{x}.png"


def test_a_geoserver_that_speaks_key_value_pairs() -> None:
    """Levels named after their system keep their prefix, names are quoted, and http of the same host becomes https."""
    own = matrix_set("EPSG:900913", "urn:ogc:def:crs:EPSG::900913", levels("EPSG:900913:{}", range(18)))
    shown = layer("city:aerial photo", "<Format>image/jpeg</Format>", "EPSG:900913")
    (photo,) = read_wmts(document(own + shown, key_value="http://maps.example.org/gwc?"), AT).layers
    assert photo.closest == 17
    assert photo.styles[0].template == (
        "https://maps.example.org/gwc?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=city%3Aaerial%20photo"
        "&STYLE=default&FORMAT=image%2Fjpeg&TILEMATRIXSET=EPSG%3A900913&TILEMATRIX=EPSG:900913:{z}"
        "&TILEROW={y}&TILECOL={x}"
    )


def test_a_vendor_s_server_whose_set_is_named_as_nothing_else() -> None:
    """A set is known by its system and scales, not by its name; corners may be cut a little."""
    own = matrix_set(
        "default028mm",
        "urn:ogc:def:crs:EPSG::102100",
        levels("{}", range(24)).replace("20037508.3428", "20037508.342787"),
    )
    place = rest(
        "https://arc.example.org/tile/1.0.0/x/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}", "image/jpgpng"
    )
    place += rest("https://arc.example.org/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.jpg", "image/jpeg")
    (shown,) = read_wmts(document(own + layer("x", place, "default028mm")), AT).layers
    assert shown.styles[0].template == "https://arc.example.org/default/default028mm/{z}/{y}/{x}.jpg"


def test_days_levels_of_two_digits_and_known_scale_sets() -> None:
    """A day is the service's usual one, `05` stays `05`, and a set may only name its scales."""
    own = matrix_set("gmc", "urn:x:none", levels("{:02}", range(12)), "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible")
    day = "<ows:Identifier>Time</ows:Identifier><Default>2026-11-01</Default><Value>2020-01-01</Value>"
    place = rest("https://s.example.org/{Time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png")
    (shown,) = read_wmts(document(own + layer("snow", f"<Dimension>{day}</Dimension>{place}", "gmc", "")), AT).layers
    assert shown.styles[0].template == "https://s.example.org/2026-11-01/gmc/{zz}/{y}/{x}.png"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "does not answer with WMTS capabilities"),
        (b"<html><body>Log in</body></html>", "does not answer with WMTS capabilities"),
        (b"\x89PNG\r\n", "does not answer with WMTS capabilities"),
        (b"<WMS_Capabilities version='1.3.0'/>", "as a WMS"),
        (
            b"<ows:ExceptionReport xmlns:ows='http://www.opengis.net/ows/1.1'><ows:Exception><ows:ExceptionText>No such"
            b" key</ows:ExceptionText></ows:Exception></ows:ExceptionReport>",
            "refuses: No such key.",
        ),
        (b"<!DOCTYPE a [<!ENTITY e 'x'>]>" + document(MERCATOR)[38:], "document type"),
        (b"<a>" + b" " * LARGEST + b"</a>", "larger than 16 MB"),
        (document(LOCAL + layer("topo", rest("https://t.example.org/{TileMatrix}"))), "no tiles in web mercator"),
        (
            document(
                MERCATOR
                + layer(
                    "lines", rest("https://t.example.org/{TileMatrix}/{TileRow}/{TileCol}", "application/x-protobuf")
                )
            ),
            "None of the 1 layers",
        ),
        (
            document(MERCATOR + layer("odd", rest("https://t.example.org/{Mood}/{TileMatrix}/{TileRow}/{TileCol}"))),
            "None of the 1 layers",
        ),
        (
            document(matrix_set("big", "EPSG:3857", levels("{}", range(9), 512)) + layer("a", "", "big")),
            "no tiles in web mercator",
        ),
    ],
)
def test_what_is_of_no_use_is_told_in_a_sentence(content: bytes, told: str) -> None:
    """Pages, pictures, other services, refusals, document types, other projections, kinds and sizes."""
    with pytest.raises(RefusedInput) as raised:
        read_wmts(content, AT)
    assert told in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_document_type_reads_no_file() -> None:
    """An entity that names a file is neither read nor told."""
    hostile = b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><Capabilities>&e;</Capabilities>"
    with pytest.raises(RefusedInput, match=r"does not answer|document type"):
        read_wmts(hostile, AT)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: document(f"<Layer>{text}</Layer>")))
def test_nothing_else_than_a_refusal_comes_of_what_is_no_service(content: bytes) -> None:
    """Whatever the bytes, the answer is a refusal in one sentence."""
    with pytest.raises(RefusedInput):
        read_wmts(content, AT)
