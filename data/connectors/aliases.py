"""How files call the fields of a request: by alias, whatever the case and the style of the header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from data.errors import RefusedInput

# In order of preference. Spellings are reduced to lower-case letters and digits before they are compared.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "service_request_id": (
        "servicerequestid", "servicerequestnumber", "caseenquiryid", "caseid", "requestid", "srnumber", "issueid",
        "ticketid", "uniquekey", "caseno", "id",
    ),
    "service_code": ("servicecode", "requesttypeid", "typecode", "srtypecode"),
    "service_name": (
        "servicename", "type", "typeofservicerequest", "requesttypetitle", "requesttype", "requesttypename",
        "servicetype", "srtype", "complainttype", "issuetype", "category", "servicesubtype", "summary",
    ),
    "agency_name": ("agencyresponsible", "department", "ownerdepartment", "responsibleagency", "agencyname", "agency"),
    "status": ("status", "casestatus", "requeststatus", "ticketstatus"),
    "status_notes": ("statusnotes", "closurereason", "resolutiondescription", "resolution", "currentactivity"),
    "description": (
        "description", "casetitle", "details", "descriptor", "problemdescription", "issuedescription",
        "comments",
    ),
    "address": ("address", "streetaddress", "incidentaddress", "locationaddress", "fulladdress", "location"),
    "lat": ("latitude", "lat", "ycoord84"),
    "long": ("longitude", "long", "lng", "lon", "xcoord84"),
    "point": ("point", "geolocation", "locationpoint", "latlong", "thegeom", "location"),
    "requested_at": (
        "requesteddatetime", "requestedat", "opendt", "creationdate", "createdat", "createddate", "opened", "opendate",
        "dateopened", "createdtime", "datecreated", "demolitiondate", "reporteddate", "timestamp",
    ),
    "acknowledged_at": ("acknowledgedat", "acknowledgeddatetime", "dateacknowledged"),
    "closed_at": (
        "closedat", "closeddatetime", "closeddt", "completiondate", "closeddate", "dateclosed", "closed",
        "resolveddate",
    ),
    "updated_at": ("updateddatetime", "updatedat", "lastupdated", "dateupdated", "mostrecentactiondate"),
    "due_at": ("expecteddatetime", "dueat", "targetdt", "duedate", "expectedat", "sladate"),
    "media_url": ("mediaurl", "submittedphoto", "photourl", "image", "imageurl"),
    "reporter_name": ("reportername", "firstname", "contactname"),
    "reporter_email": ("reporteremail", "email"),
    "reporter_phone": ("reporterphone", "phone"),
}  # fmt: skip
REQUIRED = ("requested_at", "service_name")
# A column whose name tells what was done on that day: without any other word of the service, that is it.
_DATED_SERVICES: Mapping[str, str] = {"demolitiondate": "Demolition"}
CONSTANT = "="  # `--column service_name==Demolition`: every row has this value
_OPTION_NAMES = {"service": "service_name", "id": "service_request_id", "longitude": "long", "latitude": "lat"}


def reduced(header: str) -> str:
    """A header without case, blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


def find_columns(headers: Sequence[str], named: Mapping[str, str], file: str) -> dict[str, str]:
    """Which header holds which field; a value that begins with '=' is a constant.

    `named` overrides the aliases. RefusedInput when it names what is not there, or when a required field is not
    found: the sentence tells the columns of the file and how to name one.
    """
    found = match_columns(headers, named, file)
    missing = missing_fields(found)
    if missing:
        raise RefusedInput(_ask(missing, headers, file))
    return found


def missing_fields(found: Mapping[str, str]) -> list[str]:
    """The fields that a request needs and no column holds."""
    return [field for field in REQUIRED if field not in found]


def match_columns(headers: Sequence[str], named: Mapping[str, str], file: str) -> dict[str, str]:
    """Which header holds which field, as far as it can be told; RefusedInput when `named` names what is not there."""
    found: dict[str, str] = {}
    for field, header in named.items():
        found[_field(field)] = _named(field, header, headers, file)
    taken = set(found.values())
    by_reduced: dict[str, str] = {}
    for header in headers:
        by_reduced.setdefault(reduced(header), header)
    for field, aliases in ALIASES.items():
        if field in found:
            continue
        match = next((by_reduced[a] for a in aliases if a in by_reduced and _free(field, by_reduced[a], taken)), None)
        if match is not None:
            found[field] = match
            taken.add(match)
    if "service_name" not in found and "service_code" in found:
        found["service_name"] = found["service_code"]
    if "service_name" not in found and (told := _DATED_SERVICES.get(reduced(found.get("requested_at", "")))):
        found["service_name"] = CONSTANT + told
    return found


def _free(field: str, header: str, taken: set[str]) -> bool:
    """A column serves one field only; a combined location may be an address and a point at once."""
    return header not in taken or field == "point"


def _field(name: str) -> str:
    field = _OPTION_NAMES.get(name, name)
    if field not in ALIASES:
        raise RefusedInput(f"A request has no field '{name}'; --column takes one of {', '.join(ALIASES)}.")
    return field


def _named(field: str, header: str, headers: Sequence[str], file: str) -> str:
    if header.startswith(CONSTANT):
        return header
    match = next((own for own in headers if own == header), None) or next(
        (own for own in headers if reduced(own) == reduced(header)), None
    )
    if match is None:
        raise RefusedInput(f"{file} has no column '{header}' for {field}; its columns are {', '.join(headers[:40])}.")
    return match


def _ask(missing: Sequence[str], headers: Sequence[str], file: str) -> str:
    spelled = " ".join(f"--column {field}=COLUMN" for field in missing)
    words = " and ".join(field.replace("_", " ") for field in missing)
    return (
        f"{file} has no column that looks like {words}; name it with {spelled}, or give every row one value with "
        f"--column {missing[0]}==VALUE. Its columns are {', '.join(headers[:40])}."
    )
