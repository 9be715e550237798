"""Days and times in the words of a city's language, for what residents read.

Named here, for the language of a text does not follow the machine it is written on. Names and order of the parts are
those of Unicode CLDR, "full" dates and "short" times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

USUAL = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """Names from Monday and from January on, and how a day is put together from {weekday}, {day}, {month}, {year}."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    form: str
    twelve_hours: bool = False


def _language(weekdays: str, months: str, form: str, *, twelve_hours: bool = False) -> Language:
    return Language(tuple(weekdays.split()), tuple(months.split()), form, twelve_hours)


_ENGLISH = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "January February March April May June July August September October November December",
)
_IBERIAN = "{weekday}, {day} de {month} de {year}"
_PLAIN = "{weekday} {day} {month} {year}"
LANGUAGES: Mapping[str, Language] = {
    USUAL: _language(*_ENGLISH, _PLAIN),
    "en-US": _language(*_ENGLISH, "{weekday}, {month} {day}, {year}", twelve_hours=True),
    "de": _language(
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "{weekday}, {day}. {month} {year}",
    ),
    "es": _language(
        "lunes martes miércoles jueves viernes sábado domingo",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        _IBERIAN,
    ),
    "fr": _language(
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        _PLAIN,
    ),
    "it": _language(
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        _PLAIN,
    ),
    "nl": _language(
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "januari februari maart april mei juni juli augustus september oktober november december",
        _PLAIN,
    ),
    "pl": _language(
        "poniedziałek wtorek środa czwartek piątek sobota niedziela",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "{weekday}, {day} {month} {year}",
    ),
    "pt": _language(
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        _IBERIAN,
    ),
    "sv": _language(
        "måndag tisdag onsdag torsdag fredag lördag söndag",
        "januari februari mars april maj juni juli augusti september oktober november december",
        _PLAIN,
    ),
}


def day_words(day: date, language: str = USUAL) -> str:
    """Tuesday 13 October 2026; Dienstag, 13. Oktober 2026."""
    names = LANGUAGES[language]
    weekday, month = names.weekdays[day.weekday()], names.months[day.month - 1]
    return names.form.format(weekday=weekday, day=day.day, month=month, year=day.year)


def moment_words(moment: datetime, timezone: str, language: str = USUAL) -> str:
    """Tuesday 13 October 2026, 14:32, in the city's zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    clock = f"{local:%H:%M}"
    if LANGUAGES[language].twelve_hours:
        clock = f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    return f"{day_words(local.date(), language)}, {clock}"
