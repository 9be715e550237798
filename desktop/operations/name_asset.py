"""Say which asset a request is about, or that it is about none."""

from __future__ import annotations

from data.errors import RefusedInput
from data.records import Asset, ServiceRequest
from data.unit_of_work import WriteUnit
from desktop.operations.changes import Changes
from desktop.operations.work import Work

ENTITIES = frozenset({"service_request"})


def name_asset(work: Work, *, request_id: int, asset_id: int | None) -> Changes:
    """Let a request name an asset; None takes the name off it. Saying the same again writes nothing.

    RefusedInput for a request or an asset that is not there, and for an asset whose layer belongs to other services.
    """
    verb = "name asset" if asset_id is not None else "take asset off"
    with work.store.write(verb, actor=work.actor, at=work.clock.now()) as unit:
        request = unit.requests.get(request_id)
        if request is None:
            raise RefusedInput(f"There is no request {request_id} any more; look at the list again.")
        asset = None if asset_id is None else _asset_for(unit, request, asset_id)
        changed = unit.change("service_request", {int(request.id): {"asset_id": asset_id}})
        code = "" if asset is None else asset.asset_code
        unit.summary.update(request=request.service_request_id, asset=code)
        act_id = unit.commit() if changed else None
    if not changed:
        sentence = ""
    elif asset is None:
        sentence = f"Request {request.service_request_id} names no asset."
    else:
        sentence = f"Request {request.service_request_id} names {code}."
    entities = ENTITIES if changed else frozenset[str]()
    counts = {"request": request.service_request_id, "asset": code}
    return Changes(act_id, work.actor, verb, entities, (int(request.id),), counts, sentence)


def _asset_for(unit: WriteUnit, request: ServiceRequest, asset_id: int) -> Asset:
    """The asset, where a request of that service may name it."""
    asset = unit.assets.get(asset_id)
    if asset is None:
        raise RefusedInput(f"There is no asset {asset_id} any more; choose another.")
    layer = next(layer for layer in unit.assets.layers() if layer.id == asset.layer_id)
    service = next(service for service in unit.services.all() if service.id == request.service_id)
    if layer.service_codes and service.service_code not in layer.service_codes:
        raise RefusedInput(
            f"{asset.asset_code} is of the layer {layer.name}, which is not for {service.service_name}; "
            "choose another asset or recategorise the request."
        )
    return asset
