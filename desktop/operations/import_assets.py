"""Bring a layer of assets in: what the city owns that stands at a place, by the city's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.connectors.assets import AssetFile, AssetRow, read_assets
from data.errors import RefusedInput
from data.unit_of_work import WriteUnit
from desktop.domain.service_icons import icon_for
from desktop.operations.changes import Changes
from desktop.operations.work import Work

ICONS = Path(__file__).parents[1] / "views" / "assets" / "icons"
USUAL_ICON = "map-pin"
TOLD_EVERY = 5000


@dataclass(frozen=True, slots=True)
class AssetImport:
    """What to read and how. Without an icon the layer's name tells one; without services every request may name one."""

    path: Path
    layer: str | None = None
    icon: str | None = None
    id_field: str | None = None
    name_field: str | None = None
    service_codes: tuple[str, ...] = ()
    crs: str | None = None


def import_assets(work: Work, wanted: AssetImport) -> Changes:
    """Read a layer of points into the store, in place of what the layer of that name held.

    An asset is known by layer and number: it keeps its id, and importing a file again changes nothing. One that the
    file no longer holds is removed, unless a request names it. RefusedInput for a file without usable points, a glyph
    or services nobody knows.
    """
    city = work.city()
    read = read_assets(wanted.path, id_field=wanted.id_field, name_field=wanted.name_field, crs=wanted.crs)
    layer = wanted.layer or wanted.path.stem
    work.breathe(0.3, f"Comparing {len(read.rows):,} assets")
    with work.store.write("import assets", actor=work.actor, at=work.clock.now()) as unit:
        if city.crs_epsg is None:
            unit.change("city", {1: {"crs_epsg": _epsg_of(read.rows[0])}})
        layer_id, touched = _layer(unit, layer, wanted)
        added, updated, removed, kept = _take(work, unit, layer_id, read.rows)
        counts = _counts(layer, read, (added, updated, removed, kept))
        unit.summary.update({name: counts[name] for name in ("layer", "assets", "added", "updated", "removed")})
        act_id = unit.commit() if touched or added or updated or removed or city.crs_epsg is None else None
    entities = frozenset({"asset_layer", "asset"}) if act_id is not None else frozenset[str]()
    return Changes(act_id, work.actor, "import assets", entities, (), counts, _sentence(counts))


def _take(work: Work, unit: WriteUnit, layer_id: int, rows: Sequence[AssetRow]) -> tuple[int, int, int, int]:
    """Bring the layer in step with the rows; returns how many were added, updated, removed, and kept for a request."""
    known = {asset.asset_code: asset for asset in unit.assets.of_layer(layer_id)}
    fresh = [row for row in rows if row.asset_code not in known]
    for start in range(0, len(fresh), TOLD_EVERY):
        unit.create("asset", [{"layer_id": layer_id, **_values(row)} for row in fresh[start : start + TOLD_EVERY]])
        work.breathe(0.4 + 0.5 * start / len(fresh), f"Storing {len(fresh):,} assets")
    standing = [row for row in rows if row.asset_code in known]
    ids = [int(known[row.asset_code].id) for row in standing]
    columns = {name: [_values(row)[name] for row in standing] for name in ("name", "lat", "long", "attributes")}
    updated = unit.change_columns("asset", ids, columns) if ids else 0
    told = {row.asset_code for row in rows}
    gone = {int(asset.id) for code, asset in known.items() if code not in told}
    kept = gone & unit.assets.named(layer_id) if gone else set()
    if gone - kept:
        unit.remove("asset", sorted(gone - kept))
    return len(fresh), updated, len(gone - kept), len(kept)


def _values(row: AssetRow) -> dict[str, object]:
    return {
        "asset_code": row.asset_code,
        "name": row.name,
        "lat": row.lat,
        "long": row.long,
        "attributes": dict(row.attributes),
    }


def _layer(unit: WriteUnit, name: str, wanted: AssetImport) -> tuple[int, bool]:
    """The layer of this name, and whether it is new or differs. What was not asked for stays as it is."""
    _check(unit, wanted)
    standing = next((layer for layer in unit.assets.layers() if layer.name == name), None)
    if standing is None:
        icon = wanted.icon or icon_for(name) or USUAL_ICON
        row = {"name": name, "icon": icon, "service_codes": list(wanted.service_codes)}
        return unit.create("asset_layer", [row])[0], True
    values: dict[str, object] = {}
    if wanted.icon:
        values["icon"] = wanted.icon
    if wanted.service_codes:
        values["service_codes"] = list(wanted.service_codes)
    return standing.id, bool(values and unit.change("asset_layer", {standing.id: values}))


def _check(unit: WriteUnit, wanted: AssetImport) -> None:
    known = {service.service_code for service in unit.services.all()}
    strangers = [code for code in wanted.service_codes if code not in known]
    if strangers:
        raise RefusedInput(
            f"No service has the code {', '.join(strangers)}; import requests or services first, or correct --services."
        )
    bundled = {path.stem for path in ICONS.glob("*.svg")}
    if wanted.icon is not None and wanted.icon not in bundled:
        raise RefusedInput(
            f"There is no icon '{wanted.icon}'; use one of {', '.join(sorted(bundled))}, or leave --icon out."
        )


def _epsg_of(row: AssetRow) -> int:
    from geo.crs import utm_epsg

    return utm_epsg(row.long, row.lat)


def _counts(layer: str, read: AssetFile, done: tuple[int, int, int, int]) -> dict[str, object]:
    added, updated, removed, kept = done
    return {
        "layer": layer,
        "assets": len(read.rows) + kept,
        "added": added,
        "updated": updated,
        "unchanged": len(read.rows) - added - updated,
        "removed": removed,
        "kept_for_requests": kept,
        "without_point": read.without_point,
        "without_code": read.without_code,
        "repeated": read.repeated,
    }


def _sentence(counts: dict[str, object]) -> str:
    words = (
        f"{counts['layer']}: {counts['added']:,} assets added, {counts['updated']:,} updated, "
        f"{counts['unchanged']:,} unchanged, {counts['removed']:,} removed"
    )
    left = [
        (counts["kept_for_requests"], "that the file no longer holds are kept, for requests name them"),
        (counts["without_point"], "rows without a point left out"),
        (counts["without_code"], "rows without a number left out"),
        (counts["repeated"], "earlier rows of a number that comes again left out"),
    ]
    return ", ".join([words, *(f"{count:,} {told}" for count, told in left if count)]) + "."
