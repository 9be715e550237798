"""The words that stand on the map, for translation in one place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("Map", text)


def map_words(kind: str = "requests") -> dict[str, Any]:
    """Every word of the page, in the language of the window; what is drawn on a map of cells chooses some of them."""
    words = _words()
    if kind == "cells":
        words["tool"] |= {
            "box": _tr("Choose the cells in a box (B)"),
            "lasso": _tr("Choose cells by a line drawn freely (F)"),
        }
    return words


def _words() -> dict[str, Any]:
    return {
        "map": _tr("Map"),
        "layers": _tr("Layers"),
        "opacity_of": _tr("Opacity of {0}"),
        "move_layer": _tr("Move {0} (Alt+Up, Alt+Down)"),
        "layer_moved": _tr("{0}, place {1} of {2}"),
        "more_layers": _tr("{0} more layers"),
        "fewer_layers": _tr("Fewer layers"),
        "close": _tr("Close"),
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
        "marks": {
            "done": _tr("Done"),
            "not_found": _tr("Not found"),
            "other_crew": _tr("Needs another crew"),
        },
        "left_out": _tr("Left out"),
        "left_out_number": _tr("Left out, {0}"),
        "can_wait": _tr("Can wait for a later day"),
        "depot": _tr("Depot"),
        "dump": _tr("Dump"),
        "crew_stop": _tr("{0}, stop {1}"),
        "crew_number": _tr("Crew {0}"),
        "cell": _tr("Cell {0}"),
        "swipe": _tr("Line between two periods"),
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
        "tools": _tr("Tools"),
        "zoom": _tr("Zoom"),
        "views": _tr("Views"),
        "tool": {
            "select": _tr("Point and move (V)"),
            "box": _tr("Filter by a box (B)"),
            "lasso": _tr("Filter by a line drawn freely (F)"),
            "polygon": _tr("Filter by corners (P)"),
            "measure": _tr("Measure (M)"),
        },
        "tool_hints": {
            "box": _tr("Drag a box. Esc leaves"),
            "lasso": _tr("Draw around an area. Esc leaves"),
            "polygon": _tr("Click corners. Enter closes, Backspace takes one back, Esc leaves"),
            "measure": _tr("Click places. The first again closes an area, Enter ends, Esc clears"),
        },
        "edit": {
            "tools": _tr("Edit areas"),
            "tool": {
                "draw": _tr("Draw an area (D)"),
                "hole": _tr("Draw a hole in the chosen area (H)"),
                "split": _tr("Split the chosen area along a line (S)"),
                "reshape": _tr("Let the chosen area's border follow a line (E)"),
            },
            "move": _tr("Drag a corner, with Shift a whole edge. Click a border for a new corner, Del takes it out"),
            "closer": _tr("Look closer to see corners. Click chooses an area, Shift and click a second"),
            "draw": _tr("Click corners. Enter closes, Backspace takes one back, Alt does not snap, Esc leaves"),
            "hole": _tr(
                "Click the hole’s corners in the chosen area. Enter closes, Backspace takes one back, Esc leaves"
            ),
            "split": _tr("Draw a line across the chosen area. Enter splits, Alt does not snap, Esc leaves"),
            "reshape": _tr("Draw where the border should run, from border to border. Enter ends, Esc leaves"),
            "fixed": _tr("As it was on another day. Take it up as a draft to change it"),
        },
        "measure_leg": _tr("Last leg {0}"),
        "measure_area": _tr("Area {0}"),
        "bookmarks": _tr("Bookmarks"),
        "back": _tr("Back to the view before (Alt ←)"),
        "forward": _tr("Forward again (Alt →)"),
        "zoom_in": _tr("Closer (+)"),
        "zoom_out": _tr("Farther (−)"),
        "whole_city": _tr("Whole city (0)"),
        "take_mark_away": _tr("Take this mark off the map (Esc)"),
    }
