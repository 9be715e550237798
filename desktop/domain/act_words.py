"""What each verb of the log is called where a person reads who did what."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.translatable import QT_TRANSLATE_NOOP

CONTEXT = "Acts"
# Lower case, as they stand within a sentence; the one place where an act gets its words.
ACT_WORDS: Mapping[str, str] = {
    "acknowledge": QT_TRANSLATE_NOOP("Acts", "acknowledged"),
    "comment": QT_TRANSLATE_NOOP("Acts", "note, internal"),
    "answer": QT_TRANSLATE_NOOP("Acts", "answer"),
    "hear": QT_TRANSLATE_NOOP("Acts", "resident wrote"),
    "start work": QT_TRANSLATE_NOOP("Acts", "work began"),
    "schedule": QT_TRANSLATE_NOOP("Acts", "scheduled"),
    "assign to": QT_TRANSLATE_NOOP("Acts", "assigned by hand"),
    "recategorise": QT_TRANSLATE_NOOP("Acts", "recategorised"),
    "mark duplicate": QT_TRANSLATE_NOOP("Acts", "reported before"),
    "close": QT_TRANSLATE_NOOP("Acts", "closed"),
    "reopen": QT_TRANSLATE_NOOP("Acts", "reopened"),
    "refer": QT_TRANSLATE_NOOP("Acts", "referred"),
    "archive": QT_TRANSLATE_NOOP("Acts", "archived"),
    "assign": QT_TRANSLATE_NOOP("Acts", "assigned"),
    "save areas": QT_TRANSLATE_NOOP("Acts", "areas redrawn"),
    "make area layer": QT_TRANSLATE_NOOP("Acts", "layer of areas made"),
    "remove area layer": QT_TRANSLATE_NOOP("Acts", "layer of areas removed"),
    "rename area layer": QT_TRANSLATE_NOOP("Acts", "layer of areas renamed"),
    "repair areas": QT_TRANSLATE_NOOP("Acts", "areas repaired"),
    "group duplicates": QT_TRANSLATE_NOOP("Acts", "compared with other reports"),
    "search duplicates": QT_TRANSLATE_NOOP("Acts", "searched for duplicates"),
    "judge arrivals": QT_TRANSLATE_NOOP("Acts", "new requests judged"),
    "learn duplicates": QT_TRANSLATE_NOOP("Acts", "learned from decisions about duplicates"),
    "accept duplicates": QT_TRANSLATE_NOOP("Acts", "accepted as one incident"),
    "reject duplicates": QT_TRANSLATE_NOOP("Acts", "kept apart from other reports"),
    "split duplicates": QT_TRANSLATE_NOOP("Acts", "kept apart from other reports"),
    "join incident": QT_TRANSLATE_NOOP("Acts", "joined to an incident"),
    "take out of incident": QT_TRANSLATE_NOOP("Acts", "taken out of an incident"),
    "name asset": QT_TRANSLATE_NOOP("Acts", "asset named"),
    "take asset off": QT_TRANSLATE_NOOP("Acts", "asset taken off"),
    "decide point": QT_TRANSLATE_NOOP("Acts", "point judged"),
    "receive request": QT_TRANSLATE_NOOP("Acts", "received"),
    "send messages": QT_TRANSLATE_NOOP("Acts", "messages sent"),
    "send again": QT_TRANSLATE_NOOP("Acts", "answer sent again"),
    "do not send": QT_TRANSLATE_NOOP("Acts", "answer not sent any more"),
    "set source": QT_TRANSLATE_NOOP("Acts", "settings of a source changed"),
    "import requests": QT_TRANSLATE_NOOP("Acts", "imported again"),
    "import areas": QT_TRANSLATE_NOOP("Acts", "areas imported"),
    "import streets": QT_TRANSLATE_NOOP("Acts", "streets imported"),
    "import addresses": QT_TRANSLATE_NOOP("Acts", "addresses imported"),
    "import assets": QT_TRANSLATE_NOOP("Acts", "assets imported"),
    "import services": QT_TRANSLATE_NOOP("Acts", "services imported"),
    "save roster": QT_TRANSLATE_NOOP("Acts", "roster changed"),
    "remove from roster": QT_TRANSLATE_NOOP("Acts", "taken off the roster"),
    "cancel absence": QT_TRANSLATE_NOOP("Acts", "absence cancelled"),
    "forget member": QT_TRANSLATE_NOOP("Acts", "member forgotten"),
    "record stop": QT_TRANSLATE_NOOP("Acts", "stop marked"),
    "learn service times": QT_TRANSLATE_NOOP("Acts", "service times taken from stops"),
    "plan routes": QT_TRANSLATE_NOOP("Acts", "routes planned"),
    "replan routes": QT_TRANSLATE_NOOP("Acts", "routes replanned"),
    "save plan": QT_TRANSLATE_NOOP("Acts", "plan edited by hand"),
    "print route sheets": QT_TRANSLATE_NOOP("Acts", "route sheets printed"),
    "hand back": QT_TRANSLATE_NOOP("Acts", "handed back by a crew"),
    "find hotspots": QT_TRANSLATE_NOOP("Acts", "hotspots found"),
    "ask statistic": QT_TRANSLATE_NOOP("Acts", "a statistic of places worked out"),
    "found city": QT_TRANSLATE_NOOP("Acts", "city founded"),
    "set city": QT_TRANSLATE_NOOP("Acts", "settings of the city changed"),
    "make demo city": QT_TRANSLATE_NOOP("Acts", "prepared with the demo city"),
    "save filter": QT_TRANSLATE_NOOP("Acts", "filter saved"),
    "save bookmark": QT_TRANSLATE_NOOP("Acts", "bookmark saved"),
    "save question": QT_TRANSLATE_NOOP("Acts", "question kept"),
    "rename view": QT_TRANSLATE_NOOP("Acts", "view renamed"),
    "remove view": QT_TRANSLATE_NOOP("Acts", "view removed"),
    "save template": QT_TRANSLATE_NOOP("Acts", "text saved"),
    "remove template": QT_TRANSLATE_NOOP("Acts", "text removed"),
    "save rules": QT_TRANSLATE_NOOP("Acts", "rules saved"),
    "roll back rules": QT_TRANSLATE_NOOP("Acts", "rules rolled back"),
    "close department": QT_TRANSLATE_NOOP("Acts", "department closed"),
    "reopen department": QT_TRANSLATE_NOOP("Acts", "department reopened"),
    "undo": QT_TRANSLATE_NOOP("Acts", "undone"),
}


def words_of(verb: str) -> str:
    """What an act is called within a sentence; a verb of a newer Opsmap stays as it is."""
    return ACT_WORDS.get(verb, verb)


def headed(words: str) -> str:
    """The same at the beginning of a line: only its first letter changes."""
    return words[:1].upper() + words[1:]
