"""What forecasts are called and why there is none, for window and report: geo writes it, here it is said."""

from __future__ import annotations

from desktop.domain.language import ENGLISH, Forms, Language
from desktop.domain.translatable import QT_TRANSLATE_NOOP

CONTEXT = "Demand"
_MODELS = {
    "level": QT_TRANSLATE_NOOP("Demand", "level"),
    "damped trend": QT_TRANSLATE_NOOP("Demand", "damped trend"),
    "yearly wave": QT_TRANSLATE_NOOP("Demand", "yearly wave"),
}
_WHY_NOT = Forms((
    QT_TRANSLATE_NOOP("Demand", "It was never reported."),
    QT_TRANSLATE_NOOP(
        "Demand", "Only {0} whole weeks are known; {1} are needed. The first report is of {2}."
    ),
    QT_TRANSLATE_NOOP("Demand", "Nothing came in the last {0} weeks. The first report is of {1}."),
))  # fmt: skip


def model_words(model: str, language: Language = ENGLISH) -> str:
    """What a model of geo.demand is called."""
    return language.say(_MODELS.get(model, model))


def why_not_words(sentence: str, language: Language = ENGLISH) -> str:
    """Why nothing is foretold, with figures and days of the language."""
    return _WHY_NOT.say(sentence, language)
