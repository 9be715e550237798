"""A made-up proposal for the tests of Duplicates: four reports, the last one of another service."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor, QImage

from desktop.views.duplicates.state import (
    BulkState,
    FactLine,
    ProposalLine,
    ReasonLine,
    ReliabilityBin,
    ReliabilityState,
    ReportCard,
    ReviewState,
    Scene,
    SceneReport,
)

LINES = (
    ProposalLine(71, "trash-2", "Windmill Lane 27", "4 reports · 31 m · 35 min", 0.97),
    ProposalLine(72, "road", "Granary / Dorset St", "2 reports · 9 m · 3 h", 0.94, urgent=True),
    ProposalLine(73, "funnel", "Chapel Road / Vine St", "2 reports · 22 m · 1 d", 0.91),
)
BULK = BulkState(0.9, "Accepts 3 incidents, 8 reports. Of 100 such, about 3 are wrong.", "Accept 3 incidents", True)
RELIABILITY = ReliabilityState(
    (
        ReliabilityBin(0.5, 0.7, 40, 22),
        ReliabilityBin(0.7, 0.9, 120, 97),
        ReliabilityBin(0.9, 1.0, 300, 291),
    ),
    "460 pairs of reports were decided about, 410 of them confirmed.",
)
TEXTS = (
    "Someone left a sofa and bags on the pavement by the bus stop.",
    "Sofa and black bags at the bus stop, pram can’t get through.",
    "Somebody dumped a sofa, bus stop towards the bridge.",
    "Pavement blocked and slabs cracked next to rubbish.",
)


def photo(colour: str = "#C8B48C") -> QImage:
    """A picture of one colour."""
    made = QImage(320, 240, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


def spans(text: str, *words: str) -> tuple[tuple[int, int], ...]:
    """Where words stand in a text."""
    low = text.casefold()
    return tuple((low.index(word), low.index(word) + len(word)) for word in words if word in low)


def facts(number: int) -> tuple[FactLine, ...]:
    """Six facts of a report."""
    other = number == 4
    return (
        FactLine(
            "Service",
            "Pavement damage" if other else "Illegal dumping",
            "" if number == 1 else "differs" if other else "same",
            differs=other,
            icon="footprints" if other else "trash-2",
        ),
        FactLine("Address", "25 Windmill Lane" if other else "27 Windmill Lane", "" if number == 1 else "near"),
        FactLine("Distance", "—" if number == 1 else f"{9 * number} m", "" if number == 1 else "near"),
        FactLine("Opened", f"10:0{number}", "" if number == 1 else f"{7 * number} min"),
        FactLine("Reporter", f"Resident {'ABCD'[number - 1]}, app", "" if number == 1 else "other"),
        FactLine(
            "Status",
            "Acknowledged" if number == 1 else "Submitted",
            status="acknowledged" if number == 1 else "submitted",
        ),
    )


def card(number: int) -> ReportCard:
    """One of the four reports, by its number from 1."""
    text = TEXTS[number - 1]
    return ReportCard(
        request_id=500 + number,
        number=f"18512{number}",
        parent=number == 1,
        probability=(None, 0.98, 0.96, 0.71)[number - 1],
        photo=None if number == 3 else photo(),
        no_photo="Phoned in, no photo" if number == 3 else "",
        no_photo_icon="phone" if number == 3 else "",
        text=text,
        common=spans(text, "sofa", "bags", "pavement", "bus stop"),
        facts=facts(number),
    )


CARDS = tuple(card(number) for number in range(1, 5))
REASONS = (
    ReasonLine("Reports 12 to 31 m apart; positions are good to 9–14 m", 3.0),
    ReasonLine("Opened within 35 minutes, all still open", 2.4),
    ReasonLine("Words in common: sofa, bus stop, bags", 2.1),
    ReasonLine("Photos 1 and 2 look alike", 1.6),
    ReasonLine("House numbers 25 and 27 are next door", 0.8),
    ReasonLine("Report 4 is another service; 12 % of true links are", -1.1),
)
SCENE = Scene(
    (
        SceneReport(1, 500.0, 500.0, 9.0, kept=True, focused=False),
        SceneReport(2, 481.0, 505.0, 11.0, kept=True, focused=False),
        SceneReport(3, 544.0, 476.0, 14.0, kept=True, focused=False),
        SceneReport(4, 474.0, 486.0, 8.0, kept=True, focused=True, doubtful=True),
    ),
    40.0,
    photo("#F1EEE8"),
    300.0,
    640.0,
    1.2,
    "© OpenStreetMap contributors",
)
STATE = ReviewState(
    LINES,
    71,
    "27 Windmill Lane",
    "4 reports, 35 minutes, 31 m across · one crew stop, one deadline: Wed 14 Oct 10:47 (the earliest)",
    "1 of 3",
    CARDS,
    3,
    SCENE,
    0.97,
    "Very likely one thing on the ground.",
    "Of 100 pairs of reports as likely as this, 97 were right.",
    REASONS,
    "model 7, trained on 3 912 of your decisions",
)


def with_card(at: int, **changes: object) -> ReviewState:
    """The proposal with one report otherwise."""
    cards = list(CARDS)
    cards[at] = replace(cards[at], **changes)  # type: ignore[arg-type]
    return replace(STATE, cards=tuple(cards))
