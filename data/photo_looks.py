"""How a photo looks, as 64 bits: alike pictures differ in few of them, whatever their size and compression.

The difference hash of Krawetz (2013, "Kind of like that"): a picture of 9 x 8 greys, a bit for each grey that is
brighter than the one to its right.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, UnidentifiedImageError

_ACROSS, _DOWN = 9, 8
_FEWEST_BITS = 4  # a picture of one colour looks like every other


def look_hash(content: bytes) -> int | None:
    """The bits as a signed number; None for what is no picture, or shows next to nothing."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.draft("L", (_ACROSS * 8, _DOWN * 8))  # a JPEG need not be unpacked in full
            grey = np.asarray(picture.convert("L").resize((_ACROSS, _DOWN), Image.Resampling.BOX), dtype=np.int16)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    bits = (grey[:, :-1] > grey[:, 1:]).ravel()
    if not _FEWEST_BITS <= int(bits.sum()) <= bits.size - _FEWEST_BITS:
        return None
    return int(np.packbits(bits).view(">i8")[0])
