"""Why reports belong together, and how often that was right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from scipy.stats import binomtest

from desktop.views.duplicates.reasons_pane import ReasonsPane, weight_words
from desktop.views.duplicates.reliability import ReliabilityCurve, ReliabilityPopover, wilson
from desktop.views.duplicates.state import ReasonLine, ReliabilityBin, ReliabilityState
from tests.desktop.views.duplicates.made_up import REASONS, RELIABILITY, STATE


def pane_in(qtbot: QtBot, width: int = 590, height: int = 304) -> ReasonsPane:
    """The pane in a window that does not grow."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(width, height)
    pane = ReasonsPane(host)
    pane.resize(width, height)
    host.show()
    qtbot.keeper = host  # type: ignore[attr-defined]
    return pane


def test_weights_have_their_sign() -> None:
    """A plus, a true minus, and neither for what rounds to nothing."""
    assert [weight_words(weight) for weight in (3, -1.1, 0.04, -0.04)] == ["+3.0", "\u22121.1", "0.0", "0.0"]


def test_the_figure_and_what_it_is_worth(qtbot: QtBot, look: object) -> None:
    """Probability, verdict, evidence and model are those of the state."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    assert pane.probability.text() == "0.97"
    assert pane.verdict.text() == STATE.verdict
    assert pane.evidence.text() == STATE.evidence
    assert pane.header.note.text() == STATE.model


def test_bars_share_an_axis_and_a_scale(qtbot: QtBot, look: object) -> None:
    """What speaks for it lies right of one axis, what speaks against it left; lengths are as the weights."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    drawn = [row.bar.bar() for row in pane.rows]
    assert len({axis for _bar, axis in drawn}) == 1
    for reason, (bar, axis) in zip(REASONS, drawn, strict=True):
        assert bar.left() == axis if reason.weight > 0 else bar.right() == axis
        assert bar.width() / drawn[0][0].width() == pytest.approx(abs(reason.weight) / REASONS[0].weight, rel=0.02)
        assert bar.left() >= -1
        assert bar.right() <= pane.rows[0].bar.width() + 1


@pytest.mark.parametrize("weights", [(), (0.0,), (-2.0, -1.0), (5.0,)])
def test_reasons_of_one_kind_stand_too(qtbot: QtBot, look: object, weights: tuple[float, ...]) -> None:
    """None, one without weight, all against, all for: as many rows as reasons, all within their room."""
    pane = pane_in(qtbot)
    pane.set_state(STATE)
    pane.set_state(replace(STATE, reasons=tuple(ReasonLine("x", weight) for weight in weights)))
    shown = [row for row in pane.rows if row.isVisible()]
    assert len(shown) == len(weights)
    for row in shown:
        bar, _axis = row.bar.bar()
        assert bar.left() >= -1
        assert bar.right() <= row.bar.width() + 1
    pane.grab()


def test_a_long_reason_gives_way_to_its_bar(qtbot: QtBot, look: object) -> None:
    """Its words end in an ellipsis and are whole in the tooltip, where markup is only letters."""
    pane = pane_in(qtbot, 360)
    pane.set_state(replace(STATE, reasons=(ReasonLine("<i>words</i> in common " * 9, 1.0),)))
    pane.grab()
    row = pane.rows[0]
    assert row.width() <= 360
    assert "&lt;i&gt;" in row.text.toolTip()
    assert row.weight.text() == "+1.0"


def test_the_button_asks_for_the_curve(qtbot: QtBot, look: object) -> None:
    """It is the one act of the pane."""
    pane = pane_in(qtbot)
    with qtbot.waitSignal(pane.reliability_wanted, timeout=1000):
        pane.reliability.click()


@pytest.mark.parametrize(("accepted", "decided"), [(0, 1), (1, 1), (22, 40), (291, 300), (0, 50), (3000, 3001)])
def test_how_sure_a_point_is_agrees_with_scipy(accepted: int, decided: int) -> None:
    """Wilson's interval is that of scipy to four places."""
    known = binomtest(accepted, decided).proportion_ci(0.95, method="wilson")
    assert wilson(accepted, decided) == pytest.approx((known.low, known.high), abs=1e-4)


def test_the_curve_stands_in_its_field(qtbot: QtBot, look: object) -> None:
    """Every point lies in the field, higher where more was accepted; bins nobody decided are left out."""
    state = replace(RELIABILITY, bins=(ReliabilityBin(0.0, 0.5, 0, 0), *RELIABILITY.bins))
    curve = ReliabilityCurve(state)
    qtbot.addWidget(curve)
    places = [curve.place((one.low + one.high) / 2, one.accepted / one.decided) for one in curve.bins]
    assert len(places) == 3
    assert all(curve.plot().contains(place) for place in places)
    assert [place.y() for place in places] == sorted((place.y() for place in places), reverse=True)
    assert curve.accessibleDescription().startswith("0.50–0.70: 22 of 40 pairs confirmed. 0.70–0.90: 97 of 120")
    curve.grab()


def test_before_any_decision_there_is_no_curve(qtbot: QtBot, look: object) -> None:
    """Nothing is drawn that nobody knows; a sentence says so."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    anchor = QWidget(window)
    sheet = ReliabilityPopover(anchor, window, ReliabilityState((), "Nobody has decided on a proposal yet."))
    window.show()
    sheet.open()
    assert not sheet.findChildren(ReliabilityCurve)
    sheet.accept()
