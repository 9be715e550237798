"""Where a source takes what becomes of its requests, and which of the extension's words it knows. Never a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

from data.records import Source
from desktop.domain.update_status import DUPLICATE, KNOWN, SPOKEN

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
FORMS = ("xml", "json")
OWN_FIELDS = frozenset({
    "jurisdiction_id", "service_request_id", "update_id", "updated_datetime", "status", "description", "api_key",
})  # fmt: skip
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}(\[[A-Za-z0-9_]{1,80}\])?")
_TAIL = re.compile(r"(/servicerequestupdates(\.(xml|json))?)?/*$")


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The usual values; without an endpoint a source is told nothing by this way. ValueError names a broken rule."""

    endpoint: str = ""  # https, without what the extension adds to it
    jurisdiction: str = ""
    form: str = "xml"  # of the answers
    statuses: tuple[str, ...] = SPOKEN  # besides OPEN and CLOSED, which every source knows
    accepts_duplicate: bool = True
    parent_field: str = ""  # in which it takes the number of the report that a DUPLICATE repeats

    def __post_init__(self) -> None:
        unknown = [status for status in self.statuses if status not in KNOWN]
        if unknown:
            raise ValueError(f"there is no status {unknown[0]}; there are {', '.join(sorted(KNOWN))}")
        if self.form not in FORMS:
            raise ValueError(f"the form of answers is one of {', '.join(FORMS)}")
        if self.parent_field and (self.parent_field in OWN_FIELDS or not _FIELD.fullmatch(self.parent_field)):
            raise ValueError(f"{self.parent_field} cannot be the field of the parent's number")
        if len(self.jurisdiction) > 200 or not self.jurisdiction.isprintable():
            raise ValueError("a jurisdiction is one line of at most 200 letters")
        if self.endpoint:
            _check_endpoint(self.endpoint)

    def takes(self) -> frozenset[str]:
        """Every status that the source knows."""
        named = frozenset(self.statuses) - {DUPLICATE}
        return named | ({DUPLICATE} if self.accepts_duplicate else frozenset())

    def to_json(self) -> dict[str, Any]:
        """Plain values of what differs from the usual."""
        usual = asdict(SourceSettings())
        return {name: _plain(value) for name, value in asdict(self).items() if value != usual[name]}

    def shown(self) -> dict[str, Any]:
        """Plain values of everything."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _check_endpoint(endpoint: str) -> None:
    """https, or this computer; no password and no question in it, for the store keeps it."""
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError as fault:
        raise ValueError("the endpoint is no address; write https://...") from fault
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in HERE)):
        raise ValueError("the endpoint is an address with https; http is for this computer only")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("the endpoint is an address without password, question or fragment; a key is kept elsewhere")
    if len(endpoint) > 500 or not endpoint.isprintable() or " " in endpoint:
        raise ValueError("the endpoint is one address of at most 500 letters")


def settings_of(source: Source) -> SourceSettings:
    """A source's settings; what a later version added is left out."""
    known = {one.name for one in fields(SourceSettings)}
    told = {name: value for name, value in (source.settings or {}).items() if name in known}
    if "statuses" in told:
        told["statuses"] = tuple(told["statuses"])
    return replace(SourceSettings(), **told)


def changed(settings: SourceSettings, values: Mapping[str, Any]) -> SourceSettings:
    """The settings with some of them written anew; ValueError says what is wrong."""
    told = dict(values)
    if "endpoint" in told:
        told["endpoint"] = _TAIL.sub("", str(told["endpoint"]).strip())
    if "statuses" in told:
        told["statuses"] = tuple(dict.fromkeys(str(one).strip().upper() for one in told["statuses"]))
    return replace(settings, **told)
