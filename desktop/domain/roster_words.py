"""Why a crew stays at home and what it lacks, in a language: the roster writes sentences, here they are said."""

from __future__ import annotations

from desktop.domain.language import ENGLISH, Forms, Language
from desktop.domain.translatable import QT_TRANSLATE_NOOP

CONTEXT = "RosterDay"
# As roster_day writes them; names have blanks, so that anything may stand for them.
_SENTENCES = Forms(
    (
        QT_TRANSLATE_NOOP("RosterDay", "{0} does not work on {1}, a holiday."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Mondays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Tuesdays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Wednesdays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Thursdays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Fridays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Saturdays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no shift on Sundays."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has nobody on {1}: {2} absent."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has nobody on {1}."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no vehicle on {1}: {2} is absent."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} is absent on {1}."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has no depot to start from."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has nobody with `{1}` on {2}: {3} absent."),
        QT_TRANSLATE_NOOP("RosterDay", "{0} has nobody with `{1}` on {2}: nobody of its members ever has it."),
    ),
    filled=".+",
)


def roster_sentence(written: str, language: Language = ENGLISH) -> str:
    """A sentence of roster_day with its days in the language."""
    return _SENTENCES.say(written, language)
