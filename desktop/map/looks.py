"""The look as the page takes it: custom properties for its style sheet, colours for its canvases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.views.tokens import Scheme, load_tokens

_SHADOW = {
    "light": "0 1px 2px rgba(15,20,30,.08), 0 4px 12px rgba(15,20,30,.10)",
    "dark": "0 1px 2px rgba(0,0,0,.16), 0 4px 12px rgba(0,0,0,.20)",
}


def look_of(scheme: Scheme) -> dict[str, Any]:
    """Everything the page draws with, by theme; JSON only."""
    tokens = load_tokens(scheme)
    colour = asdict(tokens.colour)
    properties = {f"--{name.replace('_', '-')}": value for name, value in colour.items()}
    properties |= {"--shadow": _SHADOW[scheme], "--land": tokens.basemap["land"], "--halo": tokens.basemap["halo"]}
    properties |= {"--map-ms": f"{tokens.motion.map_ms}ms", "--fast-ms": f"{tokens.motion.fast_ms}ms"}
    return {
        "scheme": scheme,
        "properties": properties,
        "colour": colour,
        "status": asdict(tokens.status),
        "categorical": [[slot.colour, slot.ink] for slot in tokens.categorical],
        "diverging": list(tokens.diverging),
        "sequential": list(tokens.sequential),
        "basemap": dict(tokens.basemap),
        "stroke": asdict(tokens.stroke),
        "symbol": tokens.size.map_symbol,
        "family": ", ".join(f'"{name}"' if " " in name else name for name in (tokens.family, *tokens.fallback)),
    }
