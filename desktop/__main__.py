"""`python -m desktop [STORE]` opens the desktop."""

from __future__ import annotations

import sys

if __name__ == "__main__":  # worker processes import this file under another name
    from desktop.app import main

    sys.exit(main(sys.argv))
