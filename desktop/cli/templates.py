"""`opsmap templates`: texts for residents, listed, brought in, taken along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from data.errors import RefusedInput, one_line
from desktop.cli.desk import desk_of, tell, tell_counts
from desktop.operations.templates import read_drafts, remove_template, save_templates, templates_as_json

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
app = typer.Typer(help="Texts for residents, with placeholders.", no_args_is_help=True)


@app.command("list")
def list_templates(context: typer.Context, as_json: AsJson = False) -> None:
    """List the templates."""
    with desk_of(context).store() as store, store.read() as unit:
        found = templates_as_json(unit)
    if as_json:
        print(json.dumps({"templates": found}, ensure_ascii=False))
        return
    for row in found:
        print(f"{row['code']}\t{row['name']}\t{row['verb'] or 'any act'}\t{row['text']}")


@app.command("import")
def import_templates(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A JSON file as 'export' writes it.")],
    as_json: AsJson = False,
) -> None:
    """Bring templates in; one of a code that is there already is replaced."""
    with desk_of(context).work() as work:
        work.city()
        with work.store.read() as unit:
            drafts = read_drafts(unit, file)
        tell(save_templates(work, drafts=drafts), as_json=as_json)


@app.command("export")
def export_templates(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="FILE.json")], as_json: AsJson = False
) -> None:
    """Take the templates along."""
    with desk_of(context).store() as store, store.read() as unit:
        found = templates_as_json(unit)
    try:
        file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as fault:
        raise RefusedInput(f"{file} cannot be written: {one_line(fault)}.") from fault
    counts = {"templates": len(found), "file": str(file)}
    tell_counts(counts, f"{len(found):,} templates in {file}.", as_json=as_json)


@app.command("remove")
def remove(context: typer.Context, code: str, as_json: AsJson = False) -> None:
    """Forget a template; answers written with it stay."""
    with desk_of(context).work() as work:
        tell(remove_template(work, code=code), as_json=as_json)
