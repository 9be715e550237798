"""The words that stand on the map, for translation in one place."""

from __future__ import annotations

from typing import Any

from desktop.views.language import tr


def map_words(kind: str = "requests") -> dict[str, Any]:
    """Every word of the page, in the language of the window; what is drawn on a map of cells chooses some of them."""
    words = _words()
    if kind == "cells":
        words["tool"] |= {
            "box": tr("Choose the cells in a box (B)"),
            "lasso": tr("Choose cells by a line drawn freely (F)"),
        }
    return words


def _words() -> dict[str, Any]:
    return {
        "map": tr("Map"),
        "layers": tr("Layers"),
        "opacity_of": tr("Opacity of {0}"),
        "move_layer": tr("Move {0} (Alt+Up, Alt+Down)"),
        "layer_moved": tr("{0}, place {1} of {2}"),
        "more_layers": tr("{0} more layers"),
        "fewer_layers": tr("Fewer layers"),
        "close": tr("Close"),
        "requests_by_status": tr("Requests by status"),
        "status": {
            "submitted": tr("Submitted"),
            "acknowledged": tr("Acknowledged"),
            "in_progress": tr("In progress"),
            "scheduled": tr("Scheduled"),
            "closed": tr("Closed"),
            "archived": tr("Archived"),
        },
        "overdue": tr("Overdue"),
        "time_left": tr("Time left"),
        "incident_with_reports": tr("Incident with its reports"),
        "planned_stop": tr("Planned stop, in order"),
        "marks": {
            "done": tr("Done"),
            "not_found": tr("Not found"),
            "other_crew": tr("Needs another crew"),
        },
        "left_out": tr("Left out"),
        "left_out_number": tr("Left out, {0}"),
        "can_wait": tr("Can wait for a later day"),
        "depot": tr("Depot"),
        "dump": tr("Dump"),
        "crew_stop": tr("{0}, stop {1}"),
        "crew_number": tr("Crew {0}"),
        "cell": tr("Cell {0}"),
        "swipe": tr("Line between two periods"),
        "cell_count": tr("Requests"),
        "request": tr("Request"),
        "report_of_incident": tr("Another report of this incident"),
        "requests_here": tr("{0} requests"),
        "of_them_open": tr("{0} open"),
        "of_them_overdue": tr("{0} overdue"),
        "click_to_open": tr("At one point. Click to open"),
        "click_to_look_closer": tr("Click to look closer"),
        "incident_of": tr("Incident of {0}"),
        "left": tr("{0} left"),
        "late": tr("{0} late"),
        "days_hours": tr("{0} d {1} h"),
        "hours_minutes": tr("{0} h {1} min"),
        "minutes": tr("{0} min"),
        "tools": tr("Tools"),
        "zoom": tr("Zoom"),
        "views": tr("Views"),
        "tool": {
            "select": tr("Point and move (V)"),
            "box": tr("Filter by a box (B)"),
            "lasso": tr("Filter by a line drawn freely (F)"),
            "polygon": tr("Filter by corners (P)"),
            "measure": tr("Measure (M)"),
        },
        "tool_hints": {
            "box": tr("Drag a box. Esc leaves"),
            "lasso": tr("Draw around an area. Esc leaves"),
            "polygon": tr("Click corners. Enter closes, Backspace takes one back, Esc leaves"),
            "measure": tr("Click places. The first again closes an area, Enter ends, Esc clears"),
        },
        "edit": {
            "tools": tr("Edit areas"),
            "tool": {
                "draw": tr("Draw an area (D)"),
                "hole": tr("Draw a hole in the chosen area (H)"),
                "split": tr("Split the chosen area along a line (S)"),
                "reshape": tr("Let the chosen area's border follow a line (E)"),
            },
            "move": tr("Drag a corner, with Shift a whole edge. Click a border for a new corner, Del takes it out"),
            "closer": tr("Look closer to see corners. Click chooses an area, Shift and click a second"),
            "draw": tr("Click corners. Enter closes, Backspace takes one back, Alt does not snap, Esc leaves"),
            "hole": tr(
                "Click the hole’s corners in the chosen area. Enter closes, Backspace takes one back, Esc leaves"
            ),
            "split": tr("Draw a line across the chosen area. Enter splits, Alt does not snap, Esc leaves"),
            "reshape": tr("Draw where the border should run, from border to border. Enter ends, Esc leaves"),
            "fixed": tr("As it was on another day. Take it up as a draft to change it"),
        },
        "measure_leg": tr("Last leg {0}"),
        "measure_area": tr("Area {0}"),
        "bookmarks": tr("Bookmarks"),
        "back": tr("Back to the view before (Alt ←)"),
        "forward": tr("Forward again (Alt →)"),
        "zoom_in": tr("Closer (+)"),
        "zoom_out": tr("Farther (−)"),
        "whole_city": tr("Whole city (0)"),
        "take_mark_away": tr("Take this mark off the map (Esc)"),
    }
