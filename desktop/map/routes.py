"""Crews' ways on the map: lines along streets with their stops, what is left out, and what of it is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from desktop.map.messages import Route, left_out_json, route_json

if TYPE_CHECKING:
    from desktop.map.view import MapView


class RoutesOnMap:
    """What a map shows of a plan, for every page that follows too."""

    def __init__(self, view: MapView) -> None:
        self._view = view
        self._shown: list[dict[str, Any]] = []

    def show(self, routes: Sequence[Route]) -> None:
        """The crews' ways along streets with their stops, in place of those shown."""
        self._shown = [route_json(route) for route in routes]
        self._view.keep("routes", self._shown)

    def change(self, route: Route) -> None:
        """One crew's way anew; the others stay. Without stops it is taken away."""
        told = route_json(route)
        kept = [other for other in self._shown if other["crew"] != told["crew"]]
        self._shown = sorted([*kept, told] if told["stops"] else kept, key=lambda other: int(other["crew"]))
        self._view.remember("routes", self._shown)
        self._view.tell("route", told)

    def show_left_out(self, places: Iterable[Sequence[Any]]) -> None:
        """Jobs without a crew: number, lon, lat, whether it waits for a later day, lines that say what and why."""
        self._view.keep("left_out", left_out_json(places))

    def show_card(self, card: Mapping[str, Any] | None) -> None:
        """What is told of the chosen stop at the corner of the map; None for no card.

        Its crew's number and slot, title, what, locked, when, broken.
        """
        self._view.keep("stop_card", None if card is None else dict(card))

    def choose(self, crew: int | None, stop: int = -1, *, left_out: int | None = None) -> None:
        """Bring a crew to the front and ring a stop of it, both from 0, or ring a job left out; None for no crew."""
        self._view.keep("chosen_stop", {"crew": crew, "stop": stop, "left_out": left_out})

    def clear(self) -> None:
        """Nothing of a plan."""
        self.show(())
        self.show_left_out(())
        self.choose(None)
        self.show_card(None)
