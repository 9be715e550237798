"""The demo city's assets: along its streets, the same for a seed, named by the reports about them."""

from __future__ import annotations

import numpy as np
import shapely

from data.demo.catalogue import SERVICES
from data.demo.city import DemoCity
from data.demo.frame import to_degrees


def test_assets_belong_to_the_seed(city: DemoCity, small_city: DemoCity, other_city: DemoCity) -> None:
    """Another number of requests leaves them where they are, another seed does not."""
    assert small_city.asset_layers == city.asset_layers
    assert other_city.asset_layers != city.asset_layers


def test_there_are_some_thousand_of_three_kinds(city: DemoCity) -> None:
    """Lights, hydrants and signals with glyphs and services of the catalogue and a number each, inside the city."""
    assert [layer.name for layer in city.asset_layers] == ["Street lights", "Hydrants", "Traffic signals"]
    boundary = shapely.from_wkb(city.boundary_wkb)
    for layer, least in zip(city.asset_layers, (8000, 2000, 400), strict=True):
        assert least < len(layer) < 20_000
        assert len(set(layer.codes)) == len(layer)
        own = [service for service in SERVICES if service.code in layer.service_codes]
        assert layer.icon in {service.icon for service in own}
        inside = shapely.contains_xy(boundary, np.array(layer.long), np.array(layer.lat))
        assert inside.mean() > 0.98


def test_reports_name_an_asset_of_their_service_nearby(city: DemoCity) -> None:
    """Many reports of a dark light or signal name one; each is of the service's own layer and within its reach."""
    owner = [layer for layer in city.asset_layers for _ in layer.codes]
    x, y = (
        np.array([value for layer in city.asset_layers for value in getattr(layer, name)]) for name in ("x_m", "y_m")
    )
    named = np.flatnonzero(city.asset >= 0)
    assert len(named) > 60
    sites = city.columns.incidents.sites
    for at in named.tolist():
        incident, asset = int(city.columns.reports.incident[at]), int(city.asset[at])
        assert SERVICES[int(city.columns.service[at])].code in owner[asset].service_codes
        away = np.hypot(x[asset] - sites.x_m[incident], y[asset] - sites.y_m[incident])
        assert away <= owner[asset].reach_m + 0.1
    lon, lat = to_degrees(x[:5], y[:5])
    assert np.allclose(lon, city.asset_layers[0].long[:5], atol=1e-5)
    assert np.allclose(lat, city.asset_layers[0].lat[:5], atol=1e-5)


def test_reports_of_one_incident_mostly_name_one_asset(city: DemoCity) -> None:
    """Of pairs that name an asset and share an incident, nearly all name the same one."""
    named = np.flatnonzero(city.asset >= 0)
    incident = city.columns.incident[named]
    by_incident: dict[int, list[int]] = {}
    for key, asset in zip(incident.tolist(), city.asset[named].tolist(), strict=True):
        by_incident.setdefault(key, []).append(asset)
    several = [assets for assets in by_incident.values() if len(assets) > 1]
    assert several
    assert np.mean([len(set(assets)) == 1 for assets in several]) > 0.8


def test_the_number_on_the_post_is_the_assets(city: DemoCity) -> None:
    """What a report answers to the question for the number is the number of the asset it names."""
    codes = [code for layer in city.asset_layers for code in layer.codes]
    told = 0
    for chunk in city.requests():
        for at, question, value in chunk.answers:
            asset = chunk.columns["asset"][at]
            if question == "number" and asset is not None:
                assert value == codes[asset]  # type: ignore[call-overload]
                told += 1
    assert told > 5
