"""Glyphs of services that only an import has named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.service_icons import icon_for
from desktop.views.icons import icon_names


@pytest.mark.parametrize(
    ("name", "icon"),
    [
        ("Pothole Repair (Internal)", "construction"),
        ("Street Light Outages", "lightbulb"),
        ("Alley Light Out", "lightbulb"),
        ("Rodent Baiting/Rat Complaint", "rat"),
        ("Tree Emergencies", "tree-deciduous"),
        ("Missed Recycling", "recycle"),
        ("Traffic Signal Out", "traffic-cone"),
        ("Request for Snow Plowing", "snowflake"),
        ("GRAFFITI REMOVAL", "spray-can"),
        ("Pick up Dead Animal", "paw-print"),
        ("Illegal Dump Sites", "trash-2"),
        ("Sticker Request", ""),
        ("Scarlet fever", ""),  # neither a car nor a rat inside a word
    ],
)
def test_the_words_of_a_name_decide(name: str, icon: str) -> None:
    """Whole words or their beginnings, whatever the case; what nobody knows has none."""
    assert icon_for(name) == icon


@given(st.text())
def test_every_glyph_is_bundled(name: str) -> None:
    """Whatever a service is called, its glyph is one that the window can draw, or none."""
    assert icon_for(name) in {"", *icon_names()}
