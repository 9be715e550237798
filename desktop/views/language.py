"""The user's language: every process that writes words for a person loads its translation when it begins."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from desktop.domain.language import ENGLISH, Language
from desktop.domain.translations import FOLDER, NAME, SUFFIX

MONTHS = range(1, 13)
LOADED = "opsmap_language"  # the property of an application that names the language of its texts, if not English
UNNAMED = ""  # where the tool of translators lists what a plain tr("...") says, one that is no method of a class


def load_translation(application: QCoreApplication, folder: Path = FOLDER) -> bool:
    """Take the translation for the language of the system, as the environment tells it; False where there is none."""
    translator = QTranslator(application)
    if not translator.load(QLocale(), NAME, "_", str(folder), SUFFIX):
        return False
    application.setProperty(LOADED, QLocale().bcp47Name())
    return application.installTranslator(translator)


def language(context: str = "") -> Language:
    """How this process says the texts of a context, figures and days."""
    locale = QLocale()
    months = tuple(locale.monthName(month, QLocale.FormatType.ShortFormat) for month in MONTHS)
    application = QCoreApplication.instance()
    code = str((application and application.property(LOADED)) or ENGLISH.code)
    return Language(lambda text: QCoreApplication.translate(context, text), locale.decimalPoint(), months, code)


def tr(text: str) -> str:
    """Words that stand outside of widgets, in the language of the window."""
    return QCoreApplication.translate(UNNAMED, text)
