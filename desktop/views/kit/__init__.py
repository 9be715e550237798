"""The component kit: every control of the look, drawn from tokens."""

from desktop.views.kit.bars import JobRow, MeterBar
from desktop.views.kit.buttons import Button, IconButton, Link, SegmentedChoice, Toggle
from desktop.views.kit.cards import Centred, LoadingCard, StateCard
from desktop.views.kit.dates import DateField
from desktop.views.kit.focus import FocusRing, enable_keeping_focus
from desktop.views.kit.inputs import Chip, Dropdown, Field, SearchField
from desktop.views.kit.notices import Banner, Toast, ToastStack
from desktop.views.kit.scrolling import ScrollPage
from desktop.views.kit.tables import Head, dress_table, follow_rows
from desktop.views.kit.tips import set_tip
from desktop.views.kit.words import (
    Caption,
    ElidedWords,
    Figure,
    Glyph,
    KeyCap,
    KeyValueRow,
    Mark,
    PaneHeader,
    Rule,
    Tag,
    Words,
)

__all__ = [
    "Banner",
    "Button",
    "Caption",
    "Centred",
    "Chip",
    "DateField",
    "Dropdown",
    "ElidedWords",
    "Field",
    "Figure",
    "FocusRing",
    "Glyph",
    "Head",
    "IconButton",
    "JobRow",
    "KeyCap",
    "KeyValueRow",
    "Link",
    "LoadingCard",
    "Mark",
    "MeterBar",
    "PaneHeader",
    "Rule",
    "ScrollPage",
    "SearchField",
    "SegmentedChoice",
    "StateCard",
    "Tag",
    "Toast",
    "ToastStack",
    "Toggle",
    "Words",
    "dress_table",
    "enable_keeping_focus",
    "follow_rows",
    "set_tip",
]
