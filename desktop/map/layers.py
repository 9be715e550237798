"""The layers of a map: what each is called and how it shows, and what it holds once somebody has read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.map import assets
from desktop.map.asking import Asker, RunRead
from desktop.map.assets import AssetSource
from desktop.map.symbols import icon_paths
from desktop.map.viewport import View
from desktop.views.tokens import ASSETS

if TYPE_CHECKING:
    from desktop.map.view import MapView

REQUESTS, INCIDENTS, ROUTES, CELLS, TILES = "requests", "incidents", "routes", "cells", "tiles"
AREA_PREFIX, ASSET_PREFIX = "areas:", "assets:"
LEAST_OPACITY = 0.1


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer as the panel lists it.

    `key` is one of the names above, or a prefix and a number. `main`: listed even while it is hidden. `mode`: no layer
    of its own but a way of showing the one before it. `note`: why it shows nothing.
    """

    key: str
    label: str
    visible: bool = True
    opacity: float = 1.0
    icon: str = ""
    hue: int = 0
    main: bool = False
    mode: bool = False
    note: str = ""


class LayerStack(QObject):
    """Holds the layers of one map from the top down, and gives a new page everything again."""

    asset_hovered = Signal(str, object)  # key of the layer, id of the asset
    asset_clicked = Signal(object)  # id
    assets_drawn = Signal(str, int, int)  # key, points and clusters on show

    def __init__(self, view: MapView, run_read: RunRead) -> None:
        super().__init__(view)
        self._view = view
        self._layers: tuple[MapLayer, ...] = ()
        self._given: dict[tuple[str, str], str] = {}  # what layers hold, as JSON, by message and key
        self._sources: dict[str, AssetSource] = {}
        self._asker = Asker(run_read, self._answered, self)

    @property
    def layers(self) -> tuple[MapLayer, ...]:
        """As they stand now, the topmost first."""
        return self._layers

    def layer(self, key: str) -> MapLayer | None:
        """One of them, or None."""
        return next((layer for layer in self._layers if layer.key == key), None)

    def shows(self, key: str) -> bool:
        """Whether there is such a layer and it is visible."""
        layer = self.layer(key)
        return layer is not None and layer.visible

    def set_layers(self, layers: Sequence[MapLayer]) -> None:
        """Put these in place of the ones before. ValueError for a key that comes twice."""
        if len({layer.key for layer in layers}) < len(layers):
            raise ValueError("two layers of a map have the same key")
        self._layers = tuple(layers)
        keys = {layer.key for layer in layers}
        self._given = {name: text for name, text in self._given.items() if not name[1] or name[1] in keys}
        self._sources = {key: source for key, source in self._sources.items() if key in keys}
        self._tell_layers()

    def change(self, key: str, **values: Any) -> None:
        """Other values of one layer, as `show` or a note; nothing where it is not there."""
        changed = tuple(replace(layer, **values) if layer.key == key else layer for layer in self._layers)
        if changed != self._layers:
            self._layers = changed
            self._tell_layers()

    def give(self, message: str, content: str, key: str = "") -> None:
        """What a layer holds, as JSON that was made beside the event loop: "routes", "left_out", "cells", "areas"."""
        self._given[message, key] = content
        self._view.say(message, content)

    def give_assets(self, key: str, source: AssetSource) -> None:
        """Where a layer of assets comes from."""
        self._sources[key] = source
        self._view.tell("assets_changed", {"key": key})

    def show_hover(self, key: str, asset_id: int, title: str, lines: Sequence[str]) -> None:
        """More about the asset under the pointer; nothing when the pointer has moved on."""
        self._view.tell("card", {"id": f"{key} {asset_id}", "title": title, "lines": list(lines)})

    def show_asset(self, card: Mapping[str, Any]) -> None:
        """Open the card of an asset: key, id, x, y, title, lines, rows, requests_title, requests."""
        self._view.tell("asset_card", dict(card))

    # what the page says

    def page_built(self) -> None:
        """A page is there: it knows nothing yet."""
        self._tell_layers()
        for (message, _key), content in self._given.items():
            self._view.say(message, content)

    def toggled(self, key: str, *, visible: bool) -> None:
        """A person showed or hid a layer."""
        self._layers = tuple(replace(one, visible=visible) if one.key == key else one for one in self._layers)

    def arranged(self, said: Sequence[Mapping[str, Any]]) -> None:
        """A person changed how layers show or their order; layers nobody knows are not taken in."""
        known = {layer.key: layer for layer in self._layers}
        if sorted(str(one["key"]) for one in said) != sorted(known):
            return  # said about layers that are no longer these
        self._layers = tuple(
            replace(known[str(one["key"])], visible=bool(one["visible"]), opacity=_opacity(one["opacity"]))
            for one in said
        )

    def ask_assets(self, key: str, view: View, serial: int) -> None:
        """The page wants to know which assets a view holds."""
        if key in self._sources:
            self._asker.ask(f"assets {key}", assets.assets_in_view, self._sources[key], key, view, serial)

    def open_cluster(self, key: str, level: int, cell: int) -> None:
        """Look closer at assets that are drawn as a number."""
        if key in self._sources:
            self._asker.ask("fit", assets.box_of_cluster, self._sources[key], level, cell)

    # inside

    def _answered(self, name: str, content: str) -> None:
        self._view.say(name.split(" ")[0], content)

    def _tell_layers(self) -> None:
        if not self._layers:
            return
        icons = icon_paths(ASSETS / "icons", (layer.icon for layer in self._layers if layer.icon))
        self._view.tell("layers", {"layers": [asdict(layer) for layer in self._layers], "icons": icons})


def _opacity(value: Any) -> float:
    return min(1.0, max(LEAST_OPACITY, float(value)))
