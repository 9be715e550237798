"""What can be done in Duplicates, as data: the acts with their keys, which are possible now, the menu of a card."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.views.duplicates.state import ReportCard, ReviewState
from desktop.views.table_menus import Choice

translate = QCoreApplication.translate
PLACE = "duplicates"  # the key of the workspace
ACCEPT, REJECT, SPLIT = "review.accept", "review.reject", "review.split"
KEEP, TAKE_OUT, PARENT, MOVE = "review.keep", "review.take_out", "review.parent", "review.move"
FOCUS, ZOOM, OPEN, COPY = "review.focus", "review.zoom", "review.open", "review.copy"
NEXT, PREVIOUS, LOOK, RELIABILITY = "review.next", "review.previous", "review.look", "review.reliability"
DIGITS = tuple(str(digit) for digit in range(1, 10))


@dataclass(frozen=True, slots=True)
class ReviewAct:
    """An act as a button and the key sheet say it."""

    id: str
    text: str
    keys: str = ""
    icon: str = ""


def every_act() -> tuple[ReviewAct, ...]:
    """Every act of the workspace, those on the proposal before those on one report."""
    return (
        ReviewAct(ACCEPT, translate("Review", "Accept as one incident"), "A", "check"),
        ReviewAct(REJECT, translate("Review", "Reject: not one thing on the ground"), "J", "x"),
        ReviewAct(SPLIT, translate("Review", "Split off what was taken out, or this report"), "S", "split"),
        ReviewAct(NEXT, translate("Review", "Next proposal"), "N", "chevron-right"),
        ReviewAct(PREVIOUS, translate("Review", "Previous proposal"), "Shift+N", "chevron-left"),
        ReviewAct(KEEP, translate("Review", "Keep this report"), "K", "check"),
        ReviewAct(TAKE_OUT, translate("Review", "Take this report out"), "X", "x"),
        ReviewAct(PARENT, translate("Review", "Make this report the parent"), "P", "flag"),
        ReviewAct(MOVE, translate("Review", "Move this report to another incident…"), "M", "arrow-right"),
        ReviewAct(ZOOM, translate("Review", "Zoom its photo"), "Z", "maximize"),
        ReviewAct(OPEN, translate("Review", "Open this report in Operations"), "O", "external-link"),
        ReviewAct(RELIABILITY, translate("Review", "How often pairs as likely were right"), "", "chart-line"),
        ReviewAct(LOOK, translate("Review", "Look for duplicates"), "", "copy"),
    )


def act_of(command_id: str) -> ReviewAct:
    """An act by its id."""
    return next(act for act in every_act() if act.id == command_id)


def focused_card(state: ReviewState | None) -> ReportCard | None:
    """The report that acts on one report mean."""
    return state.cards[state.focused] if state is not None and 0 <= state.focused < len(state.cards) else None


def split_numbers(state: ReviewState) -> tuple[int, ...]:
    """The numbers, from 1, of the reports that would be split off: those taken out, else the one in focus."""
    out = tuple(at for at, card in enumerate(state.cards, start=1) if not card.kept)
    card = focused_card(state)
    return out or (() if card is None or card.parent or card.joined else (state.focused + 1,))


def possible(state: ReviewState | None) -> frozenset[str]:
    """The acts that can be done now. While one is under way, a person may only look."""
    if state is None:
        return frozenset()
    if not state.lines:
        return frozenset(() if state.busy else (LOOK,))
    can = set() if state.busy else {LOOK}
    if len(state.lines) > 1:
        can |= {NEXT, PREVIOUS}
    if state.cards:
        can |= {RELIABILITY, FOCUS}
        if not state.busy and not state.changed:
            can |= _on_proposal(state)
    card = focused_card(state)
    if card is not None:
        can |= {OPEN, COPY} | ({ZOOM} if has_photo(card) else set())
        if not state.busy and not state.changed:
            can |= _on_report(card)
    return frozenset(can)


def _on_proposal(state: ReviewState) -> set[str]:
    kept = sum(card.kept for card in state.cards)
    can = {REJECT}
    if kept > 1:
        can.add(ACCEPT)
    if split_numbers(state):
        can.add(SPLIT)
    return can


def _on_report(card: ReportCard) -> set[str]:
    if card.parent:
        return {MOVE}
    if card.joined and card.kept:  # that is decided: it leaves by "Take this report out" of its page, or moves
        return {MOVE, PARENT}
    return {MOVE, KEEP, PARENT, TAKE_OUT} if card.kept else {MOVE, KEEP}


def has_photo(card: ReportCard) -> bool:
    """Whether there is a picture to see."""
    return card.photo is not None and not card.photo.isNull()


def accept_words(state: ReviewState) -> str:
    """What the primary act says."""
    kept = sum(card.kept for card in state.cards)
    return state.accept or translate("Review", "Accept {0} as one incident").format(kept)


def split_words(state: ReviewState) -> str:
    """Which reports would be split off, by their numbers while there are few."""
    numbers = split_numbers(state)
    if not numbers:
        return translate("Review", "Split off")
    if len(numbers) > 3:
        return translate("Review", "Split off {0} reports").format(len(numbers))
    return translate("Review", "Split off {0}").format(", ".join(str(number) for number in numbers))


def card_menu(state: ReviewState, *, letters: bool = True) -> tuple[Choice | None, ...]:
    """What can be done with the report in focus, with its keys where `letters` act; None for a line."""
    can, card = possible(state), focused_card(state)
    if card is None:
        return ()

    def choice(command_id: str, text: str = "") -> Choice:
        act = act_of(command_id)
        return Choice(act.id, text or act.text, act.keys if letters else "", act.icon, enabled=act.id in can)

    return (
        choice(OPEN),
        choice(ZOOM),
        None,
        choice(KEEP),
        choice(TAKE_OUT),
        choice(PARENT),
        choice(MOVE),
        None,
        choice(SPLIT, split_words(state)),
        None,
        Choice(COPY, translate("Review", "Copy the number"), icon="copy"),
    )
