"""A layer of a WMTS service becomes the base map: read from a real server on this computer, chosen, kept, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from data.connectors.web import fetch
from data.errors import RefusedInput
from desktop.controllers.base_map_choice import BaseMapChoice
from desktop.controllers.base_maps import wanted_address
from desktop.jobs import JobRunner
from desktop.settings import SettingsFile
from desktop.views.shell.base_map_settings import BaseMapSettings
from tests.data.connectors.test_wmts import MERCATOR, STYLE, document, layer, rest
from tests.desktop.map import test_web_tiles
from tests.desktop.map.test_web_tiles import Server

server, other = test_web_tiles.server, test_web_tiles.other
WAIT_MS = 10_000


def capabilities(root: str) -> bytes:
    """A service of two layers, the second in two styles."""
    place = rest(f"{root}/{{Layer}}/{{Style}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png".replace("{Layer}", "topo"))
    styles = STYLE + "<Style><ows:Identifier>grey</ows:Identifier><ows:Title>Grey</ows:Title></Style>"
    return document(MERCATOR + layer("topo", place) + layer("relief", place, style=styles))


@pytest.fixture
def choice(qtbot: QtBot, look: object, tmp_path: Path) -> Iterator[BaseMapChoice]:
    """The part of the settings, on show, with a file of its own."""
    runner = JobRunner()
    made = BaseMapChoice(SettingsFile(tmp_path), runner, runner)
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(480, 600)
    made.part.setParent(host)
    made.part.resize(440, 560)
    host.show()
    made.part.on.setChecked(True)
    yield made
    runner.shut_down()
    runner.deleteLater()


def write(part: BaseMapSettings, address: str) -> None:
    """Write an address and press Enter."""
    part.address.setText(address)
    part.address.returnPressed.emit()
    part.address.editingFinished.emit()


def test_a_layer_is_chosen_and_kept(qtbot: QtBot, choice: BaseMapChoice, server: Server, tmp_path: Path) -> None:
    """The first layer shows at once under its provider's name, another in its style on demand, and both are kept."""
    server.answers["wmts"] = (200, {}, capabilities(server.root))
    part = choice.part
    with qtbot.waitSignal(choice.changed, timeout=WAIT_MS):
        write(part, f"{server.root}/wmts")
    first = wanted_address(SettingsFile(tmp_path).settings)
    assert first is not None
    assert first.attribution == "City of Rivermouth"
    assert first.url(5, 17, 10) == f"{server.root}/topo/default/5/10/17.png"
    assert (first.closest, part.style_field.isVisible()) == (19, False)
    part.layer.setCurrentIndex(1)
    part.layer.activated.emit(1)
    assert part.style_field.isVisible()
    part.style_of.activated.emit(1)
    again = SettingsFile(tmp_path)
    second = wanted_address(again.settings)
    assert second is not None
    assert second.url(5, 17, 10) == f"{server.root}/topo/grey/5/10/17.png"
    assert again.settings.base_map_layer == "Relief (Grey)"
    reopened = BaseMapChoice(again, JobRunner(choice), choice).part
    qtbot.addWidget(reopened)
    assert (reopened.address.text(), "Relief (Grey)" in reopened.told.text()) == (f"{server.root}/wmts", True)
    asked = len(server.asked)
    reopened.attribution.setText("Somebody else")
    reopened.attribution.editingFinished.emit()
    assert again.settings.base_map_attribution == "Somebody else"
    assert "grey" in again.settings.base_map_address
    assert len(server.asked) == asked  # nothing is asked twice


def test_what_is_no_service_is_told_and_can_be_asked_again(qtbot: QtBot, choice: BaseMapChoice, server: Server) -> None:
    """A page in its place is told beneath the field, the settings stay, and Enter asks once more."""
    server.answers["wmts"] = (200, {}, b"<html>Log in</html>")
    part = choice.part
    write(part, f"{server.root}/wmts")
    qtbot.waitUntil(part.address_field.has_fault, timeout=WAIT_MS)
    assert "does not answer with WMTS capabilities" in part.address.accessibleDescription()
    assert part.told.text() == ""
    part.address.editingFinished.emit()  # the focus leaves; nobody asked again
    server.answers["wmts"] = (200, {}, capabilities(server.root))
    with qtbot.waitSignal(choice.changed, timeout=WAIT_MS):
        write(part, f"{server.root}/wmts")
    assert not part.address_field.has_fault()
    assert server.asked == ["/wmts", "/wmts"]


def test_an_answer_that_is_overtaken_changes_nothing(qtbot: QtBot, choice: BaseMapChoice, server: Server) -> None:
    """An XYZ address that is written while a service is still asked stays."""
    server.answers["wmts"] = (200, {}, capabilities(server.root))
    write(choice.part, f"{server.root}/wmts")
    choice.part.attribution.setText("Somebody")
    write(choice.part, f"{server.root}/{{z}}/{{x}}/{{y}}.png")
    qtbot.waitUntil(lambda: not choice._runner.busy(), timeout=WAIT_MS)
    kept = choice._file.settings
    assert (kept.base_map_service, "{z}/{x}" in kept.base_map_address) == ("", True)
    assert not choice.part.layer_field.isVisible()


@pytest.mark.parametrize(
    ("status", "headers", "content", "told"),
    [
        (404, {}, b"", "nothing is there"),
        (403, {}, b"", "the key may be wrong"),
        (500, {}, b"", "it answers 500"),
        (200, {}, b"x" * 101, "larger than"),
    ],
)
def test_a_refusal_names_the_host_only(
    server: Server, status: int, headers: dict[str, str], content: bytes, told: str
) -> None:
    """Each failure has its sentence, and none holds the key of the address."""
    server.answers["wmts?key=s3cret"] = (status, headers, content)
    with pytest.raises(RefusedInput, match=told) as raised:
        fetch(f"{server.root}/wmts?key=s3cret", 100)
    assert "127.0.0.1" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_nothing_leads_to_another_host(server: Server, other: Server) -> None:
    """A redirect within the host is followed, one to another is refused before it is asked; http is for here only."""
    server.answers["a"] = (302, {"Location": f"{server.root}/b"}, b"")
    server.answers["b"] = (200, {}, b"there")
    server.answers["c"] = (302, {"Location": f"{other.root}/b"}, b"")
    assert fetch(f"{server.root}/a", 100) == b"there"
    with pytest.raises(RefusedInput, match="another host"):
        fetch(f"{server.root}/c", 100)
    assert other.asked == []
    for address in ("http://maps.example.org/wmts", "file:///etc/hostname", "ftp://127.0.0.1/a"):
        with pytest.raises(RefusedInput, match="https"):
            fetch(address, 100)


def test_nobody_there_is_told(server: Server) -> None:
    """A host without a server is told in words of ours."""
    server.stop()
    with pytest.raises(RefusedInput, match="nobody answers there"):
        fetch(f"{server.root}/wmts", 100)
