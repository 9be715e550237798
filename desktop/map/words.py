"""The words that stand on the map, for translation in one place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("Map", text)


def map_words() -> dict[str, Any]:
    """Every word of the page, in the language of the window."""
    return {
        "map": _tr("Map"),
        "layers": _tr("Layers"),
        "requests_by_status": _tr("Requests by status"),
        "status": {
            "submitted": _tr("Submitted"),
            "acknowledged": _tr("Acknowledged"),
            "in_progress": _tr("In progress"),
            "scheduled": _tr("Scheduled"),
            "closed": _tr("Closed"),
            "archived": _tr("Archived"),
        },
        "overdue": _tr("Overdue"),
        "time_left": _tr("Time left"),
        "incident_with_reports": _tr("Incident with its reports"),
        "planned_stop": _tr("Planned stop, in order"),
        "left_out": _tr("Left out"),
        "left_out_number": _tr("Left out, {0}"),
        "depot": _tr("Depot"),
        "crew_stop": _tr("{0}, stop {1}"),
        "crew_number": _tr("Crew {0}"),
        "classes": [
            _tr("Cold, q ≤ 0.01"),
            _tr("Cold, q ≤ 0.05"),
            _tr("Cold, q ≤ 0.10"),
            _tr("Not significant"),
            _tr("Hot, q ≤ 0.10"),
            _tr("Hot, q ≤ 0.05"),
            _tr("Hot, q ≤ 0.01"),
        ],
        "cell": _tr("Cell {0}"),
        "cell_count": _tr("Requests"),
        "request": _tr("Request"),
        "report_of_incident": _tr("Another report of this incident"),
        "requests_here": _tr("{0} requests"),
        "of_them_open": _tr("{0} open"),
        "of_them_overdue": _tr("{0} overdue"),
        "click_to_open": _tr("At one point. Click to open"),
        "click_to_look_closer": _tr("Click to look closer"),
        "incident_of": _tr("Incident of {0}"),
        "left": _tr("{0} left"),
        "late": _tr("{0} late"),
        "days_hours": _tr("{0} d {1} h"),
        "hours_minutes": _tr("{0} h {1} min"),
        "minutes": _tr("{0} min"),
        "tool_select": _tr("Point and move"),
        "tool_box": _tr("Choose by a box"),
        "zoom_in": _tr("Closer (+)"),
        "zoom_out": _tr("Farther (−)"),
        "whole_city": _tr("Whole city (0)"),
        "take_mark_away": _tr("Take this mark off the map (Esc)"),
    }
