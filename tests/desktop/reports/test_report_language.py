"""The periodic report speaks the user's language, every sentence of it; its table stays plain."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from lxml import html

from data.store import Store, open_store
from desktop.domain.clock import FixedClock
from desktop.domain.demand_words import CONTEXT as DEMAND
from desktop.domain.demand_words import model_words, why_not_words
from desktop.domain.language import ENGLISH, Language
from desktop.domain.service_figures import Left
from desktop.domain.statistic_marks import CONTEXT as STATISTICS
from desktop.domain.translatable import texts_of
from desktop.operations import service_report
from desktop.operations.figure_groups import By
from desktop.operations.service_figures import FigureQuestion, service_figures
from desktop.operations.service_report import ReportQuestion, report_content, write_report
from desktop.operations.translating import user_language
from desktop.operations.work import Work
from desktop.reports.figure_report import figure_report
from desktop.reports.figure_words import CONTEXT
from desktop.reports.report_page import page
from desktop.reports.report_telling import ReportContent
from tests.demo import DAY, MOMENT
from tests.desktop.reports.pdf import pdf_text
from tests.desktop.reports.test_language import translation
from tests.desktop.reports.test_statistic_language import german_environment
from tests.desktop.wide import listed, unmarked, wide, wide_language

TOLD = {
    CONTEXT: {
        "{0}: how requests were served": "{0}: wie Anfragen erledigt wurden",
        "Time to close": "Zeit bis zum Abschluss",
        "Opened {0}, as of {1}; {2}; {3}; {4}.": "Eröffnet {0}, Stand {1}; {2}; {3}; {4}.",
        "each report": "jede Meldung",
        "Neighbourhood": "Stadtteil",
        "outside of all, or not located": "außerhalb, oder ohne Ort",
        "Whole city": "Ganze Stadt",
        "On time, by the deadline of its day": "Fristgerecht",
        "no clear difference": "kein klarer Unterschied",
        "Page {0}": "Seite {0}",
        "deadline still ahead": "Frist noch offen",
        "{0} ({1} to {2})": "{0} ({1} bis {2})",
    },
    STATISTICS: {"Not significant": "Nicht auffällig"},
    DEMAND: {"level": "Niveau"},
}
SERVICE = "illegal_dumping"
# Names of methods and their authors, which statistics cite as they are.
CITED = (SERVICE, MOMENT.isoformat(), "Getis and Ord 1992, Ord and Getis 1995; Benjamini and Hochberg 1995")
SAID = (
    "wie Anfragen erledigt wurden",
    "Zeit bis zum Abschluss",
    "Eröffnet 13 Juli – 13 Okt. 2026, Stand 13 Okt. 2026, 16:00; Illegal dumping;",
    "Stadtteil",
    "außerhalb, oder ohne Ort",
    "Ganze Stadt",
    "Frist noch offen",
    "Nicht auffällig",
    "(Niveau)",
)
QUESTION = ReportQuestion(
    FigureQuestion(By.NEIGHBOURHOOD, DAY.replace(month=7), DAY, (SERVICE,), "Districts", as_of=DAY), ahead=4
)


@pytest.fixture
def work(location: str) -> Iterator[Work]:
    """The demo city, some of whose requests were entered by staff."""
    store = open_store(location)
    with store.write("enter", actor="ana", at=MOMENT) as unit:
        service = unit.services.by_code(SERVICE)
        assert service is not None
        arrays = unit.requests.arrays(["id", "service_id"])
        some = arrays["id"][arrays["service_id"] == service.id][-20:].tolist()
        unit.change("service_request", {int(key): {"extras": {"channel": "staff"}} for key in some})
        unit.commit()
    yield Work(store, "ana", FixedClock(MOMENT))
    store.close()


def names_of(store: Store) -> list[str]:
    """What people named: the city, services, areas, layers, sources."""
    with store.read() as unit:
        city = unit.city.get()
        assert city is not None
        layers = unit.areas.layers()
        areas = [area.name for layer in layers for area in unit.areas.areas(layer.id)]
        services = [one.service_name for one in unit.services.all()]
        sources = [one.name for one in unit.sources.all()]
    return [city.name, *services, *areas, *(layer.name for layer in layers), *sources, "Opsmap"]


def texts_of_page(text: str) -> list[str]:
    """All that a reader of a page sees, or hears of its drawings."""
    tree = html.fromstring(text)
    for style in tree.xpath("//style"):
        style.drop_tree()
    return [str(one).strip() for one in tree.xpath("//text()|//@aria-label|//@title|//@alt") if str(one).strip()]


def every_sentence_is_marked(content: Callable[[Language], ReportContent], names: list[str]) -> None:
    """With every marked text in wide letters, no other words are left but those that people wrote."""
    spoken = wide_language(CONTEXT, STATISTICS, DEMAND)
    told = content(spoken)
    assert told.where is not None
    assert told.where.drawing is not None
    assert told.residents is not None
    assert told.demand is not None
    texts = texts_of_page(page(figure_report(told, spoken)))
    assert len(texts) > 300
    assert unmarked(texts, [*names, *CITED]) == []


def page_and_paper_speak_german(work: Work, folder: Path) -> None:
    """Words, decimal commas and days; the number of a page on paper, too."""
    for name in ("a.html", "a.pdf"):
        write_report(work, QUESTION, folder / name)
    text = (folder / "a.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    paper = pdf_text(folder / "a.pdf")
    assert "Seite 2" in paper
    for said in (" ".join(texts_of_page(text)), " ".join(paper.split())):
        for words in SAID:
            assert words in said
        assert len(_decimals(said)) > 50
        assert not [figure for figure in _decimals(said) if "." in figure]


def _decimals(text: str) -> list[str]:
    """Figures with a decimal mark, those of drawings' coordinates not among them."""
    return re.findall(r"(?<![\w.,])\d+[.,]\d{1,2}(?![\w.,])", text)


def the_table_stays_plain(work: Work, folder: Path) -> None:
    """Its heads, its reasons and its decimal points are those of any language."""
    write_report(work, QUESTION, folder / "a.csv")
    with (folder / "a.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["neighbourhood"] == "all"
    assert rows[-1]["neighbourhood"] == "outside of all, or not located"
    assert float(rows[0]["close_median_days"]) > 0
    assert Left.NOT_DUE in rows[0]["on_time_left_out"]
    assert rows[0]["from"] == "2026-07-13"


def test_the_report_speaks_the_users_language(work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks, page, paper and table of one report, whose figures are worked out once."""
    kept = service_figures(work, QUESTION.figures)
    monkeypatch.setattr(
        service_report,
        "service_figures",
        lambda work, asked: kept if asked == QUESTION.figures else service_figures(work, asked),
    )
    every_sentence_is_marked(lambda spoken: report_content(work, QUESTION, kept, spoken), names_of(work.store))
    asked = partial(user_language, folder=translation(tmp_path, TOLD))
    monkeypatch.setattr(service_report, "user_language", asked)
    made: list[ReportContent] = []

    def once(work: Work, question: ReportQuestion, found: object, spoken: Language) -> ReportContent:
        made[:] = made or [report_content(work, question, kept, spoken)]
        return made[0]

    monkeypatch.setattr(service_report, "report_content", once)
    with german_environment():
        page_and_paper_speak_german(work, tmp_path)
        the_table_stays_plain(work, tmp_path)


def test_reasons_of_forecasts_are_said_by_their_form() -> None:
    """With figures and days of the language; what nobody knows stays as it was written."""
    spoken = wide_language(DEMAND)
    few = "Only 12 whole weeks are known; 16 are needed. The first report is of 2026-07-15."
    assert why_not_words(few) == few.replace("2026-07-15", "15 Jul 2026")
    assert why_not_words(few, spoken) == wide(few.replace("2026-07-15", "15 Jul 2026"))
    assert why_not_words("Rain.", spoken) == "Rain."
    assert model_words("level", spoken) == wide("level")
    assert model_words("level", ENGLISH) == "level"


def test_translators_see_what_processes_ask_for() -> None:
    """Every text that is marked for a process of ours stands in the list that translators' tool makes."""
    for context in (CONTEXT, STATISTICS, DEMAND):
        assert len(texts_of(context)) >= 6
        assert set(texts_of(context)) <= listed()[context]
