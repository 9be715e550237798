"""How photos look: alike ones differ in few bits, others in many, and what is no picture says nothing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from data.demo.photos import photo_bank
from data.photo_looks import look_hash
from data.store import Store
from geo.duplicate_settings import DuplicateSettings
from tests.data.city import NOON, small_city


def saved(picture: Image.Image, kind: str = "JPEG", **options: int) -> bytes:
    """A picture as a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def apart(one: bytes, other: bytes) -> int:
    """In how many bits two pictures differ."""
    a, b = look_hash(one), look_hash(other)
    assert a is not None
    assert b is not None
    return int(np.bitwise_count(np.int64(a) ^ np.int64(b)))


def test_a_picture_is_known_again_smaller_and_compressed_anew() -> None:
    """Half the size, a harder compression or another format leave it alike; other scenes are not."""
    bank = photo_bank(np.random.default_rng(3))
    pictures = [Image.open(io.BytesIO(content)) for content in bank[:40]]
    strangers = []
    for content, picture in zip(bank, pictures, strict=False):
        smaller = picture.resize((picture.width // 2, picture.height // 2))
        for again in (saved(smaller), saved(picture, quality=25), saved(picture, "PNG")):
            assert apart(content, again) <= DuplicateSettings().photo_bits
        strangers += [apart(content, other) for other in bank[40:80]]
    assert np.median(strangers) > DuplicateSettings().photo_bits + 5


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", saved(Image.new("RGB", (80, 60), "red")), saved(Image.new("L", (64, 64)), "PNG")[:60]],
)
def test_what_shows_nothing_has_no_look(content: bytes) -> None:
    """Nothing, text, one colour, half a file: no bits, and no fault."""
    assert look_hash(content) is None


def test_the_store_keeps_the_look_of_each_photo(any_store: Store) -> None:
    """What is attached is looked at once and read back by request; what is no picture is kept without a look."""
    first, second = small_city(any_store, 2)
    content = photo_bank(np.random.default_rng(3))[0]
    row = {"media_type": "image/jpeg", "width_px": 8, "height_px": 8}
    with any_store.write("photos", actor="ana", at=NOON) as unit:
        unit.attach_photos(
            [
                {**row, "request_id": second, "content": content},
                {**row, "request_id": first, "content": b"torn"},
                {**row, "request_id": first, "content": content},
            ]
        )
        unit.commit()
    with any_store.read() as unit:
        assert unit.requests.photo_looks() == [(first, look_hash(content)), (second, look_hash(content))]
        assert len(unit.requests.photos(first)) == 2
