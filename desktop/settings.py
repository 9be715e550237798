"""What a person chose about the window, kept as versioned JSON in the user's configuration folder."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VERSION = 1
FILE_NAME = "desktop.json"


class LayerChoice(BaseModel):
    """How a layer of a map was left."""

    name: str
    visible: bool = True
    opacity: float = Field(default=1.0, ge=0.1, le=1.0)


class Settings(BaseModel):
    """The window's settings. Unknown keys of a newer version are kept as they are."""

    model_config = ConfigDict(extra="allow", validate_assignment=True)

    version: int = VERSION
    theme: Literal["light", "dark", "system"] = "system"
    density: Literal["compact", "comfortable"] = "compact"
    single_letters: bool = True
    reduced_motion: bool = False
    time_folded: bool = False  # the card of time over the map is a button
    workspace: str = ""
    window_width: int = Field(default=1440, ge=400, le=20_000)
    window_height: int = Field(default=900, ge=300, le=20_000)
    maximised: bool = False
    panes: dict[str, dict[str, int]] = Field(default_factory=dict)
    stopped_jobs: list[str] = Field(default_factory=list)  # what the window's closing cut short
    map_layers: dict[str, list[LayerChoice]] = Field(default_factory=dict)  # by workspace, the topmost first
    base_map_on: bool = False
    base_map_address: str = Field(default="", max_length=2000)
    base_map_attribution: str = Field(default="", max_length=2000)
    base_map_closest: int = Field(default=18, ge=0, le=30)  # the last zoom that the server has
    base_map_service: str = Field(default="", max_length=2000)  # the capabilities that the address was chosen from
    base_map_layer: str = Field(default="", max_length=2000)  # how its layer is called there
    table_columns: list[str] = Field(default_factory=list)  # of the request table; empty: the usual ones
    rule_drafts: dict[str, str] = Field(default_factory=dict)  # rules that are not saved yet, by the store's identity
    recent_stores: list[str] = Field(default_factory=list)


class SettingsFile:
    """Reads and saves the settings. A file that cannot be read is put aside, and `told` says so in a sentence."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.told = ""
        self.settings = self._read()

    def save(self) -> None:
        """Write the file whole or not at all. A folder that cannot be written changes nothing but `told`."""
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                file.write(self.settings.model_dump_json(indent=1))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as fault:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            self.told = f"The settings are not kept: {self.path.parent} cannot be written ({fault.strerror})."

    def _read(self) -> Settings:
        try:
            raw = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except OSError as fault:
            self.told = f"The settings in {self.path} cannot be read ({fault.strerror}); the usual ones are used."
            return Settings()
        except ValueError:
            return self._set_aside()
        return self._checked(raw)

    def _checked(self, raw: Any) -> Settings:
        try:
            return Settings.model_validate(raw)
        except ValidationError:
            return self._set_aside()

    def _set_aside(self) -> Settings:
        aside = self.path.with_suffix(".unreadable.json")
        self.path.replace(aside)
        self.told = f"The settings could not be read; they lie in {aside}, and the usual ones are used."
        return Settings()
