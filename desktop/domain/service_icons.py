"""Which of the bundled glyphs tells a service that only an import has named: the words of its name decide."""

from __future__ import annotations

import re

# The first line of which a word begins a word of the name wins, so what is particular stands before what is general.
_BY_WORD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("biohazard", ("needle", "syringe", "hazard", "asbestos", "sharps")),
    ("rat", ("rodent", "rat", "rats", "mice", "baiting")),
    ("bug", ("bug", "bed", "insect", "bee", "bees", "wasp", "mosquito", "pest")),
    ("dog", ("dog", "dogs", "stray")),
    ("paw-print", ("animal", "wildlife", "coyote", "carcass")),
    ("spray-can", ("graffiti", "vandalism", "tagging")),
    ("snowflake", ("snow", "ice", "icy", "plow")),
    ("armchair", ("bulk", "bulky", "furniture", "appliance", "mattress")),
    ("leaf", ("yard", "leaf", "leaves")),
    ("recycle", ("recycling", "recycle", "compost")),
    ("traffic-cone", ("signal", "traffic")),
    ("lightbulb", ("light", "lights", "lamp", "streetlight", "lighting")),
    ("construction", ("pothole", "potholes", "pavement", "resurfac", "pav")),
    ("footprints", ("sidewalk", "curb", "kerb", "footpath", "walkway")),
    ("bike", ("bicycle", "bike", "cycle")),
    ("car", ("abandoned vehicle", "vehicle", "car", "auto", "tow")),
    ("circle-parking", ("parking", "meter", "parked")),
    ("signpost", ("sign", "signs")),
    ("tree-deciduous", ("tree", "trees", "stump", "limb", "branch", "forestry")),
    ("sprout", ("weed", "weeds", "grass", "overgrown", "mow", "vegetation")),
    ("droplets", ("flood", "sewage", "sewer", "drain", "catchbasin", "catch basin", "cave", "manhole", "storm")),
    ("droplet", ("water", "hydrant", "leak", "heat")),
    ("trash-2", ("dump", "dumping", "litter", "debris", "fly")),
    ("trash", ("trash", "garbage", "rubbish", "waste", "cart", "bin", "refuse", "sanitation", "barrel")),
    ("brush-cleaning", ("cleaning", "sweep", "clean", "cleanup")),
    ("volume-2", ("noise", "loud")),
    ("fence", ("fence", "vacant", "lot")),
    ("trees", ("park", "playground", "recreation", "cemetery")),
    ("hard-hat", ("permit", "construction", "work", "inspection", "zoning")),
    ("zap", ("electric", "electrical", "utility", "outage")),
    ("wrench", ("plumbing", "mechanical", "maintenance", "repair")),
    (
        "house",
        (
            "building",
            "mold",
            "occupancy",
            "rooming",
            "overcrowding",
            "egress",
            "housing",
            "property",
            "living",
            "tenant",
            "landlord",
            "residential",
            "utilities",
            "unit",
        ),
    ),
    ("road", ("street", "road", "highway", "bridge", "alley", "crosswalk", "roadway")),
    ("message-square-text", ("comment", "comments", "general", "question", "inquiry", "information", "complaint")),
)


def icon_for(service_name: str) -> str:
    """The glyph of a service by its name; empty where no word of it is known."""
    words = " ".join(re.findall(r"[a-z]+", service_name.casefold()))
    for icon, known in _BY_WORD:
        if any(re.search(rf"\b{word}", words) if len(word) > 3 else re.search(rf"\b{word}\b", words) for word in known):
            return icon
    return ""
