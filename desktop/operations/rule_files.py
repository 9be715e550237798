"""Rules of assignment taken along as a text file, and read from one."""

from __future__ import annotations

from pathlib import Path

from data.connectors.safe_csv import whole_file
from data.errors import RefusedInput
from desktop.domain.rule_text import MOST_BYTES, RuleTextFault, rules_of, text_of
from desktop.domain.rules import Rules
from desktop.operations.changes import Changes
from desktop.operations.outputs import check_output
from desktop.operations.rule_sets import all_sets
from desktop.operations.text_files import read_text
from desktop.operations.work import Work


def read_rules(path: Path) -> Rules:
    """The rules in a file; RefusedInput tells every fault, a line each."""
    text = read_text(path, MOST_BYTES, "a file of rules")
    try:
        return rules_of(text, path.name)
    except RuleTextFault as fault:
        raise RefusedInput(str(fault)) from fault


def export_rules(work: Work, path: Path, *, number: int | None = None) -> Changes:
    """Write a version of the rules (the last one unless told) as TOML. RefusedInput where there is none."""
    check_output(work.store, path)
    work.city()
    with work.store.read() as unit:
        sets = all_sets(unit)
    if not sets:
        raise RefusedInput("No rules were saved yet; bring some in with 'opsmap rules import FILE'.")
    found = next((one for one in sets if one.number == number), None) if number is not None else sets[-1]
    if found is None:
        raise RefusedInput(f"There is no set {number} of rules; 'opsmap rules list' tells which there are.")
    with whole_file(path) as stream:
        stream.write(text_of(found.rules))
    counts = {"set": found.number, "rules": len(found.rules), "examples": len(found.rules.example), "file": str(path)}
    words = f"Set {found.number}: {len(found.rules):,} rules in {path}."
    return Changes(None, work.actor, "export rules", counts=counts, sentence=words)
