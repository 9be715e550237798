"""A duration that was measured is a sentence with a link on the page of its service; without one there is neither."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.views.kit import Link
from desktop.views.services_view import ServiceRow, ServicesView


def row(code: str, measured: str) -> ServiceRow:
    """A service without requests."""
    texts = ("", "", "", "", "")
    name, icon, group, department, deadline = (code.title(), *texts[:4])
    return ServiceRow(
        code, name, icon, group, department, deadline, 0, 0, 0, True, "", "30 min", "", (), measured=measured
    )


def links(view: ServicesView) -> list[Link]:
    """The links of the page on show."""
    page = view._detail.widget()
    return [] if page is None else page.findChildren(Link)


def test_what_was_measured_is_offered_and_asked_for(qtbot: QtBot) -> None:
    """The link tells whose duration is wanted; a service without an offer has no link."""
    view = ServicesView()
    qtbot.addWidget(view)
    view.set_state((row("TREE", "8 stops took 10 min in the middle; 20 min are offered."), row("POT", "")))
    qtbot.waitUntil(lambda: len(links(view)) == 1)
    (link,) = links(view)
    with qtbot.waitSignal(view.duration_wanted) as asked:
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert asked.args == ["TREE"]
    view.table.selectRow(1)
    qtbot.waitUntil(lambda: links(view) == [])
