"""Texts that translators translate, marked where they stand; each is translated, in its context, where it is shown."""

from __future__ import annotations

_MARKED: dict[str, dict[str, None]] = {}  # in the order in which they were marked


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # the name that translators' tools look for
    """Mark a text for translators; it stays as it is."""
    _MARKED.setdefault(context, {})[text] = None
    return text


def texts_of(context: str) -> tuple[str, ...]:
    """All texts of a context in the modules that are loaded, for a process that translates them at once."""
    return tuple(_MARKED.get(context, ()))
