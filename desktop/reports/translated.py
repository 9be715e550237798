"""Translates words for who may not load Qt: texts by context on standard input, what they are called on the output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.views.language import load_translation


def main() -> int:
    """Read {"folder": ..., "texts": {context: [text, ...]}} and write {context: {text: translation}}."""
    order = json.load(sys.stdin)
    application = QCoreApplication([])
    load_translation(application, Path(order["folder"]))
    told = {
        context: {text: QCoreApplication.translate(context, text) for text in texts}
        for context, texts in order["texts"].items()
    }
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
