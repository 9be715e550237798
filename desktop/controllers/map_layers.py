"""The layers of a workspace's map: read when they are first shown, read again when they changed, kept as left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from data.records import AreaLayer, AssetLayer
from desktop.controllers import map_layer_reads as reads
from desktop.controllers.map_layer_reads import AssetCard, Catalogue, Content
from desktop.controllers.session import Session, Snapshot
from desktop.domain.clock import today
from desktop.map.layers import AREA_PREFIX, ASSET_PREFIX, CELLS, INCIDENTS, REQUESTS, ROUTES, TILES, MapLayer
from desktop.operations.changes import Changes
from desktop.settings import LayerChoice, Settings

ASSET_ZOOM = 18
# Which tables a layer shows.
SHOWN = {AREA_PREFIX: {"area", "area_layer"}, ASSET_PREFIX: {"asset", "asset_layer"}, ROUTES: {"plan"}}
ASSIGNMENT = "assignment"  # the workspace
HOTSPOTS_VERBS = ("find hotspots", "ask statistic")


class MapLayersController(QObject):
    """Keeps the panel's list and what its layers hold in step with the store, and remembers what a person chose."""

    def __init__(self, parent: QObject, session: Session, map_view: Any, settings: Settings, workspace: str) -> None:
        super().__init__(parent)
        self._session, self._map, self._settings, self._workspace = session, map_view, settings, workspace
        self._stack = map_view.stack
        self._head: int | None = None
        self._catalogue: Catalogue | None = None
        self._serials: dict[str, int] = {}  # of the last reading of each layer that was asked for
        self._notes: dict[str, str] = {}
        self._asked: tuple[str, ...] = ()  # layers of areas that are spoken of
        self._day: object = None
        map_view.layer_changed.connect(self._arranged)
        map_view.layer_toggled.connect(self._toggled)
        self._stack.asset_hovered.connect(self._hovered)
        self._stack.asset_clicked.connect(self.open_asset)
        session.watch(self._loaded)
        session.bus.changed.connect(self._changed)
        session.minute_turned.connect(self._minute_turned)

    # which layers there are

    def _loaded(self, snapshot: Snapshot) -> None:
        self._session.runner.run_read(reads.read_catalogue, self._session.store, self._head, on_result=self._listed)

    def ask_for(self, names: tuple[str, ...]) -> None:
        """Layers of areas that are spoken of show, unless a person chose otherwise."""
        if names != self._asked:
            self._asked = names
            if self._catalogue is not None:
                self._listed(replace(self._catalogue, touched=frozenset()))

    def _listed(self, catalogue: Catalogue) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            return
        self._head, self._catalogue = catalogue.head, catalogue
        usual = self._usual(snapshot.layers, catalogue.assets)
        layers = arranged(usual, self._settings.map_layers.get(self._workspace, []))
        layers = tuple(replace(layer, note=self._notes.get(layer.key, "")) for layer in layers)
        if layers != self._stack.layers:
            self._map.set_layers(layers)
            self._map.set_folded(self._stack.shows(INCIDENTS))
        self._forget(catalogue.touched)
        self._read_shown()

    def _usual(self, areas: Sequence[AreaLayer], assets: Sequence[AssetLayer]) -> tuple[MapLayer, ...]:
        """Every layer in the order and the state in which it first shows, the topmost first."""
        shown = {layer.id for layer in areas if layer.name in self._asked}
        if not shown and self._workspace == ASSIGNMENT:  # there, areas are what is spoken of
            shown = {layer.id for layer in [one for one in areas if one.assigns][:1]}
        return (
            MapLayer(REQUESTS, self.tr("Requests"), main=True),
            MapLayer(INCIDENTS, self.tr("Incidents as one"), main=True, mode=True),
            MapLayer(ROUTES, self.tr("Crews, routes today"), visible=False, main=True),
            *(
                MapLayer(f"{ASSET_PREFIX}{layer.id}", layer.name, visible=False, icon=layer.icon, main=len(assets) < 4)
                for layer in assets
            ),
            *(
                MapLayer(f"{AREA_PREFIX}{layer.id}", layer.name, visible=layer.id in shown, hue=at)
                for at, layer in enumerate(areas)
            ),
            MapLayer(CELLS, self.tr("Hotspots"), visible=False, main=True),
            MapLayer(TILES, self.tr("Base map"), main=True),
        )

    # what they hold

    def _read_shown(self) -> None:
        for layer in self._stack.layers:
            if layer.visible and layer.key not in self._serials:
                self._read(layer.key)

    def _read(self, key: str) -> None:
        """Read a layer; a later reading overtakes this one."""
        job = self._job(key)
        if job is None:
            return
        serial = self._serials[key] = self._serials.get(key, 0) + 1

        self._session.runner.run_read(_numbered, serial, *job, on_result=self._show)

    def _job(self, key: str) -> tuple[Any, ...] | None:
        """The function that reads a layer, and what it needs; None for one that nobody has to read."""
        store = self._session.store
        if key.startswith(AREA_PREFIX):
            return reads.read_areas, store, key, int(key.removeprefix(AREA_PREFIX))
        if key.startswith(ASSET_PREFIX):
            return reads.read_assets, store, key, int(key.removeprefix(ASSET_PREFIX))
        if key == CELLS:
            return reads.read_hotspots, store, key
        if key == ROUTES and self._session.snapshot is not None:
            self._day = today(self._session.clock, self._session.snapshot.city.timezone)
            return reads.read_routes, store, key, self._day
        return None

    def _show(self, answer: tuple[int, Content]) -> None:
        serial, content = answer
        key = content.key
        if self._serials.get(key) != serial or self._stack.layer(key) is None:
            return
        if content.source is not None:
            self._stack.give_assets(key, content.source)
        for message, text in content.messages:
            self._stack.give(message, text, key)
        self._notes[key] = content.note
        self._stack.change(key, note=content.note)

    def _forget(self, tables: Iterable[str]) -> None:
        """Layers that show these tables are read again: at once where they show, else when they next do."""
        touched = set(tables)
        for key in list(self._serials):
            kind = next((prefix for prefix in (AREA_PREFIX, ASSET_PREFIX) if key.startswith(prefix)), key)
            if touched & SHOWN.get(kind, set()):
                self._again(key)

    def _again(self, key: str) -> None:
        if key not in self._serials:
            return
        if self._stack.shows(key):
            self._read(key)
        else:
            del self._serials[key]

    def _changed(self, changes: Changes, initiator: object) -> None:
        """Plans and hotspots change without the requests being read anew."""
        if "plan" in changes.entities:
            self._again(ROUTES)
        if changes.verb in HOTSPOTS_VERBS:
            self._again(CELLS)

    def _minute_turned(self) -> None:
        """At midnight today's routes are others."""
        snapshot = self._session.snapshot
        if snapshot is not None and self._day != today(self._session.clock, snapshot.city.timezone):
            self._again(ROUTES)

    # what a person does

    def _toggled(self, key: str, visible: bool) -> None:
        if visible:
            self._read_shown()

    def _arranged(self) -> None:
        """Remember how the layers are, by name: numbers differ from store to store."""
        before = {choice.name: choice for choice in self._settings.map_layers.get(self._workspace, [])}
        now = [LayerChoice(name=name_of(one), visible=one.visible, opacity=one.opacity) for one in self._stack.layers]
        known = {choice.name for choice in now}
        elsewhere = [choice for name, choice in before.items() if name not in known]
        self._settings.map_layers = {**self._settings.map_layers, self._workspace: now + elsewhere}

    # assets

    def _hovered(self, key: str, asset_id: int) -> None:
        self._session.runner.run_read(
            reads.read_asset, self._session.store, ASSET_PREFIX, asset_id, on_result=self._show_hover
        )

    def _show_hover(self, card: AssetCard | None) -> None:
        if card is not None:
            lines = [*card.lines, reads.open_words(card.open_count)]
            self._stack.show_hover(card.key, card.asset_id, card.title, lines)

    def open_asset(self, asset_id: int) -> None:
        """Open the card of an asset where it stands."""
        self._session.runner.run_read(
            reads.read_asset, self._session.store, ASSET_PREFIX, asset_id, on_result=self._open_card
        )

    def _open_card(self, card: AssetCard | None) -> None:
        if card is not None:
            self._stack.show_asset(card.to_json())

    def go_to_asset(self, asset_id: int) -> None:
        """Show an asset that was searched for: its layer, the place, its card."""
        self._session.runner.run_read(
            reads.read_asset, self._session.store, ASSET_PREFIX, asset_id, on_result=self._go_to
        )

    def _go_to(self, card: AssetCard | None) -> None:
        if card is None:
            return
        self._stack.change(card.key, visible=True)
        self._arranged()
        self._read_shown()
        self._map.set_view(card.lon, card.lat, ASSET_ZOOM)
        self._stack.show_asset(card.to_json())


def name_of(layer: MapLayer) -> str:
    """What a layer is remembered by."""
    for prefix in (AREA_PREFIX, ASSET_PREFIX):
        if layer.key.startswith(prefix):
            return f"{prefix}{layer.label}"
    return layer.key


def arranged(usual: Sequence[MapLayer], chosen: Sequence[LayerChoice]) -> tuple[MapLayer, ...]:
    """The layers as a person left them; those that are new stand before the one that usually follows them."""
    choices = {choice.name: choice for choice in chosen}
    kept = [layer for layer in usual if name_of(layer) in choices]
    place = {choice.name: at for at, choice in enumerate(chosen)}
    order = sorted(kept, key=lambda layer: place[name_of(layer)])
    for layer in reversed(usual):
        if layer not in order:
            following = [order.index(other) for other in usual[usual.index(layer) + 1 :] if other in order]
            order.insert(following[0] if following else len(order), layer)
    return tuple(_as_chosen(layer, choices.get(name_of(layer))) for layer in order)


def _as_chosen(layer: MapLayer, choice: LayerChoice | None) -> MapLayer:
    return layer if choice is None else replace(layer, visible=choice.visible, opacity=choice.opacity)


def _numbered(serial: int, function: Any, *args: Any) -> tuple[int, Content]:
    return serial, function(*args)
