"""What residents wrote, painted with tinted words."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QTextLayout
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.views.duplicates.quoted_text import LONGEST, QuotedText, _lay_out, lines_wanted, quote, tinted_boxes
from desktop.views.theme import theme

HOSTILE = "<b>a</b><img src=x onerror=alert(1)>\u202etfosetats &amp; 🛋️ sofa\x00"


def tinted(text: str, *words: str) -> list[str]:
    """What a quote tints, read back from the letters as Qt counts them."""
    spans = [(text.index(word), text.index(word) + len(word)) for word in words]
    made = quote(text, spans)
    raw = made.text.encode("utf-16-le")
    return [raw[2 * low : 2 * high].decode("utf-16-le") for low, high in made.spans]


def test_spans_stay_on_their_words() -> None:
    """Signs that are taken out or take two units of Qt's text before a word do not push its tint aside."""
    assert tinted("A sofa and bags", "sofa", "bags") == ["sofa", "bags"]
    assert tinted("🛋️🛋️ a sofa", "sofa") == ["sofa"]
    assert tinted("\u202e\u2066a\u200f sofa\n\tbags", "sofa", "bags") == ["sofa", "bags"]
    assert tinted("pick-up sofa", "pick-up") == ["pick\u2010up"]


def test_spans_outside_the_text_tint_nothing() -> None:
    """Beyond either end, or the wrong way round: what lies in the text is tinted, the rest is no fault."""
    made = quote("sofa", [(-3, 2), (3, 99), (50, 60), (3, 1), (2, 2)])
    assert made.spans == ((1, 3), (4, 5))


def test_a_text_without_an_end_is_cut() -> None:
    """Only its beginning is laid out, and it says that there is more."""
    made = quote("word " * 100_000, [(LONGEST + 5, LONGEST + 9)])
    assert len(made.text) == LONGEST + 3
    assert made.text.endswith("…”")
    assert made.spans == ()


def test_markup_is_only_letters(qtbot: QtBot, look: object) -> None:
    """Tags and entities stand as they were written, signs that turn text around are gone, the tooltip is escaped."""
    label = QuotedText()
    qtbot.addWidget(label)
    label.set_text(HOSTILE * 20, (), dim=False)
    label.resize(200, 32)
    label.grab()
    assert "<b>a</b><img" in label.accessibleName()
    assert "\u202e" not in label.accessibleName()
    assert "&lt;b&gt;" in label.toolTip()
    assert "<img" not in label.toolTip()


def test_words_that_do_not_fit_end_in_an_ellipsis(qtbot: QtBot, look: object) -> None:
    """Two lines of five are painted, the whole is the tooltip; what fits has no tooltip."""
    label = QuotedText()
    qtbot.addWidget(label)
    label.resize(200, 32)
    text = "sofa and bags at the bus stop " * 6
    label.set_text(text, ((0, 4), (150, 154)), dim=False)
    shown, spans = label._fitting()
    assert lines_wanted(text, 200, 6) > 3
    assert lines_wanted(text, 200, 3) == 3
    assert lines_wanted("i" * 1000, 200, 6) == 6
    assert shown.endswith("…")
    assert _lay_out(shown, 200).lineCount() == 2
    assert spans == ((1, 5),)
    label.grab()
    assert label.toolTip()
    label.set_text("sofa", (), dim=False)
    label.grab()
    assert label.toolTip() == ""


def test_a_word_over_two_lines_has_two_boxes(look: object) -> None:
    """A span that a line breaks is tinted on both lines, each box within the width."""
    layout: QTextLayout = _lay_out("sofa and bags at the stop", 90)
    boxes = tinted_boxes(layout, [(0, 25)])
    assert len(boxes) == layout.lineCount() > 1
    assert all(box.left() >= -1 and box.right() <= 92 for box in boxes)


def test_the_tint_lies_under_its_word(qtbot: QtBot, look: object) -> None:
    """In the picture, the tint's colour is found from the word's first letter to its last, and nowhere before it."""
    host = QWidget()
    qtbot.addWidget(host)
    label = QuotedText(host)
    label.set_text("A plain start, then sofa.", ((20, 24),), dim=False)
    label.resize(400, 16)
    image = QImage(QSize(400, 16), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    label.render(image)
    tint = theme().colour("warning.soft")
    columns = [x for x in range(400) if image.pixelColor(x, 1) == tint]
    layout = _lay_out(quote("A plain start, then sofa.", ()).text, 400)
    low, high = (layout.lineAt(0).cursorToX(at)[0] for at in (21, 25))
    assert abs(columns[0] - low) <= 4
    assert abs(columns[-1] - high) <= 4
