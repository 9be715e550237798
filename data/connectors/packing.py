"""Lists of texts as arrays, so that npz holds them without pickles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def pack_texts(name: str, texts: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Texts as one UTF-8 blob and the end of each; equal texts are kept once."""
    distinct = list(dict.fromkeys(texts))
    place = {text: at for at, text in enumerate(distinct)}
    encoded = [text.encode("utf-8", "replace") for text in distinct]
    return {
        f"{name}.blob": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{name}.ends": np.cumsum([len(part) for part in encoded], dtype=np.int64),
        f"{name}.which": np.array([place[text] for text in texts], dtype=np.int32),
    }


def unpack_texts(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> list[str]:
    """The texts of pack_texts."""
    blob = arrays[f"{name}.blob"].tobytes()
    ends = arrays[f"{name}.ends"].tolist()
    distinct = [blob[start:end].decode("utf-8") for start, end in zip([0, *ends], ends, strict=False)]
    return [distinct[at] for at in arrays[f"{name}.which"].tolist()]
