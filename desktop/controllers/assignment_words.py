"""Why nobody has a request, or why its department is doubtful, in a word or two."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.unassigned import Unassigned

translate = QCoreApplication.translate


def kind_words(kind: str) -> str:
    """What a kind of assignment is called."""
    return {
        Unassigned.UNLOCATED: translate("Assignment", "Not on the map"),
        Unassigned.OUTSIDE: translate("Assignment", "Outside the city"),
        Unassigned.GAP: translate("Assignment", "In no service area"),
        Unassigned.NO_RULE: translate("Assignment", "No rule for the service"),
        Unassigned.UNKNOWN_SERVICE: translate("Assignment", "Unknown service"),
        Unassigned.FAULT: translate("Assignment", "A rule stops"),
        Unassigned.OVERLAP: translate("Assignment", "In two departments’ areas"),
    }[Unassigned(kind)]
