"""Plays an emerging answer through its steps: which zones were hot and cold in each, on the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.controllers.answer_reads import ReadAnswer
from desktop.domain.statistic_marks import CONTEXT, STEP, in_words
from desktop.domain.statistic_words import count_word
from desktop.map.cells import CellsShown
from desktop.views import format as words
from desktop.views.neighbourhoods.map_cards import PlayBar, PlayState

SECOND_MS = 1000
STILL_MS = 2000  # with reduced motion no step comes sooner after the one before
EPOCH = date(1970, 1, 1).toordinal()


class EmergingPlay(QObject):
    """Holds which step is on show; the whole time is where it begins and where it can always go back to."""

    def __init__(self, bar: PlayBar, map_view: Any, place: QWidget, still: Callable[[], bool]) -> None:
        super().__init__(place)
        self._bar, self._map, self._still = bar, map_view, still
        self._read: ReadAnswer | None = None
        self._whole: CellsShown | None = None
        self._state = PlayState()
        self._speed = 1.0
        self._tick = QTimer(self)
        self._tick.timeout.connect(self._ticked)
        bar.step_wanted.connect(self.show_step)
        bar.moved.connect(self.move)
        bar.play_wanted.connect(self.toggle)
        bar.whole_wanted.connect(self.show_whole)
        bar.speed_chosen.connect(self._set_speed)
        bar.gone.connect(self.pause)
        bar.placed.connect(map_view.set_foot)
        for keys, way in (("[", -1), ("]", 1)):
            shortcut = QShortcut(QKeySequence(keys), place)
            shortcut.activated.connect(lambda way=way: self.move(way))

    @property
    def state(self) -> PlayState:
        """What the bar shows."""
        return self._state

    def set_answer(self, read: ReadAnswer | None, whole: CellsShown | None) -> None:
        """An answer with steps as the map shows its whole time; None for one without."""
        self.pause()
        self._read, self._whole = read, whole
        steps = () if read is None else step_names(read.answer.extras["edges"])
        self._state = PlayState(steps, max(0, len(steps) - 1), self._told_whole())
        self._bar.set_state(self._state)

    def show_step(self, at: int) -> None:
        """A step of time: what was hot and cold in it."""
        if self._read is None or not self._state.steps:
            return
        at = min(max(at, 0), len(self._state.steps) - 1)
        side = np.asarray(self._read.answer.extras["side"])[:, at]
        self._map.cells.recolour(self._shown(at, side))
        hot, cold = int((side > 0).sum()), int((side < 0).sum())
        told = self.tr("{0} hot, {1} cold").format(words.count(hot), words.count(cold))
        self._state = replace(self._state, at=at, told=told, whole=False)
        self._bar.set_state(self._state)

    def zones_of(self, kind: int) -> tuple[int, ...]:
        """The zones of a kind in the step on show."""
        if self._read is None or self._state.whole:
            return ()
        side = np.asarray(self._read.answer.extras["side"])[:, self._state.at]
        return tuple(np.flatnonzero(side == 1 - kind).tolist())

    def move(self, way: int) -> None:
        """Earlier or later; from the whole time to its last step, or to its first."""
        if not self._state.steps:
            return
        last = len(self._state.steps) - 1
        self.show_step((0 if way > 0 else last) if self._state.whole else self._state.at + way)

    def toggle(self) -> None:
        """Let time go on by itself from where it is, from the beginning at its end; or hold it."""
        if self._state.playing:
            self.pause()
        elif self._state.steps:
            self._state = replace(self._state, playing=True)
            ended = self._state.whole or self._state.at == len(self._state.steps) - 1
            self.show_step(0 if ended else self._state.at + 1)
            self._wait()

    def pause(self) -> None:
        """Hold time where it is."""
        self._tick.stop()
        if self._state.playing:
            self._state = replace(self._state, playing=False)
            self._bar.set_state(self._state)

    def show_whole(self) -> None:
        """The classes of the whole time again."""
        self.pause()
        if self._whole is not None:
            self._map.cells.recolour(self._whole, own_lines=True)
            self._state = replace(self._state, told=self._told_whole(), whole=True)
            self._bar.set_state(self._state)

    def _set_speed(self, speed: float) -> None:
        self._speed = speed
        if self._state.playing:
            self._wait()

    def _wait(self) -> None:
        wait = round(SECOND_MS / self._speed)
        self._tick.start(max(wait, STILL_MS) if self._still() else wait)

    def _ticked(self) -> None:
        if self._state.at >= len(self._state.steps) - 1:
            self.pause()
        else:
            self.show_step(self._state.at + 1)

    def _told_whole(self) -> str:
        steps = 0 if self._read is None else len(self._read.answer.extras["edges"]) - 1
        return self.tr("{0} steps").format(words.count(steps)) if steps else ""

    def _shown(self, at: int, side: np.ndarray) -> CellsShown:
        assert self._read is not None
        assert self._whole is not None
        answer = self._read.answer
        count = np.asarray(answer.extras["counts"])[:, at].tolist()
        return replace(
            self._whole,
            classes=(1 - side.astype(np.int64)).tolist(),
            values=count,
            lines=None,
            kinds=in_words(STEP, words.language(CONTEXT)),
            subtitle=self._state.steps[at],
            value_word=count_word(answer.method["counts"], words.language(CONTEXT)),
        )


def step_names(edges: Any) -> tuple[str, ...]:
    """Each step by its first and last day; `edges` are days since 1970-01-01."""
    days = [date.fromordinal(EPOCH + int(edge)) for edge in edges]
    language, told = words.language(), []
    for start, end in pairwise(days):
        last = date.fromordinal(end.toordinal() - 1)
        told.append(language.days(start, last) if start != last else language.day(last))
    return tuple(told)
