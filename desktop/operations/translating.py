"""Words of pages in the user's language: a process of its own translates them, for operations load no Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from data.errors import StoreFailure
from desktop.domain.translations import FOLDER, some_in

TRANSLATOR = "desktop.reports.translated"
PATIENCE_S = 60


class Translations:
    """The words of some contexts, translated once; as they are where no translation is installed."""

    def __init__(self, texts: Mapping[str, Iterable[str]], folder: Path = FOLDER) -> None:
        wanted = {context: list(some) for context, some in texts.items()}
        self._told = _asked(wanted, folder) if wanted and some_in(folder) else {}

    def of(self, context: str) -> Callable[[str], str]:
        """The translation of a text of a context."""
        known = self._told.get(context, {})
        return lambda text: known.get(text, text)


def _asked(texts: Mapping[str, list[str]], folder: Path) -> dict[str, dict[str, str]]:
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
    told: dict[str, dict[str, str]] = json.loads(done.stdout)
    return told
