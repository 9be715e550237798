"""Keys of sources: from the environment or the keyring, for the host that they were given for."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from data.connectors.source_keys import SourceKeys, variable_of
from data.errors import RefusedInput

HERE, THERE = "https://reports.example/open311/v2", "https://elsewhere.example/open311/v2"


class Remembering(KeyringBackend):
    """A keyring of the test's own."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        if (service, username) not in self.kept:
            raise PasswordDeleteError(username)
        del self.kept[service, username]


@pytest.fixture
def kept() -> Iterator[Remembering]:
    """The keyring of this process, for one test."""
    before, made = keyring.get_keyring(), Remembering()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_key_is_found_for_its_host_alone(kept: Remembering) -> None:
    """Whoever changes the address of a source does not get the key that was given for another host."""
    SourceKeys().keep("Fix My Street", HERE, "geheim")
    assert SourceKeys().get("Fix My Street", HERE) == "geheim"
    assert SourceKeys().get("Fix My Street", "https://reports.example/other") == "geheim"
    assert SourceKeys().get("Fix My Street", THERE) == ""
    assert SourceKeys().get("Fix My Street", HERE.replace("https", "http")) == ""
    assert SourceKeys().get("Another", HERE) == ""
    SourceKeys().keep("Fix My Street", HERE, "")
    SourceKeys().keep("Fix My Street", HERE, "")  # forgotten already
    assert kept.kept == {}


def test_the_environment_comes_first_and_nothing_else_of_it_is_held(kept: Remembering) -> None:
    """The variable is named after the source; other variables are not carried along, nor is a key shown."""
    assert variable_of("Fix My Street (North)") == "OPSMAP_KEY_FIX_MY_STREET_NORTH"
    keys = SourceKeys.of({"OPSMAP_KEY_LIVE": "a", "HOME": "/root", "SECRET": "x"})
    assert keys.named == {"OPSMAP_KEY_LIVE": "a"}
    assert repr(keys) == "SourceKeys()"
    keys.keep("live", HERE, "b")
    assert (keys.get("live", HERE), keys.where("live", HERE)) == ("a", "environment")
    assert (SourceKeys().get("live", HERE), SourceKeys().where("live", HERE)) == ("b", "keyring")


def test_a_computer_without_keyring_names_the_variable() -> None:
    """Where there is no keyring no key is found, and keeping one says where else it can be."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    try:
        assert SourceKeys().get("live", HERE) == ""
        with pytest.raises(RefusedInput, match="OPSMAP_KEY_LIVE"):
            SourceKeys().keep("live", HERE, "b")
    finally:
        keyring.set_keyring(before)
