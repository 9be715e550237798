"""Choosing a base map from elsewhere in the settings: an address of tiles, or a layer of a WMTS service."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from data.errors import DataError
from desktop.jobs import JobRunner
from desktop.map.tile_address import address_fault, attribution_fault, service_fault
from desktop.settings import SettingsFile
from desktop.views.shell.base_map_settings import BaseMapSettings

if TYPE_CHECKING:
    from data.connectors.wmts import WmtsService


class BaseMapChoice(QObject):
    """Between the part of the settings and their file. `changed` says that another base map is to be shown."""

    changed = Signal()

    def __init__(self, file: SettingsFile, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._file, self._runner = file, runner
        kept = file.settings
        self.part = BaseMapSettings(
            on=kept.base_map_on,
            address=kept.base_map_service or kept.base_map_address,
            attribution=kept.base_map_attribution,
            layer=kept.base_map_layer if kept.base_map_service else "",
        )
        self._service: WmtsService | None = None
        self._asked = ""  # the service that is asked, or was asked last
        self.part.changed.connect(self._written)
        self.part.layers_wanted.connect(self._ask)
        self.part.layer_chosen.connect(self._layer_chosen)

    def _written(self, on: bool, address: str, attribution: str) -> None:
        """What cannot be used is told beneath its field, and the base map that is on stays."""
        kept = self._file.settings
        if "{" not in address and address == (self._asked or kept.base_map_service):
            chosen = address == kept.base_map_service
            self._keep(on, kept.base_map_address if chosen else "", attribution, address)
        else:
            self._service, self._asked = None, ""  # what a service still has to say is of no interest
            self._keep(on, address, attribution, "")

    def _keep(self, on: bool, tiles: str, attribution: str, service: str) -> None:
        kept = self._file.settings
        if on and service and not tiles:
            return  # its layers are still to come
        wrong = (address_fault(tiles), attribution_fault(attribution)) if on else ("", "")
        self.part.set_faults(*wrong)
        if any(wrong):
            return
        if not service:
            kept.base_map_closest, kept.base_map_layer = 18, ""
        kept.base_map_on, kept.base_map_address, kept.base_map_attribution = on, tiles, attribution
        kept.base_map_service = service
        self._file.save()
        self.changed.emit()

    # a service

    def _ask(self, address: str) -> None:
        """Read its capabilities beside the event loop; an answer that comes after another question is dropped."""
        self._service, self._asked = None, address
        fault = service_fault(address)
        self.part.set_faults(fault, "")
        if fault:
            return
        self.part.set_told(self.tr("Asking {0} for its layers").format(urlsplit(address).hostname))
        self._runner.run_read(read_service, address, on_result=self._answered)

    def _answered(self, answer: tuple[str, WmtsService | None, str]) -> None:
        address, service, sentence = answer
        if address != self._asked:
            return
        self._service = service
        self.part.set_told("")
        self.part.set_faults(sentence, "")
        if service is not None:
            listed = [(layer.title, [style.title for style in layer.styles]) for layer in service.layers]
            self.part.set_layers(listed, provider=service.provider)

    def _layer_chosen(self, at: int, style_at: int) -> None:
        if self._service is None:
            return
        layer = self._service.layers[at]
        style = layer.styles[style_at]
        kept = self._file.settings
        kept.base_map_closest = layer.closest
        kept.base_map_layer = f"{layer.title} ({style.title})" if len(layer.styles) > 1 else layer.title
        self._keep(self.part.on.isChecked(), style.template, self.part.attribution.text().strip(), self._asked)


def read_service(address: str) -> tuple[str, WmtsService | None, str]:
    """The service at an address, or the sentence that says why there is none; what it needs is loaded only now."""
    from data.connectors.web import fetch
    from data.connectors.wmts import LARGEST, read_wmts

    try:
        return address, read_wmts(fetch(address, LARGEST), address), ""
    except DataError as fault:
        return address, None, str(fault)
