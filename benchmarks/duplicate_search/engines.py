"""What groups requests in the benchmark of duplicates: ours and the peers, and one of them in a process of its own."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, HDBSCAN

from benchmarks.inputs.planted import PlantedRequests
from benchmarks.inputs.second_law import make_second_law
from geo.duplicates import group_duplicates

DAY_S = 86_400.0
M_A_DAY = 8.0
CELL_M, WINDOW_D = 80.0, 21  # of splink's blocks: our own bounds
APART_M = (5, 10, 15, 20, 30, 40, 60, 80)
DELAY_D = (0.17, 0.5, 1, 2, 4, 7, 14)
RESET_PEAK = Path("/proc/self/clear_refs")  # Linux; elsewhere no memory is measured


class Agreement(NamedTuple):
    """Of pairs of reports, and the mean over the reports (B-cubed, Bagga and Baldwin 1998)."""

    precision: float
    recall: float
    f1: float
    b_cubed_f1: float


class Apart(NamedTuple):
    """What one engine took in a process of its own, and how right it was."""

    seconds: float
    peak_mb: float  # beyond what the process held before: Python, libraries and the columns
    f1: float


def group(city: PlantedRequests) -> NDArray[np.int64]:
    """Our groups."""
    return group_duplicates(city.x_m, city.y_m, city.requested_s, city.closed_s, city.service).group


def dbscan(city: PlantedRequests) -> NDArray[np.int64]:
    """The peer's clusters."""
    return np.asarray(DBSCAN(eps=50.0, min_samples=2).fit_predict(_in_space_and_time(city)))


def hdbscan(city: PlantedRequests) -> NDArray[np.int64]:
    """Clusters of another peer, with the smallest size that it takes."""
    return np.asarray(HDBSCAN(min_cluster_size=2, copy=True).fit_predict(_in_space_and_time(city)))


def splink(city: PlantedRequests) -> NDArray[np.int64]:
    """Clusters of probabilistic record linkage (Fellegi and Sunter 1969), without labels.

    Blocks are a service in a cell and its eight neighbours, within our own window; compared are the distance, the delay
    and whether the earlier report was still open. All parameters come from expectation maximisation over such pairs,
    those of pairs by chance too: taken from any two reports of the city, its F1 falls by half. What it gives a
    probability of 0.5 is linked.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator

    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]  # each equality of columns can be joined by a hash
    soon = f"l.service = r.service and abs(l.day - r.day) <= {WINDOW_D}"
    rules = [f"{soon} and l.col = r.col + ({i}) and l.line = r.line + ({j})" for i, j in around]
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=_comparisons(), blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(_table(city)), settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(
        f"{soon} and l.line = r.line and abs(l.col - r.col) <= 1", fix_u_probabilities=False,
        populate_probability_two_random_records_match_from_trained_values=True,
    )  # fmt: skip
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.5)
    told = found.as_pandas_dataframe()
    groups = np.empty(len(city.x_m), dtype=np.int64)
    groups[told["unique_id"]] = pd.factorize(told["cluster_id"])[0]
    return groups


def _table(city: PlantedRequests) -> pd.DataFrame:
    """`day` is `t` under another name: what blocks by a column is not compared by it while it learns."""
    t, closed = city.requested_s / DAY_S, np.where(np.isnan(city.closed_s), np.inf, city.closed_s) / DAY_S
    col, line = (np.floor(at / CELL_M).astype(np.int64) for at in (city.x_m, city.y_m))
    return pd.DataFrame({
        "unique_id": np.arange(len(t)), "x": city.x_m, "y": city.y_m, "t": t, "closed": closed, "day": t,
        "service": city.service, "col": col, "line": line,
    })  # fmt: skip


def _comparisons() -> list[dict[str, Any]]:
    apart = "sqrt(power(x_l - x_r, 2) + power(y_l - y_r, 2))"
    told = {
        "apart": [f"{apart} <= {bound}" for bound in APART_M],
        "delay": [f"abs(t_l - t_r) <= {bound}" for bound in DELAY_D],
        "open": ["case when t_l <= t_r then closed_l >= t_r else closed_r >= t_l end"],
    }
    return [
        {
            "output_column_name": name,
            "comparison_levels": [
                {"sql_condition": condition, "label_for_charts": condition} for condition in [*conditions, "ELSE"]
            ],
        }
        for name, conditions in told.items()
    ]


def _in_space_and_time(city: PlantedRequests) -> NDArray[np.float64]:
    return np.column_stack([city.x_m, city.y_m, city.requested_s / DAY_S * M_A_DAY])


ENGINES: dict[str, Callable[[PlantedRequests], NDArray[np.int64]]] = {
    "ours": group, "DBSCAN": dbscan, "HDBSCAN": hdbscan, "splink": splink,
}  # fmt: skip


def agreement(truth: NDArray[np.int64], groups: NDArray[np.int64]) -> Agreement:
    """How groups agree with the truth; -1 is alone."""
    own = np.where(groups >= 0, groups, int(groups.max()) + 1 + np.arange(len(groups)))
    joint = np.unique(np.stack([truth, own]), axis=1, return_inverse=True)[1].ravel()
    size, truth_size, own_size = (np.bincount(label)[label] for label in (joint, _dense(truth), _dense(own)))
    both, found, known = ((sizes - 1).sum() for sizes in (size, own_size, truth_size))  # twice the pairs
    precision, recall = both / max(1, found), both / max(1, known)
    b_precision, b_recall = float((size / own_size).mean()), float((size / truth_size).mean())
    return Agreement(precision, recall, _f1(precision, recall), _f1(b_precision, b_recall))


def _dense(label: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(label, return_inverse=True)[1]


def _f1(precision: float, recall: float) -> float:
    return 2.0 * precision * recall / max(1e-12, precision + recall)


def run_apart(engine: str, city: PlantedRequests) -> Apart:
    """One of ENGINES on a city in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "city.npz"
        np.savez(path, **{field.name: getattr(city, field.name) for field in fields(city)})
        call = [sys.executable, "-m", "benchmarks.duplicate_search.engines", engine, str(path)]
        done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    return Apart(**json.loads(done.stdout.splitlines()[-1]))


def _measure(engine: str, path: str) -> Apart:
    with np.load(path) as columns:
        city = PlantedRequests(**columns)
    if engine == "ours":
        group(make_second_law(1_000, 0))  # its compiled code is held before, as is that of the libraries
    elif engine == "splink":
        importlib.import_module("splink")
    held = _status_mb("VmRSS")
    RESET_PEAK.write_text("5")
    started = time.perf_counter()
    groups = ENGINES[engine](city)
    seconds, peak = time.perf_counter() - started, _status_mb("VmHWM")
    return Apart(seconds, peak - held, float(agreement(city.incident, groups).f1))


def _status_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024.0


if __name__ == "__main__":
    print(json.dumps(_measure(*sys.argv[1:])._asdict()))
