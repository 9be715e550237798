"""`opsmap duplicates`."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import typer

from data.columns import load_columns
from desktop.cli.desk import desk_of, tell_counts
from desktop.operations.duplicates import evaluate, group_duplicates, grouped_requests
from desktop.operations.learn_duplicates import learn_duplicates
from desktop.operations.outputs import after, check_output
from desktop.operations.search_duplicates import learned_near

HEADER = ["service_request_id", "incident_id", "score"]


def duplicates(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="CSV with one line for every request.")] = None,
    threshold: Annotated[float | None, typer.Option(help="Least score at which reports are grouped, 0 to 1.")] = None,
    learn: Annotated[
        Path | None, typer.Option(help="CSV child,parent: pairs that staff confirmed; they are kept and learned from.")
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option("--evaluate", help="CSV child,parent: how many of these pairs were found.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Group the reports of one incident."""
    with desk_of(context).work() as work:
        if out is not None:
            check_output(work.store, out, *filter(None, (pairs, learn)))
        learned = None if learn is None else learn_duplicates(work, pairs=learn)
        changes = group_duplicates(work, threshold=threshold)
        counts, sentence = dict(changes.counts), changes.sentence
        if learned is not None:
            counts.update(learned.counts)
            sentence = f"{learned.sentence} {sentence}"
        if pairs is not None:
            found = evaluate(work, pairs)
            counts.update(found)
            recall, precision = found["pair_recall"], found["pair_precision_lower_bound"]
            sentence += f" Recall of the given pairs {recall:.3f}, precision at least {precision:.3f}."
        if out is not None:
            from data.connectors.safe_csv import write_csv

            with after(changes), work.store.read() as unit:
                write_csv(out, HEADER, (astuple(line) for line in grouped_requests(unit)))
        with work.store.read() as unit:
            near = learned_near(unit, work.city())
        if near:
            sentence += f" {len(near)} services have a radius and window that were learned."
        counts["near_learned"] = near
        tell_counts(counts, sentence, as_json=as_json)
        load_columns(work.store)  # what the window, and who asks what is nearby, would otherwise read next
