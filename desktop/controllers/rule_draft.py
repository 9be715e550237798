"""A draft of the rules: what a person changed and has not saved, with every step back and forth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from desktop.domain.rule_text import RuleTextFault, field_words, rules_of, text_of
from desktop.domain.rules import NO_RULES, Rule, Rules
from desktop.settings import SettingsFile

MOST_STEPS = 200
_BASE = "# a draft of the rules, begun from set "


class RuleDraft:
    """Rules in their present state. `base` is the number of the set it was begun from, None for no set."""

    def __init__(self) -> None:
        self.base: int | None = None
        self.saved = NO_RULES
        self.rules = NO_RULES
        self._back: list[Rules] = []
        self._forth: list[Rules] = []

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what is saved."""
        return self.rules != self.saved

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._back)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to take again."""
        return bool(self._forth)

    def begin(self, rules: Rules, base: int | None) -> None:
        """Start from a saved set; what was drafted is gone."""
        self.base, self.saved, self.rules = base, rules, rules
        self._back, self._forth = [], []

    def follow(self, rules: Rules, base: int | None) -> None:
        """The saved set is another one: a draft that says the same is no draft any more; another stays one."""
        if not self.is_changed or self.rules == rules:
            self.begin(rules, base)
        else:
            self.saved = rules  # `base` stays: saving tells that somebody else saved meanwhile

    def put(self, rules: Rules) -> None:
        """The next state, as one step."""
        if rules != self.rules:
            self._back = [*self._back[1 - MOST_STEPS :], self.rules]
            self._forth = []
            self.rules = rules

    def undo(self) -> None:
        """One step back."""
        if self._back:
            self._forth.append(self.rules)
            self.rules = self._back.pop()

    def redo(self) -> None:
        """One step forth again."""
        if self._forth:
            self._back.append(self.rules)
            self.rules = self._forth.pop()

    # acts on rules, by their place from 0

    def move(self, start: int, end: int) -> None:
        """Put a rule at another place."""
        rules = list(self.rules.rule)
        rules.insert(end, rules.pop(start))
        self._put(rules)

    def remove(self, place: int) -> None:
        """Without this rule."""
        self._put([*self.rules.rule[:place], *self.rules.rule[place + 1 :]])

    def duplicate(self, place: int) -> None:
        """The rule once more, behind itself, under a name of its own."""
        rule = self.rules.rule[place]
        twin = rule.model_copy(update={"name": self.free_name(rule.name)})
        self._put([*self.rules.rule[: place + 1], twin, *self.rules.rule[place + 1 :]])

    def add(self, rule: Rule, place: int) -> None:
        """A rule more, at a place."""
        self._put([*self.rules.rule[:place], rule, *self.rules.rule[place:]])

    def change(self, place: int, values: Mapping[str, Any]) -> dict[str, str]:
        """Another state of a rule, as the form tells it; what is wrong, by field, and then nothing is changed."""
        try:
            rule = Rule.model_validate(dict(values))
            rules = list(self.rules.rule)
            rules[place] = rule
            self._put(rules)
        except ValidationError as wrong:
            return {_field_of(fault): _said(fault) for fault in wrong.errors(include_url=False)}
        return {}

    def free_name(self, wanted: str) -> str:
        """A name that no rule has."""
        taken = {rule.name for rule in self.rules}
        return next(
            name for name in (wanted, *(f"{wanted[:190]} {number}" for number in range(2, 1000))) if name not in taken
        )

    def _put(self, rules: list[Rule]) -> None:
        self.put(Rules(rule=tuple(rules), example=self.rules.example))

    # kept as text

    def kept(self) -> str:
        """The draft as a text to be kept; empty where nothing is drafted."""
        return f"{_BASE}{self.base or 0}\n{text_of(self.rules)}" if self.is_changed else ""

    def take_kept(self, text: str) -> bool:
        """Go on with a kept draft; False where it cannot be read."""
        head, _, body = text.partition("\n")
        number = head.removeprefix(_BASE)
        if head == number or not number.isdigit():
            return False
        try:
            rules = rules_of(body, "the draft")
        except RuleTextFault:
            return False
        self.base = int(number) or None
        self.put(rules)
        return True


def _field_of(fault: Mapping[str, Any]) -> str:
    """The field of the form that a fault is about; the department for what is about the whole rule."""
    place = fault["loc"]
    if not place:
        return "effective_to" if "ends on" in fault["msg"] else "agency"
    return "name" if place[0] == "rule" else str(place[0])


def _said(fault: Mapping[str, Any]) -> str:
    said = field_words(_field_of(fault), fault)
    return f"{said[:1].upper()}{said[1:]}."


class RuleDrafts:
    """The draft of one store, among the settings of the person: nothing is lost when the window closes."""

    def __init__(self, file: SettingsFile, identity: str) -> None:
        self._file, self._identity = file, identity

    def load(self) -> str:
        """The kept draft; empty without one."""
        return self._file.settings.rule_drafts.get(self._identity, "")

    def save(self, text: str) -> None:
        """Keep a draft; an empty one is forgotten."""
        drafts = {key: kept for key, kept in self._file.settings.rule_drafts.items() if key != self._identity}
        if text != self.load():
            self._file.settings.rule_drafts = drafts | ({self._identity: text} if text else {})
            self._file.save()
