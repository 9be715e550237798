"""The user's language: a process of its own tells translations and figures of it, for operations load no Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.errors import StoreFailure
from desktop.domain.language import Language
from desktop.domain.translatable import texts_of
from desktop.domain.translations import FOLDER, some_in

TRANSLATOR = "desktop.reports.translated"
PATIENCE_S = 60


class Translations:
    """The words of some contexts, translated once; as they are where no translation is installed."""

    def __init__(self, texts: Mapping[str, Iterable[str]], folder: Path = FOLDER) -> None:
        wanted = {context: list(some) for context, some in texts.items()}
        self._told = _asked(wanted, folder)["texts"] if wanted and some_in(folder) else {}

    def of(self, context: str) -> Callable[[str], str]:
        """The translation of a text of a context."""
        known = self._told.get(context, {})
        return lambda text: known.get(text, text)


@lru_cache(maxsize=8)  # a process has one language, and asking costs another process
def user_language(context: str, folder: Path = FOLDER) -> Language:
    """How the user's window says the marked texts of a context, figures and days, as the environment tells it.

    StoreFailure where that cannot be told.
    """
    told = _asked({context: list(texts_of(context))}, folder)
    known: dict[str, str] = told["texts"][context]
    return Language(lambda text: known.get(text, text), told["decimal"], tuple(told["months"]))


def _asked(texts: Mapping[str, list[str]], folder: Path) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", TRANSLATOR],
        input=json.dumps({"folder": str(folder), "texts": texts}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        raise StoreFailure(f"The words of the pages could not be translated ({last}).")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
