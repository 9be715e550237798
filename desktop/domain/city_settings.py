"""What a city sets for itself: working hours, holidays, how long messages wait and acts can be undone, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields, replace
from datetime import date, time, timedelta
from typing import Any

from data.records import City
from desktop.domain import answer_words
from desktop.domain.answers import plain
from desktop.domain.day_words import LANGUAGES, USUAL
from desktop.domain.deadlines import WorkingCalendar


@dataclass(frozen=True, slots=True)
class CitySettings:
    """The usual values; a city's own stand in city.settings. ValueError names the rule that is broken."""

    opens: time = time(8, 0)
    closes: time = time(18, 0)
    weekdays: frozenset[int] = frozenset(range(5))  # Monday is 0
    holidays_country: str = ""  # ISO code, with a part of the country after a hyphen: US-MA
    holidays: frozenset[date] = frozenset()  # days of one's own
    hold_s: int = 30  # how long a message to a resident can be withdrawn
    undo_s: int = 600  # how long an act can be undone
    archive_days: int = 7  # quiet days after which a closed request is archived
    goal_share: float = 0.95  # of the day's requests, acknowledged on the same day
    accept_from: float = 0.9  # the probability from which reports become one incident without a person
    language: str = USUAL  # of the dates in what residents read
    words: Mapping[str, str] = field(default_factory=dict)  # of one's own in it, by the keys of answer_words.WORDS
    # Reports of a service, by its code, further apart than so many metres or days are not of one incident.
    near: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    # Whom residents turn to with what is not the city's, by a key of the city's own: name, telephone or page.
    contacts: Mapping[str, str] = field(default_factory=dict)
    # Shares of free flow by hour of the day, 24 of them, on "main" and on "minor" streets.
    flow: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = {
            "closes is later than opens": self.closes > self.opens,
            "weekdays are numbers from 0 (Monday) to 6, at least one": bool(self.weekdays)
            and self.weekdays <= set(range(7)),
            "hold_s is between 0 and 86400": 0 <= self.hold_s <= 86_400,
            "undo_s is between 0 and 604800": 0 <= self.undo_s <= 604_800,
            "archive_days is at least 1": self.archive_days >= 1,
            "goal_share is between 0 and 1": 0.0 <= self.goal_share <= 1.0,
            "accept_from is between 0 and 1": 0.0 <= self.accept_from <= 1.0,
            f"language is one of {', '.join(LANGUAGES)}": self.language in LANGUAGES,
        }
        if not all(radius_m > 0 and days > 0 for radius_m, days in self.near.values()):
            rules["metres and days of near are more than 0"] = False
        if not all(key and text and len(text) <= answer_words.LONGEST for key, text in self.contacts.items()):
            rules[f"a contact has a key and a text of at most {answer_words.LONGEST} characters"] = False
        if not all(
            kind in FLOWS and len(shares) == 24 and all(0.05 <= share <= 2.0 for share in shares)
            for kind, shares in self.flow.items()
        ):
            rules["flow.main and flow.minor are 24 numbers, one an hour, each between 0.05 and 2"] = False
        if fault := answer_words.fault_of(self.words):
            rules[fault] = False
        broken = [rule for rule, holds in rules.items() if not holds]
        if broken:
            raise ValueError("; ".join(broken))
        _public_holidays(self.holidays_country)

    @property
    def hold(self) -> timedelta:
        """How long a message waits before it leaves."""
        return timedelta(seconds=self.hold_s)

    def calendar(self, timezone: str) -> WorkingCalendar:
        """The city's working hours in its zone."""
        days = _Holidays(_public_holidays(self.holidays_country), self.holidays)
        return WorkingCalendar(timezone, self.opens, self.closes, self.weekdays, days)

    def to_json(self) -> dict[str, Any]:
        """Plain values of what differs from the usual."""
        usual = CitySettings()
        return {
            name: write(getattr(self, name))
            for name, (_, write) in _FORMS.items()
            if getattr(self, name) != getattr(usual, name)
        }

    def shown(self) -> dict[str, Any]:
        """Plain values of every setting, and the words of every key."""
        rest = {name: write(getattr(self, name)) for name, (_, write) in _FORMS.items() if name not in _BY_KEY}
        near = {f"{_NEAR}{code}": f"{radius_m:g},{days:g}" for code, (radius_m, days) in self.near.items()}
        contacts = {_CONTACT + key: text for key, text in self.contacts.items()}
        flow = {_FLOW + kind: ",".join(f"{share:g}" for share in shares) for kind, shares in self.flow.items()}
        return (
            rest
            | near
            | contacts
            | flow
            | {_WORDS + key: answer_words.said(self.words, key) for key in answer_words.WORDS}
        )


def settings_of(city: City) -> CitySettings:
    """A city's settings; what a later version added is left out."""
    return from_json(city.settings or {})


def from_json(content: Mapping[str, Any]) -> CitySettings:
    """The settings of to_json; ValueError where a value makes no sense."""
    known = {field.name for field in fields(CitySettings)}
    return replace(CitySettings(), **{name: _read(name, value) for name, value in content.items() if name in known})


def changed(settings: CitySettings, pairs: Mapping[str, str]) -> CitySettings:
    """The settings with some of them written anew, as a person writes them; ValueError says what is wrong."""
    texts = {name.removeprefix(_WORDS): text for name, text in pairs.items() if name.startswith(_WORDS)}
    bounds = {name.removeprefix(_NEAR): text for name, text in pairs.items() if name.startswith(_NEAR)}
    named = {name.removeprefix(_CONTACT): text for name, text in pairs.items() if name.startswith(_CONTACT)}
    flows = {name.removeprefix(_FLOW): text for name, text in pairs.items() if name.startswith(_FLOW)}
    rest = {name: text for name, text in pairs.items() if not name.startswith((_WORDS, _NEAR, _CONTACT, _FLOW))}
    unknown = sorted((set(rest) - set(_FORMS)) | (set(_BY_KEY) & set(rest)))
    if unknown:
        there_are = ", ".join(_BY_KEY.get(name, name) for name in _FORMS)
        raise ValueError(f"there is no setting {unknown[0]}; there are {there_are}")
    words = {key: text for key, text in {**settings.words, **_trimmed(texts)}.items() if text}
    near = {code: bound for code, bound in {**settings.near, **_bounds(bounds)}.items() if bound is not None}
    contacts = {key: text for key, text in {**settings.contacts, **_one_line(named)}.items() if text}
    flow = {kind: shares for kind, shares in {**settings.flow, **_shares(flows)}.items() if shares}
    told = {name: _read(name, _listed(name, text)) for name, text in rest.items()}
    return replace(settings, **told, words=words, near=near, contacts=contacts, flow=flow)


def _one_line(texts: Mapping[str, str]) -> dict[str, str]:
    """Contacts as they are kept: they stand inside a sentence. An empty text takes one off."""
    return {key.strip(): " ".join(plain(text).split()) for key, text in texts.items()}


def _shares(texts: Mapping[str, str]) -> dict[str, tuple[float, ...]]:
    """Shares of free flow, 24 numbers with commas; an empty text brings the usual ones back."""
    found: dict[str, tuple[float, ...]] = {}
    for kind, text in texts.items():
        try:
            found[kind] = tuple(float(part) for part in text.split(",") if part.strip())
        except ValueError as fault:
            raise ValueError(f"{_FLOW}{kind} is 24 numbers with commas between them, not {text!r}") from fault
    return found


def _bounds(texts: Mapping[str, str]) -> dict[str, tuple[float, float] | None]:
    """Metres and days of services, "40,7"; an empty text brings the usual ones back. ValueError for anything else."""
    found: dict[str, tuple[float, float] | None] = {}
    for code, text in texts.items():
        parts = [part for part in text.replace(" ", "").split(",") if part]
        try:
            found[code] = (float(parts[0]), float(parts[1])) if parts else None
        except (IndexError, ValueError) as fault:
            raise ValueError(f"{_NEAR}{code} is metres and days, such as 40,7, not {text!r}") from fault
    return found


def _trimmed(texts: Mapping[str, str]) -> dict[str, str]:
    """Words as they are kept; an empty text brings the usual ones back. ValueError for a key nobody knows."""
    unknown = sorted(set(texts) - set(answer_words.WORDS))
    if unknown:
        raise ValueError(f"there is no setting {_WORDS}{unknown[0]}; there are {', '.join(answer_words.WORDS)}")
    return {key: plain(text).strip() for key, text in texts.items()}


def _listed(name: str, text: str) -> Any:
    return [part.strip() for part in text.split(",") if part.strip()] if name in ("weekdays", "holidays") else text


def _read(name: str, value: Any) -> Any:
    try:
        return _FORMS[name][0](value)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name} cannot be {value!r}") from fault


def _same(value: Any) -> Any:
    return value


# How each setting is read from JSON (or from a person's words) and written to it.
_FORMS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "opens": (time.fromisoformat, lambda value: value.isoformat("minutes")),
    "closes": (time.fromisoformat, lambda value: value.isoformat("minutes")),
    "weekdays": (lambda value: frozenset(int(day) for day in value), sorted),
    "holidays_country": (str, _same),
    "holidays": (
        lambda value: frozenset(date.fromisoformat(day) for day in value),
        lambda value: sorted(day.isoformat() for day in value),
    ),
    "hold_s": (int, _same),
    "undo_s": (int, _same),
    "archive_days": (int, _same),
    "goal_share": (float, _same),
    "accept_from": (float, _same),
    "language": (str, _same),
    "near": (
        lambda value: {code: (float(bound[0]), float(bound[1])) for code, bound in value.items()},
        lambda value: {code: list(bound) for code, bound in value.items()},
    ),
    "flow": (
        lambda value: {str(kind): tuple(float(share) for share in shares) for kind, shares in value.items()},
        lambda value: {kind: list(shares) for kind, shares in value.items()},
    ),
    "contacts": (lambda value: {str(key): str(text) for key, text in value.items()}, dict),
    "words": (lambda value: {key: str(text) for key, text in value.items() if key in answer_words.WORDS}, dict),
}
_NEAR = "near."  # before the code of a service, as a person sets it
FLOWS = ("main", "minor")
_FLOW = "flow."  # before one of FLOWS, as a person sets it
_CONTACT = "contact."  # before the key of a contact, as a person sets it
_WORDS = "words."  # before a key of answer_words.WORDS, as a person sets it


# Settings of many keys, and how each is written.
_BY_KEY = {"words": f"{_WORDS}NAME", "near": f"{_NEAR}SERVICE", "contacts": f"{_CONTACT}KEY", "flow": f"{_FLOW}KIND"}


def _public_holidays(code: str) -> Mapping[date, str]:
    """The public holidays of a country or a part of it, of any year; ValueError for a code nobody knows."""
    if not code:
        return {}
    import holidays

    country, _, part = code.upper().partition("-")
    try:
        found: Mapping[date, str] = holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError as fault:
        raise ValueError(f"holidays_country is a country's code such as US or US-MA, not {code}") from fault
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Holidays(Set[date]):
    """Days without work: a country's, worked out for whatever year is asked, and the city's own."""

    public: Mapping[date, str]
    own: frozenset[date]

    def __contains__(self, day: object) -> bool:
        return day in self.own or (isinstance(day, date) and day in self.public)

    def __iter__(self) -> Iterator[date]:
        return iter(self.own | set(self.public))

    def __len__(self) -> int:
        return len(self.own | set(self.public))
