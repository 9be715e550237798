"""The user's language: a process of its own tells translations and figures of it, for operations load no Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.errors import StoreFailure
from desktop.domain.language import Language
from desktop.domain.translatable import texts_of
from desktop.domain.translations import FOLDER

TRANSLATOR = "desktop.reports.translated"
PATIENCE_S = 60


@lru_cache(maxsize=8)  # a process has one language, and asking costs another process
def user_language(*contexts: str, folder: Path = FOLDER) -> Language:
    """How the user's window says the marked texts of contexts, figures and days, as the environment tells it.

    A text of several is said as in the first that has it. StoreFailure where that cannot be told.
    """
    told = _asked({context: list(texts_of(context)) for context in contexts}, folder)
    known: dict[str, str] = {}
    for context in reversed(contexts):
        known |= told["texts"][context]
    return Language(lambda text: known.get(text, text), told["decimal"], tuple(told["months"]), told["code"])


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
