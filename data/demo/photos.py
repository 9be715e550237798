"""Small drawn photographs: a street front with the thing that was reported before it."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from data.demo.catalogue import SERVICES

WIDTH_PX, HEIGHT_PX = 320, 240
MEDIA_TYPE = "image/jpeg"
SCENES, VIEWS = 5, 2
KINDS = ("rubbish", "bin", "hole", "paving", "paint", "lamp", "signal", "water", "tree", "leaves", "vehicle", "house")
_KIND_OF = {
    "illegal_dumping": "rubbish", "missed_collection": "bin", "overflowing_bin": "bin", "litter": "rubbish",
    "dog_fouling": "paving", "dead_animal": "hole", "bulky_waste": "rubbish", "pothole": "hole",
    "pavement_damage": "paving", "graffiti": "paint", "snow_ice": "water", "road_obstruction": "rubbish",
    "street_light_out": "lamp", "lamp_post": "lamp", "traffic_signal": "signal", "street_sign": "signal",
    "running_water": "water", "clogged_drain": "water", "hydrant": "water", "flooded_street": "water",
    "tree_issue": "tree", "fallen_tree": "tree", "leaves": "leaves", "playground": "house", "overgrown": "leaves",
    "rats": "bin", "abandoned_vehicle": "vehicle", "blocked_bike_lane": "vehicle", "unsafe_building": "house",
}  # fmt: skip
KIND_OF_SERVICE = tuple(KINDS.index(_KIND_OF[service.code]) for service in SERVICES)
_FRONTS = ((201, 181, 147), (184, 160, 118), (214, 209, 197), (170, 158, 146), (190, 150, 126), (158, 168, 172))
_DARK, _BAG, _PALE, _WOOD, _GREEN, _RED = (
    (38, 44, 48),
    (52, 66, 54),
    (228, 224, 212),
    (140, 104, 66),
    (72, 104, 58),
    (150, 48, 40),
)
_SCALE = 2  # drawn twice as large, then made smaller

Draw = ImageDraw.ImageDraw


def photo_bank(rng: np.random.Generator) -> list[bytes]:
    """JPEG files, SCENES scenes of each kind in VIEWS views: index (kind * SCENES + scene) * VIEWS + view."""
    bank = []
    for kind in KINDS:
        for _ in range(SCENES):
            seed = int(rng.integers(2**31))
            shift = rng.uniform(-26, 26, VIEWS)
            bank += [_photo(kind, np.random.default_rng(seed), float(shift[view]), view) for view in range(VIEWS)]
    return bank


def photo_index(service: int, scene: int, view: int) -> int:
    """Which photo of the bank shows a service: equal scenes are the same place seen twice."""
    return (KIND_OF_SERVICE[service] * SCENES + scene % SCENES) * VIEWS + view % VIEWS


def _photo(kind: str, rng: np.random.Generator, shift: float, view: int) -> bytes:
    image = Image.new("RGB", (WIDTH_PX * _SCALE, HEIGHT_PX * _SCALE))
    draw = ImageDraw.Draw(image)
    light = float(rng.uniform(0.82, 1.08))
    _front(draw, rng, shift)
    _THINGS[kind](draw, rng, WIDTH_PX + 2 * shift, 300.0)
    zoom = 1.0 if view == 0 else 0.86
    left, top = (1 - zoom) * image.width * 0.6, (1 - zoom) * image.height * 0.7
    image = image.crop((int(left), int(top), int(left + zoom * image.width), int(top + zoom * image.height)))
    image = image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BILINEAR).filter(ImageFilter.BoxBlur(0.7))
    image = image.point([min(255, int(value * light)) for value in range(256)] * 3)
    grain = rng.integers(-6, 7, (HEIGHT_PX, WIDTH_PX, 1), dtype=np.int16)
    pixels = np.clip(np.asarray(image, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=72)
    return buffer.getvalue()


def _front(draw: Draw, rng: np.random.Generator, shift: float) -> None:
    """A house front with windows and a door, pavement, kerb and road."""
    width = WIDTH_PX * _SCALE
    front = _FRONTS[int(rng.integers(len(_FRONTS)))]
    draw.rectangle((0, 0, width, 270), fill=front)
    for column in range(-1, 5):
        x = 60 + column * 170 + shift * 2 + float(rng.uniform(-12, 12))
        draw.rectangle((x, 40, x + 74, 150), fill=(92, 102, 106))
        draw.rectangle((x + 34, 40, x + 40, 150), fill=_PALE)
    door = _RED if rng.random() < 0.5 else (58, 84, 122)
    x = float(rng.uniform(360, 540)) + shift * 2
    draw.rectangle((x, 60, x + 84, 270), fill=door)
    draw.rectangle((0, 270, width, 350), fill=(150, 148, 142))
    draw.rectangle((0, 350, width, 362), fill=(186, 182, 172))
    draw.rectangle((0, 362, width, 480), fill=(92, 94, 92))
    for at in range(0, width, 130):
        draw.rectangle((at + shift, 430, at + 70 + shift, 438), fill=(206, 204, 196))


def _blocks(
    draw: Draw, rng: np.random.Generator, x: float, y: float, colours: tuple[tuple[int, int, int], ...], count: int
) -> None:
    for _ in range(count):
        w, h = float(rng.uniform(50, 120)), float(rng.uniform(40, 84))
        left, top = x + float(rng.uniform(-150, 90)), y + float(rng.uniform(-40, 40))
        lean = float(rng.uniform(-18, 18))
        colour = colours[int(rng.integers(len(colours)))]
        draw.polygon(
            [(left, top + lean), (left + w, top), (left + w - lean / 2, top + h), (left - lean / 3, top + h)],
            fill=colour,
        )


def _rubbish(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    _blocks(draw, rng, x, y, (_DARK, _BAG, _PALE, _PALE, _WOOD), 7)


def _bin(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    draw.rectangle((x - 40, y - 90, x + 40, y + 50), fill=_GREEN)
    draw.rectangle((x - 48, y - 106, x + 48, y - 88), fill=_DARK)
    _blocks(draw, rng, x + 60, y + 20, (_PALE, _DARK, _RED), 4)


def _hole(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    for grow in (1.0, 0.66):
        reach = rng.uniform(0.7, 1.15, 14) * 92 * grow
        angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        outline = [(x + r * 1.5 * np.cos(a), 418 + r * 0.42 * np.sin(a)) for r, a in zip(reach, angle, strict=True)]
        draw.polygon(outline, fill=(62, 60, 58) if grow == 1.0 else (34, 34, 34))


def _paving(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    for column in range(-4, 5):
        left, drop = x + column * 66, float(rng.uniform(-9, 9)) if abs(column) < 3 else 0.0
        draw.polygon(
            [(left, 280 + drop), (left + 62, 280), (left + 70, 344 - drop), (left + 4, 344)], fill=(168, 164, 154)
        )
    draw.polygon([(x - 30, 286), (x + 50, 292), (x + 42, 338), (x - 24, 332)], fill=(84, 78, 70))


def _paint(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    for colour in ((36, 40, 120), (188, 52, 90), (230, 230, 226)):
        points = [(x - 170 + step * 34, 190 + float(rng.uniform(-62, 48))) for step in range(11)]
        draw.line(points, fill=colour, width=int(rng.integers(9, 20)), joint="curve")


def _lamp(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    lean = float(rng.uniform(-46, 46))
    draw.line([(x, 352), (x + lean, 30)], fill=_DARK, width=15)
    draw.line([(x + lean, 34), (x + lean + 84, 22)], fill=_DARK, width=11)
    draw.ellipse((x + lean + 62, 16, x + lean + 118, 42), fill=(70, 72, 70))


def _signal(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    draw.line([(x, 352), (x + float(rng.uniform(-16, 16)), 120)], fill=_DARK, width=15)
    draw.rectangle((x - 34, 40, x + 34, 178), fill=(28, 30, 30))
    for row in range(3):
        draw.ellipse((x - 20, 52 + row * 42, x + 20, 92 + row * 42), fill=(66, 62, 60))


def _water(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    top = float(rng.uniform(318, 366))
    draw.polygon(
        [(0, 480), (0, top + 34), (x - 80, top), (x + 130, top + 6), (640, top + 44), (640, 480)], fill=(128, 146, 154)
    )
    for _ in range(9):
        left, row = float(rng.uniform(0, 600)), float(rng.uniform(top + 40, 470))
        draw.line([(left, row), (left + 90, row + 3)], fill=(168, 184, 190), width=4)


def _tree(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    lean = float(rng.uniform(60, 190)) * (1 if rng.random() < 0.5 else -1)
    draw.line([(x - lean, 350), (x + lean * 0.6, 250)], fill=_WOOD, width=30)
    for _ in range(26):
        cx, cy = x + lean * 0.6 + float(rng.uniform(-120, 120)), 236 + float(rng.uniform(-70, 80))
        shade = int(rng.integers(-20, 22))
        draw.ellipse((cx - 34, cy - 24, cx + 34, cy + 24), fill=(72 + shade, 104 + shade, 58))


def _leaves(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    for _ in range(420):
        left, top = float(rng.uniform(0, 640)), float(rng.normal(322, 34))
        colour = ((164, 112, 42), (140, 84, 36), (184, 146, 60), (96, 108, 48))[int(rng.integers(4))]
        draw.ellipse((left, top, left + 17, top + 9), fill=colour)


def _vehicle(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    colour = ((120, 124, 126), (142, 44, 38), (206, 206, 200), (52, 76, 110))[int(rng.integers(4))]
    draw.rounded_rectangle((x - 190, 262, x + 170, 392), 26, fill=colour)
    draw.polygon([(x - 120, 268), (x - 80, 196), (x + 74, 196), (x + 120, 268)], fill=colour)
    draw.polygon([(x - 98, 262), (x - 68, 208), (x - 4, 208), (x - 4, 262)], fill=(74, 84, 88))
    draw.polygon([(x + 10, 262), (x + 10, 208), (x + 64, 208), (x + 94, 262)], fill=(74, 84, 88))
    for wheel in (-112, 96):
        draw.ellipse((x + wheel - 38, 354, x + wheel + 38, 428), fill=(26, 26, 26))


def _house(draw: Draw, rng: np.random.Generator, x: float, y: float) -> None:
    crack = [(x + float(rng.uniform(-26, 26)), row) for row in range(10, 270, 26)]
    draw.line(crack, fill=(52, 46, 42), width=6)
    _blocks(draw, rng, x, y + 14, (_FRONTS[0], _FRONTS[2], (120, 108, 96)), 6)
    for post in range(-3, 4):
        draw.line([(x + post * 58, 356), (x + post * 58, 250)], fill=(214, 92, 40), width=7)
    draw.line([(x - 180, 276), (x + 180, 276)], fill=(236, 232, 224), width=11)


_THINGS: dict[str, Callable[[Draw, np.random.Generator, float, float], None]] = {
    "rubbish": _rubbish, "bin": _bin, "hole": _hole, "paving": _paving, "paint": _paint, "lamp": _lamp,
        "signal": _signal,
    "water": _water, "tree": _tree, "leaves": _leaves, "vehicle": _vehicle, "house": _house,
}  # fmt: skip
