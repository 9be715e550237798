"""Tells the user's language to who may not load Qt: translations of texts by context, the decimal mark, months."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.views.language import language, load_translation


def main() -> int:
    """Read {"folder": ..., "texts": {context: [text, ...]}}; write {"texts": {context: {text: translation}}, ...}."""
    order = json.load(sys.stdin)
    application = QCoreApplication([])
    load_translation(application, Path(order["folder"]))
    told = {
        context: {text: QCoreApplication.translate(context, text) for text in texts}
        for context, texts in order["texts"].items()
    }
    here = language()
    json.dump({"texts": told, "decimal": here.decimal, "months": here.months, "code": here.code}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
