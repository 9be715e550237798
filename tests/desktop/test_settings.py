"""Settings of the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from desktop.settings import VERSION, Settings, SettingsFile


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    """Theme, sizes and the last workspace survive a run; the file says its version."""
    file = SettingsFile(tmp_path / "config")
    file.settings.theme = "dark"
    file.settings.panes = {"operations": {"left": 300, "map": 610}}
    file.save()
    again = SettingsFile(tmp_path / "config")
    assert again.settings == file.settings
    assert json.loads(again.path.read_text(encoding="utf-8"))["version"] == VERSION
    assert list(again.path.parent.iterdir()) == [again.path]


@pytest.mark.parametrize("content", ["{", "[]", '{"theme": "pink"}', '{"window_width": -4}'])
def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path, content: str) -> None:
    """The usual settings are used, nothing is lost, and a sentence says where the old file lies."""
    (tmp_path / "desktop.json").write_text(content, encoding="utf-8")
    file = SettingsFile(tmp_path)
    assert file.settings == Settings()
    aside = tmp_path / "desktop.unreadable.json"
    assert aside.read_text(encoding="utf-8") == content
    assert str(aside) in file.told


def test_a_newer_version_s_keys_are_kept(tmp_path: Path) -> None:
    """Going back to an older version and forward again loses nothing."""
    (tmp_path / "desktop.json").write_text('{"version": 9, "tablet": true}', encoding="utf-8")
    file = SettingsFile(tmp_path)
    file.settings.theme = "light"
    file.save()
    assert json.loads(file.path.read_text(encoding="utf-8"))["tablet"] is True


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The window goes on and says that the settings are not kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    file = SettingsFile(tmp_path / "file" / "config")
    file.save()
    assert "not kept" in file.told or "cannot be read" in file.told


def test_a_wrong_value_is_refused_when_it_is_set() -> None:
    """A theme that does not exist never reaches the file."""
    with pytest.raises(ValidationError):
        Settings().theme = "pink"  # type: ignore[assignment]
