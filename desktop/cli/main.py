"""The command `opsmap`: global options, the verbs, and what each kind of failure exits with."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from data.errors import Conflict, DataError, RefusedInput
from desktop.cli.desk import DONE, FAILED, INTERRUPTED, REFUSED, Desk, default_actor, default_location
from desktop.cli.interrupt import NOTHING_KEPT
from desktop.cli.verbs import VERBS, Verbs
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
        result = _command().main(args=arguments, standalone_mode=False)
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
        # What checks a choice for Typer begins its sentence with a name of its own.
        usage.message = usage.message.replace("Value error, ", "")
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


def _command() -> Any:
    """The command with its verbs, each loaded when it is called."""
    found: Any = typer.main.get_command(app)
    found.commands = Verbs(VERBS)
    return found


def _say(words: object, code: int) -> int:
    print(f"\n{words}" if sys.stderr.isatty() else words, file=sys.stderr)
    return code


if __name__ == "__main__":
    run()
