"""What the page says, checked and turned into signals of the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from desktop.map.messages import STANDARD_PX_M, ring_of
from desktop.map.viewport import View

if TYPE_CHECKING:
    from desktop.map.view import MapView


class Listening:
    """Hears the page. What does not have the form it should have is a fault of ours, and told as one."""

    def __init__(self, view: MapView) -> None:
        self._view = view
        self._hears = {name.removeprefix("_on_"): getattr(self, name) for name in dir(self) if name.startswith("_on_")}

    def hear(self, name: str, content: Any) -> None:
        """One message of the page."""
        try:
            self._hears[name](content)
        except (KeyError, TypeError, ValueError) as fault:
            self._view.logged(f"the page said {name!r} in a form that is not understood: {fault!r}")

    def _on_ready(self, _content: None) -> None:
        self._view.page_connected()

    def _on_built(self, _content: Mapping[str, Any]) -> None:
        self._view.page_built()

    def _on_query(self, content: Mapping[str, Any]) -> None:
        self._view.answer(content)

    def _on_drawn(self, content: Mapping[str, Any]) -> None:
        self._view.drawn.emit(int(content["points"]), int(content["clusters"]))

    def _on_tiles_loaded(self, _content: Mapping[str, Any]) -> None:
        self._view.tiles_loaded.emit()

    def _on_view(self, content: Mapping[str, Any]) -> None:
        view = {key: float(content[key]) for key in ("west", "south", "east", "north", "lon", "lat", "zoom")}
        self._view.page_moved(view)
        self._view.viewport_changed.emit(self._view.bounds, view["zoom"])
        if content["move"] != "none":
            self._view.page_rested(int(content["asked"]), same=content["move"] == "same")
        self._view.scale.emit(float(content["metres_per_px"]) / STANDARD_PX_M)

    def _on_request(self, content: Mapping[str, Any]) -> None:
        self._view.request_clicked.emit(int(content["id"]))

    def _on_cluster(self, content: Mapping[str, Any]) -> None:
        stacked = bool(content["stacked"])
        place = float(content["x"]), float(content["y"])
        self._view.open_cluster(int(content["level"]), int(content["key"]), *place, stacked=stacked)
        self._view.cluster_clicked.emit(int(content["count"]), stacked)

    def _on_tool(self, content: Mapping[str, Any]) -> None:
        self._view.page_left("tool", self._view.tools[self._view.tools.index(content["name"])])

    def _on_panel(self, content: Mapping[str, Any]) -> None:
        self._view.page_left("panel", {name: bool(content[name]) for name in ("open", "by_hand", "every")})

    def _on_opened(self, content: Mapping[str, Any] | None) -> None:
        stack = content and (int(content["level"]), int(content["key"]), float(content["x"]), float(content["y"]))
        self._view.page_left("opened", stack)

    def _on_shape(self, content: Mapping[str, Any]) -> None:
        self._view.shape_drawn.emit(ring_of(content["ring"]))

    def _on_edit(self, content: Mapping[str, Any]) -> None:
        self._view.editing.hear(content)

    def _on_menu(self, content: Mapping[str, Any]) -> None:
        at = self._view.on_screen(float(content["x"]), float(content["y"]))
        self._view.menu_wanted.emit(float(content["lon"]), float(content["lat"]), at)

    def _on_request_menu(self, content: Mapping[str, Any]) -> None:
        at = self._view.on_screen(float(content["x"]), float(content["y"]))
        self._view.request_menu_wanted.emit(int(content["id"]), at)

    def _on_wants(self, content: Mapping[str, Any]) -> None:
        at = self._view.on_screen(float(content["x"]), float(content["y"]))
        self._view.wants.emit(str(content["what"]), at)

    def _on_cell(self, content: Mapping[str, Any]) -> None:
        later = self._view.later_cell_clicked if content.get("later") else self._view.cell_clicked
        later.emit(int(content["index"]))

    def _on_cells_drawn(self, content: Mapping[str, Any]) -> None:
        self._view.cells_drawn.emit(int(content["cells"]))

    def _on_cell_kind(self, content: Mapping[str, Any]) -> None:
        self._view.cell_kind_clicked.emit(int(content["kind"]))

    def _on_stop(self, content: Mapping[str, Any]) -> None:
        self._view.stop_clicked.emit(int(content["crew"]), int(content["stop"]))

    def _on_left_out(self, content: Mapping[str, Any]) -> None:
        self._view.left_out_clicked.emit(int(content["number"]))

    def _on_background(self, content: Mapping[str, Any]) -> None:
        self._view.background_clicked.emit(float(content["lon"]), float(content["lat"]))

    def _on_escape(self, _content: None) -> None:
        self._view.escaped.emit()

    def _on_mark_closed(self, content: Mapping[str, Any]) -> None:
        self._view.mark_closed.emit(str(content["which"]))

    def _on_hover(self, content: Mapping[str, Any]) -> None:
        self._view.hovered.emit(None if content["id"] is None else int(content["id"]))

    def _on_pointer(self, content: Mapping[str, Any]) -> None:
        self._view.coordinates.emit(float(content["lon"]), float(content["lat"]))

    def _on_layers(self, content: Sequence[Mapping[str, Any]]) -> None:
        self._view.stack.arranged(content)
        self._view.layer_changed.emit()

    def _on_asset_query(self, content: Mapping[str, Any]) -> None:
        west, north, east, south = (float(content[side]) for side in ("west", "north", "east", "south"))
        view = View(west, north, east, south, int(content["zoom"]))
        self._view.stack.ask_assets(str(content["key"]), view, int(content["serial"]))

    def _on_assets_drawn(self, content: Mapping[str, Any]) -> None:
        self._view.stack.assets_drawn.emit(str(content["key"]), int(content["points"]), int(content["clusters"]))

    def _on_asset_hover(self, content: Mapping[str, Any]) -> None:
        self._view.stack.asset_hovered.emit(str(content["key"]), int(content["id"]))

    def _on_asset(self, content: Mapping[str, Any]) -> None:
        self._view.stack.asset_clicked.emit(int(content["id"]))

    def _on_asset_cluster(self, content: Mapping[str, Any]) -> None:
        self._view.stack.open_cluster(str(content["key"]), int(content["level"]), int(content["cell"]))

    def _on_layer(self, content: Mapping[str, Any]) -> None:
        self._view.layer_was_toggled(str(content["key"]), visible=bool(content["visible"]))
