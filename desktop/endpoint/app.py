"""GeoReport v2, extended: what is open near a point, so that residents can be asked "is it this?"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from data.errors import DataError, RefusedInput
from desktop.domain.status_mapping import TO_OPEN311
from desktop.operations.held_city import Held
from desktop.operations.nearby_incidents import (
    LIMIT,
    LONGEST_TEXT,
    MOST,
    MOST_M,
    RADIUS_M,
    NearbyIncident,
    UnknownService,
    nearby_incidents,
)
from desktop.operations.work import Work

ROOT = "/open311/v2"
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="Degrees north.")]
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, description="Degrees east.")]
ServiceCode = Annotated[str, Query(max_length=200, description="A service of the city; none: of all.")]
Words = Annotated[str, Query(max_length=LONGEST_TEXT, description="What the resident writes.")]
Radius = Annotated[float, Query(gt=0, le=MOST_M, allow_inf_nan=False, description="Metres.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]


class Nearby(BaseModel):
    """An open incident near the point; names are GeoReport's where it has one for them."""

    service_request_id: str = Field(description="Of the incident's parent, as are service, address and description.")
    service_code: str
    service_name: str
    status: str = Field(description="GeoReport's: open.")
    progress: str = Field(description="submitted, acknowledged, scheduled or in_progress: of the furthest open report.")
    lat: float = Field(description="Degrees north, of the parent.")
    long: float = Field(description="Degrees east.")
    address: str
    description: str
    distance_m: float = Field(description="Of the nearest open report.")
    reports: int = Field(description="How many residents' reports it has.")
    requested_datetime: datetime = Field(description="Of the first report.")
    expected_datetime: datetime | None = Field(description="By when the city means to have done it.")
    probability: float | None = Field(description="That a new report is about it; null where nothing judges that.")

    @classmethod
    def of(cls, one: NearbyIncident) -> Nearby:
        """What an operation told."""
        return cls(
            service_request_id=one.service_request_id,
            service_code=one.service_code,
            service_name=one.service_name,
            status=TO_OPEN311[one.status],
            progress=one.status.value,
            lat=one.lat,
            long=one.long,
            address=one.address,
            description=one.description,
            distance_m=one.distance_m,
            reports=one.reports,
            requested_datetime=one.requested_at,
            expected_datetime=one.due_at,
            probability=one.probability,
        )


class Fault(BaseModel):
    """What is wrong, as GeoReport v2 tells it: in a list."""

    code: int
    description: str


_FAULTS: dict[int | str, dict[str, Any]] = {code: {"model": list[Fault]} for code in (400, 404, 503)}


def make_app(work: Work) -> FastAPI:
    """The endpoint over a store. Only what residents may see goes out; nothing is written."""
    app = FastAPI(title="Opsmap", openapi_url=f"{ROOT}/openapi.json", docs_url=None, redoc_url=None)
    _tell_faults(app)
    held = Held()

    @app.get(f"{ROOT}/nearby.json", responses=_FAULTS)
    def nearby(
        lat: Latitude,
        long: Longitude,
        service_code: ServiceCode = "",
        q: Words = "",
        radius: Radius = RADIUS_M,
        limit: Limit = LIMIT,
    ) -> list[Nearby]:
        """Open incidents near a point, the likeliest first."""
        asked: dict[str, Any] = {"service_code": service_code, "text": q, "radius_m": radius, "limit": limit}
        asked["held"] = held
        return [Nearby.of(one) for one in nearby_incidents(work, point=(lat, long), **asked)]

    return app


def _tell_faults(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    def wrong(_: Request, fault: RequestValidationError) -> JSONResponse:
        return _faults(400, [f"{_name(one)}: {one['msg']}." for one in fault.errors()])

    @app.exception_handler(UnknownService)
    def unknown(_: Request, fault: UnknownService) -> JSONResponse:
        return _faults(404, [str(fault)])

    @app.exception_handler(RefusedInput)
    def refused(_: Request, fault: RefusedInput) -> JSONResponse:
        return _faults(400, [str(fault)])

    @app.exception_handler(DataError)
    def failed(_: Request, fault: DataError) -> JSONResponse:
        return _faults(503, ["The city's store cannot be read just now; try again later."])  # no places of files

    @app.exception_handler(HTTPException)
    def other(_: Request, fault: HTTPException) -> JSONResponse:
        return _faults(fault.status_code, [f"{fault.detail}."])


def _name(fault: dict[str, Any]) -> str:
    return ".".join(str(part) for part in fault["loc"][1:])


def _faults(code: int, descriptions: Sequence[str]) -> JSONResponse:
    return JSONResponse([{"code": code, "description": one} for one in descriptions], code)
