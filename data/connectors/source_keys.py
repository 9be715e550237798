"""Keys of sources: in the keyring of the operating system, or in the environment; never in a store or a log.

A key in the keyring is kept for a source and the host it is sent to: whoever changes a source's address in a store that
several people share does not get the key that somebody gave for another host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from data.errors import RefusedInput

PREFIX = "OPSMAP_KEY_"
SERVICE = "opsmap"


def variable_of(source: str) -> str:
    """The environment variable that may hold the key of a source."""
    return PREFIX + re.sub(r"[^A-Z0-9]+", "_", source.upper()).strip("_")


@dataclass(frozen=True, slots=True)
class SourceKeys:
    """Finds keys; what the environment says comes first."""

    named: Mapping[str, str] = field(default_factory=dict, repr=False)  # environment variables that hold keys

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> SourceKeys:
        """Of everything in the environment only the keys."""
        return cls({name: value for name, value in environment.items() if name.startswith(PREFIX)})

    def get(self, source: str, endpoint: str) -> str:
        """The key of a source at its endpoint; empty where none is known."""
        found = self.named.get(variable_of(source), "")
        return found or _keyring_get(_entry(source, endpoint))

    def where(self, source: str, endpoint: str) -> str:
        """Where the key is: environment, keyring, or empty."""
        if self.named.get(variable_of(source)):
            return "environment"
        return "keyring" if _keyring_get(_entry(source, endpoint)) else ""

    def keep(self, source: str, endpoint: str, key: str) -> None:
        """Put a key into the keyring, or take it out where it is empty. RefusedInput where this computer has none."""
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        entry = _entry(source, endpoint)
        try:
            if key:
                keyring.set_password(SERVICE, entry, key)
            else:
                keyring.delete_password(SERVICE, entry)
        except PasswordDeleteError:
            return  # there was none
        except KeyringError as fault:
            raise RefusedInput(
                f"This computer has no keyring that can be used; put the key into {variable_of(source)} instead."
            ) from fault


def _entry(source: str, endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{source} at {parts.scheme}://{parts.netloc}"


def _keyring_get(entry: str) -> str:
    """What the keyring holds; nothing where there is no keyring: the source then says whether it wants a key."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, entry) or ""
    except KeyringError:
        return ""
