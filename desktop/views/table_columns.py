"""Which columns the table shows, how wide they are, and which give way when the pane is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.models.fields import Field

# Measured on what cities write, with 8 px of air on either side: a status with its mark 121, six figures 63, a median
# address of the demo 114 and of Chicago 140, nine of ten addresses 164, a median service with its icon 124. No head
# is cut.
WIDTHS = {
    Field.TICK: 30,
    Field.STATUS: 122,
    Field.REQUEST: 80,
    Field.SERVICE: 126,
    Field.ADDRESS: 122,
    Field.OPENED: 78,
    Field.TIME_LEFT: 88,
    Field.DEPARTMENT: 101,
    Field.SOURCE: 110,
    Field.PRIORITY: 76,
    Field.REPORTS: 78,
    Field.PLACEMENT: 110,
    Field.ACKNOWLEDGED: 120,
    Field.CLOSED: 84,
    Field.AREA: 130,
    Field.DESCRIPTION: 200,
}
SERVICE_MORE = 80  # px; how much wider the name of a service may grow where there is room: name, icon, reports
ADDRESS_LEAST = 122  # px; addresses are not made narrower for the sake of services
DEPARTMENT_LEAST = 86  # px; its head without the arrow of the order
REQUEST_MOST = 132  # px; as wide as the numbers on show may make their column
USUAL = (
    Field.STATUS,
    Field.REQUEST,
    Field.SERVICE,
    Field.ADDRESS,
    Field.OPENED,
    Field.TIME_LEFT,
    Field.DEPARTMENT,
)
NEVER_DROPPED = (Field.TICK, Field.STATUS, Field.REQUEST, Field.TIME_LEFT)
# The first of these that is shown gives way first.
GIVE_WAY = (
    Field.DESCRIPTION,
    Field.PLACEMENT,
    Field.SOURCE,
    Field.AREA,
    Field.PRIORITY,
    Field.REPORTS,
    Field.CLOSED,
    Field.ACKNOWLEDGED,
    Field.DEPARTMENT,
    Field.OPENED,
    Field.ADDRESS,
    Field.SERVICE,
)
STRETCHED = (Field.ADDRESS, Field.DESCRIPTION, Field.AREA, Field.SERVICE, Field.DEPARTMENT, Field.REQUEST)


def whole(fields: Iterable[Field]) -> tuple[Field, ...]:
    """A choice of columns made sound: each once, no ticks, and those that never drop are there."""
    chosen = [field for field in dict.fromkeys(fields) if field is not Field.TICK]
    missing = [field for field in NEVER_DROPPED if field is not Field.TICK and field not in chosen]
    return (*missing, *chosen)


def from_names(names: Iterable[str]) -> tuple[Field, ...]:
    """The columns of a choice that was kept by name; names that a later version added are left out."""
    known = [Field[name.upper()] for name in names if name.upper() in Field.__members__]
    return whole(known) if known else USUAL


def names_of(fields: Iterable[Field]) -> list[str]:
    """A choice of columns as it is kept."""
    return [field.name.lower() for field in fields]


def fitting(chosen: Sequence[Field], room: int, widths: Mapping[Field, int] = WIDTHS) -> tuple[Field, ...]:
    """The chosen columns that have room, in their order; those that give way go one by one."""
    shown = list(chosen)
    need = widths[Field.TICK] + sum(widths[field] for field in shown)
    for field in GIVE_WAY:
        if need <= room:
            break
        if field in shown:
            shown.remove(field)
            need -= widths[field]
    return tuple(shown)


def service_width(
    shown: Sequence[Field],
    room: int,
    widths: Mapping[Field, int] = WIDTHS,
    *,
    whole: int = WIDTHS[Field.SERVICE] + SERVICE_MORE,
) -> int:
    """How wide services are, so that names on show are `whole`: what room is left is theirs up to that.

    Beyond it, and where both cannot be whole, addresses keep their least width.
    """
    spare = room - widths[Field.TICK] - sum(widths[field] for field in shown)
    if Field.ADDRESS in shown:
        spare -= ADDRESS_LEAST - widths[Field.ADDRESS]
    return widths[Field.SERVICE] + max(0, min(whole - widths[Field.SERVICE], SERVICE_MORE, spare))


def stretched(shown: Sequence[Field]) -> Field:
    """The column that takes what room is left."""
    return next((field for field in STRETCHED if field in shown), shown[-1])
