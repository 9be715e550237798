"""Which base map the maps show: the city's own, or one from the server that the person named in the settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.controllers.shell import ShellController
from desktop.map.scheme import TileSource
from desktop.map.tile_address import TileAddress, tile_address
from desktop.map.web_tiles import WebTiles
from desktop.settings import Settings

FOLDER = "tiles-from-elsewhere"


class BaseMaps(QObject):
    """Holds the source from elsewhere while it is on. `changed` says that the maps should show another."""

    changed = Signal()

    def __init__(self, settings: Settings, folder: Path, shell: ShellController, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._folder, self._shell = settings, folder / FOLDER, shell
        self._web: WebTiles | None = None
        shell.base_map_changed.connect(self._choose_anew)
        self._choose()

    @property
    def own(self) -> bool:
        """Whether the city's own base map shows."""
        return self._web is None

    def instead_of(self, tiles: TileSource | None, credit: str) -> tuple[TileSource | None, str]:
        """The source to show and whom to name: streets, routes and areas drawn over it may still be the city's."""
        if self._web is None:
            return tiles, credit
        return self._web, " · ".join(filter(None, (self._web.address.attribution, credit)))

    def _choose_anew(self) -> None:
        self._choose()
        self.changed.emit()

    def _choose(self) -> None:
        wanted = wanted_address(self._settings)
        if self._web is not None and self._web.address == wanted:
            return
        if self._web is not None:
            self._web.close()
            self._web.deleteLater()
        self._web = None if wanted is None else WebTiles(wanted, self._folder, self)
        if self._web is not None:
            self._web.failed.connect(self._shell.tell_failure)


def wanted_address(settings: Settings) -> TileAddress | None:
    """The address of the settings; None while it is off or makes no sense."""
    if not settings.base_map_on:
        return None
    try:
        return tile_address(settings.base_map_address, settings.base_map_attribution, settings.base_map_closest)
    except ValueError:
        return None
