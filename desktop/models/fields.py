"""The columns of the request table and what its rows can be grouped by, with their words."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from PySide6.QtCore import QCoreApplication

from data.records import Placement, Status

translate = QCoreApplication.translate


class Field(IntEnum):
    """Every column there is; which are shown, and in which order, the view says."""

    STATUS = 0
    REQUEST = 1
    SERVICE = 2
    ADDRESS = 3
    OPENED = 4
    TIME_LEFT = 5
    DEPARTMENT = 6
    TICK = 7
    SOURCE = 8
    PRIORITY = 9
    REPORTS = 10
    PLACEMENT = 11
    ACKNOWLEDGED = 12
    CLOSED = 13
    AREA = 14
    DESCRIPTION = 15


class Grouping(StrEnum):
    """What rows can be gathered under."""

    SERVICE = "service"
    STATUS = "status"
    DEPARTMENT = "department"
    DAY = "day"
    INCIDENT = "incident"


# Known to the store alone: their order is read from it, apart from the snapshot.
TEXTS = (Field.REQUEST, Field.ADDRESS, Field.SOURCE, Field.AREA, Field.DESCRIPTION)
TIMES = {Field.OPENED: "requested_ms", Field.ACKNOWLEDGED: "acknowledged_ms", Field.CLOSED: "closed_ms"}
# Times and figures, under heads that stand on the same side.
RIGHT_ALIGNED = (
    Field.OPENED,
    Field.TIME_LEFT,
    Field.PRIORITY,
    Field.REPORTS,
    Field.ACKNOWLEDGED,
    Field.CLOSED,
)


def field_title(field: Field) -> str:
    """What a column is called."""
    return {
        Field.STATUS: translate("Fields", "Status"),
        Field.REQUEST: translate("Fields", "Request"),
        Field.SERVICE: translate("Fields", "Service"),
        Field.ADDRESS: translate("Fields", "Address"),
        Field.OPENED: translate("Fields", "Opened"),
        Field.TIME_LEFT: translate("Fields", "Time left"),
        Field.DEPARTMENT: translate("Fields", "Department"),
        Field.TICK: translate("Fields", "Selected"),
        Field.SOURCE: translate("Fields", "Source"),
        Field.PRIORITY: translate("Fields", "Priority"),
        Field.REPORTS: translate("Fields", "Reports"),
        Field.PLACEMENT: translate("Fields", "Placement"),
        Field.ACKNOWLEDGED: translate("Fields", "Acknowledged"),
        Field.CLOSED: translate("Fields", "Closed"),
        Field.AREA: translate("Fields", "Service area"),
        Field.DESCRIPTION: translate("Fields", "Description"),
    }[field]


def grouping_title(grouping: Grouping) -> str:
    """What a grouping is called."""
    return {
        Grouping.SERVICE: translate("Fields", "Service"),
        Grouping.STATUS: translate("Fields", "Status"),
        Grouping.DEPARTMENT: translate("Fields", "Department"),
        Grouping.DAY: translate("Fields", "Day opened"),
        Grouping.INCIDENT: translate("Fields", "Incident"),
    }[grouping]


def status_word(status: Status) -> str:
    """What a status is called."""
    return {
        Status.SUBMITTED: translate("Fields", "Submitted"),
        Status.ACKNOWLEDGED: translate("Fields", "Acknowledged"),
        Status.IN_PROGRESS: translate("Fields", "In progress"),
        Status.SCHEDULED: translate("Fields", "Scheduled"),
        Status.CLOSED: translate("Fields", "Closed"),
        Status.ARCHIVED: translate("Fields", "Archived"),
    }[status]


def placement_word(placement: Placement) -> str:
    """What is believed of a request's point."""
    return {
        Placement.LOCATED: translate("Fields", "On the map"),
        Placement.MISSING: translate("Fields", "No point"),
        Placement.INVALID: translate("Fields", "Impossible point"),
        Placement.SWAPPED: translate("Fields", "Exchanged point"),
        Placement.OUT_OF_TOWN: translate("Fields", "Out of town"),
        Placement.PLACEHOLDER: translate("Fields", "Stand-in point"),
    }[placement]
