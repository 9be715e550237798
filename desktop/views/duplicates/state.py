"""What the Duplicates workspace shows, ready to read: frozen, made by the controller, never worked out in a view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

DOUBT_BELOW = 0.8  # a report less likely than this to belong to the others is marked
LEAST, MOST = 0.50, 0.99  # between these lies what "Accept many" asks for


def as_shown(probability: float) -> float:
    """To the two places that a person sees: no figure of 0.90 is less than 0.90, none of 0.80 is doubtful."""
    return round(probability, 2)


def is_doubtful(probability: float | None) -> bool:
    """Whether a report is marked; of the parent nothing is known."""
    return probability is not None and as_shown(probability) < DOUBT_BELOW


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposed incident in the list."""

    key: int
    icon: str  # of the service
    title: str
    below: str  # "4 reports · 31 m · 35 min"
    probability: float
    urgent: bool = False  # overdue or due soon


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact of a report, and how it compares with the parent's."""

    name: str
    value: str
    remark: str = ""  # "same", "12 m", "differs"
    differs: bool = False
    icon: str = ""
    status: str = ""  # its mark, "submitted"


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report of the proposal on show."""

    request_id: int
    number: str  # its service_request_id
    parent: bool
    probability: float | None
    photo: QImage | None
    no_photo: str  # "Phoned in, no photo"
    no_photo_icon: str
    text: str
    common: tuple[tuple[int, int], ...]  # first and end letter of words that the other reports use too
    facts: tuple[FactLine, ...]
    kept: bool = True  # taken out: dimmed, with a way back
    joined: bool = False  # already in the incident that stands


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A sentence, and what it says for (above 0) or against one thing on the ground, as log odds."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class SceneReport:
    """A report on the small map, in the city's metres; `number` is that of its card, from 1."""

    number: int
    x_m: float
    y_m: float
    error_m: float
    kept: bool
    focused: bool
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """The small map: the base map's picture by its upper left corner and scale, and the reports on it."""

    reports: tuple[SceneReport, ...]
    radius_m: float
    image: QImage | None
    west_m: float
    north_m: float
    metres_per_px: float  # of the picture's own pixels
    attribution: str
    around: int = 1  # the number of the report that the circle is drawn around


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Everything on show but the bulk act. No lines: nothing is proposed; a chosen one without cards: being read."""

    lines: tuple[ProposalLine, ...]
    chosen: int | None = None
    title: str = ""
    below: str = ""
    place: str = ""  # "1 of 12"
    cards: tuple[ReportCard, ...] = ()
    focused: int = 0
    scene: Scene | None = None
    probability: float = 0.0
    verdict: str = ""  # "Very likely one thing on the ground."
    evidence: str = ""  # "Of 100 pairs of reports as likely as this, 97 were right."
    reasons: tuple[ReasonLine, ...] = ()
    model: str = ""  # "model 7, trained on 3 912 of your decisions"
    busy: bool = False
    accept: str = ""  # what the primary act says, where it is not "Accept 4 as one incident"
    changed: str = ""  # the reports are no longer as they are shown: what happened, in a sentence
    nothing: str = ""  # while nothing is proposed: what is true, "Looked at 14:02: 318 open reports, all apart."


@dataclass(frozen=True, slots=True)
class BulkState:
    """The bulk act as it would be now."""

    least: float
    words: str  # "Accepts 3 incidents, 8 reports. Of 100 such, about 3 are wrong."
    button: str  # "Accept 3 incidents"
    possible: bool


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Pairs of reports of a probability between two bounds: how many were decided, and how many of them confirmed."""

    low: float
    high: float
    decided: int
    accepted: int
    incidents: int = 0  # so many different requests the pairs were compared with


@dataclass(frozen=True, slots=True)
class ReliabilityState:
    """How often pairs of each probability turned out right."""

    bins: tuple[ReliabilityBin, ...]
    words: str
