"""The command `opsmap`: global options, the verbs, and what each kind of failure exits with."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from data.errors import Conflict, DataError, RefusedInput
from desktop.cli import (
    areas,
    assets,
    assign,
    city,
    departments,
    duplicates,
    export,
    hand_back,
    handover,
    hotspots,
    imports,
    incidents,
    maintenance,
    nearby,
    outbox,
    places,
    points,
    requests,
    roster,
    routes,
    rules,
    services,
    settings,
    sources,
    stops,
    sync,
    templates,
    undo,
)
from desktop.cli.desk import DONE, FAILED, INTERRUPTED, REFUSED, Desk, default_actor, default_location
from desktop.cli.interrupt import NOTHING_KEPT
from desktop.operations.work import Stopped
from geo.errors import GeoError
from geo.progress import Stopped as ComputationStopped

# Typer carries a command-line library of its own, whose faults it does not name; those that it names inherit them.
UsageFault: type[typer.BadParameter] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)

app = typer.Typer(
    name="opsmap",
    help="Service requests on a city map: everything the desktop does to data, headless.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
import_app = typer.Typer(help="Bring requests, areas, streets, addresses or assets in.", no_args_is_help=True)
routes_app = typer.Typer(help="Plan the crews' day, or solve a benchmark instance.", no_args_is_help=True)
export_app = typer.Typer(help="Take requests, a map or areas along.", no_args_is_help=True)
services_app = typer.Typer(help="The catalogue of services with their questions.", no_args_is_help=True)
points_app = typer.Typer(help="Points that hold improbably many records.", no_args_is_help=True)
city_app = typer.Typer(help="What the city sets for itself.", no_args_is_help=True)

import_app.command("requests")(imports.requests)
import_app.command("areas")(areas.areas)
import_app.command("streets")(imports.streets)
import_app.command("assets")(assets.assets)
import_app.command("addresses")(places.addresses)
routes_app.command("plan")(routes.plan)
routes_app.command("export")(routes.export)
routes_app.command("hand-back")(hand_back.hand_back)
routes_app.command("mark")(stops.mark)
routes_app.command("status")(stops.status)
routes_app.command("benchmark")(routes.benchmark)
export_app.command("requests")(export.requests)
export_app.command("map")(export.map_page)
export_app.command("areas")(export.areas)
services_app.command("list")(services.list_services)
services_app.command("export")(services.export_catalogue)
services_app.command("import")(services.import_catalogue)
services_app.command("figures")(services.figures)
services_app.command("times")(services.times)
points_app.command("list")(points.list_points)
points_app.command("confirm")(points.confirm)
points_app.command("clear")(points.clear)
city_app.command("settings")(settings.settings)
app.command("demo")(city.demo)
app.command("init")(city.init)
app.add_typer(import_app, name="import")
app.command("assign")(assign.assign_requests)
app.command("find")(places.find)
app.command("where", context_settings=places.SIGNED)(places.where)
app.command("nearby", context_settings=places.SIGNED)(nearby.nearby)
app.command("serve")(nearby.serve)
app.command("duplicates")(duplicates.duplicates)
app.add_typer(incidents.app, name="incidents")
app.add_typer(routes_app, name="routes")
app.command("hotspots")(hotspots.hotspots)
app.add_typer(export_app, name="export")
app.add_typer(points_app, name="points")
app.add_typer(rules.app, name="rules")
app.add_typer(services_app, name="services")
app.add_typer(departments.app, name="departments")
app.add_typer(roster.app, name="roster")
app.add_typer(requests.app, name="requests")
app.command("undo")(undo.undo)
app.command("handover")(handover.handover)
app.add_typer(templates.app, name="templates")
app.add_typer(outbox.app, name="outbox")
app.add_typer(sources.app, name="sources")
app.command("sync")(sync.sync)
app.add_typer(city_app, name="city")
app.command("move")(maintenance.move_city)
app.command("backup")(maintenance.backup_city)
app.command("restore")(maintenance.restore_city)
app.command("check")(maintenance.check_city)


@app.callback()
def options(
    context: typer.Context,
    store: Annotated[
        str, typer.Option("--store", envvar="OPSMAP_STORE", help="A file (city.opsmap) or a SQLAlchemy URL.")
    ] = "",
    person: Annotated[str, typer.Option("--as", help="Who acts, as history shows it.")] = "",
) -> None:
    """Service requests on a city map: everything the desktop does to data, headless."""
    context.obj = Desk(store or default_location(), person or default_actor())


def run() -> None:
    """Run the command and leave with its exit code."""
    from desktop.cli.start import run as start

    start()


def exit_code(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 1 failed, 2 refused or wrong usage, 130 interrupted.

    Faults of ours keep their traceback.
    """
    try:
        result = typer.main.get_command(app).main(args=arguments, standalone_mode=False)
        if result == INTERRUPTED:  # how Typer tells of Ctrl-C, without a word
            return _say(NOTHING_KEPT, INTERRUPTED)
        return result if isinstance(result, int) else DONE
    except (RefusedInput, GeoError) as refused:
        return _say(refused, REFUSED)
    except Conflict as conflict:
        return _say(conflict, FAILED)
    except DataError as failure:
        return _say(failure, FAILED)
    except Stopped as stopped:
        return _say(stopped, INTERRUPTED)
    except ComputationStopped:
        return _say("Stopped. Nothing of it was kept.", INTERRUPTED)
    except (KeyboardInterrupt, typer.Abort):
        return _say(NOTHING_KEPT, INTERRUPTED)
    except UsageFault as usage:
        usage.show()
        return REFUSED
    except typer.Exit as leave:
        return leave.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as fault:
        if fault.filename is None:
            return _say(f"The result could not be written ({fault.strerror or fault}).", FAILED)
        return _say(f"{fault.filename} could not be read or written ({fault.strerror or fault}).", FAILED)


def _say(words: object, code: int) -> int:
    print(f"\n{words}" if sys.stderr.isatty() else words, file=sys.stderr)
    return code


if __name__ == "__main__":
    run()
