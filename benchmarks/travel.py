"""Travel times on a real network: Porto's 8,903 km, up to 1,000 x 1,000 places, with and without forbidden turns.

Peers in the same run: scipy's dijkstra on the graph of junctions, which knows no turns, and pandana where it is
installed. Each runs in a process of its own, for its peak of memory. OSRM has no package for this Python; Valhalla's
newest that has one is 3.2, which makes no tiles by itself. Seconds are those of the processor: each engine has one
core.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.inputs.boston import FOLDER
from benchmarks.report import Row, report
from desktop.operations.import_streets import StreetImport, build_streets
from geo.streets import StreetNetwork
from geo.travel import Snaps, matrix, snap, way
from geo.travel_profiles import CAR

EXTRACT = FOLDER / "osm" / "porto.osm.pbf"
SIZES = (100, 1_000)
CHECKED = 300  # places between which every engine must agree
ENGINES = ("ours", "ours, no forbidden turns", "scipy dijkstra, no turns", "pandana, no turns")
SEED = 7


def main() -> None:
    """Each engine in its own process, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="100 places only")
    parser.add_argument("--engine", choices=ENGINES, help="one engine in this process, its figures as JSON")
    chosen = parser.parse_args()
    if not EXTRACT.exists():
        report("travel", [], chosen.json)
        return
    sizes = SIZES[:1] if chosen.quick else SIZES
    if chosen.engine:
        print(json.dumps(measured(chosen.engine, sizes)))
        return
    figures = {}
    for engine in ENGINES:
        if engine.startswith("pandana") and importlib.util.find_spec("pandana") is None:
            continue
        call = [sys.executable, "-m", "benchmarks.travel", "--engine", engine, *(["--quick"] if chosen.quick else [])]
        answer = subprocess.run(call, check=True, capture_output=True, text=True)
        figures[engine] = json.loads(answer.stdout.splitlines()[-1])
    report("travel", rows_of(figures, sizes), chosen.json)


def rows_of(figures: dict[str, dict[str, Any]], sizes: tuple[int, ...]) -> list[Row]:
    """Ours against each peer, then what is told of ours alone."""
    ours, rows = figures["ours"], []
    km = f"{ours['km']:,.0f} km"
    for size in sizes:
        for engine, peer in figures.items():
            if engine != "ours":
                value, other = ours[f"{size}"], peer[f"{size}"]
                rows.append(Row("matrix", f"{km}, {size:,} x {size:,}", value, "CPU s", engine, other, value / other))
    for engine, peer in figures.items():
        if engine != "ours":
            rows.append(Row("memory for it, above the streets'", km, ours["mb"], "MB", engine, peer["mb"]))
            rows.append(Row("prepare, streets read", km, ours["prepare"], "CPU s", engine, peer["prepare"]))
    for name, unit, goal in AGREEMENT:
        rows.append(Row(name, f"{km}, {CHECKED} x {CHECKED}", ours[name], unit, goal=goal))
    return rows


AGREEMENT = (
    ("largest difference from plain dijkstra without turns", "s", "<= 0.001"),
    ("ways that forbidden turns make longer", "share", ""),
    ("ways whose sum is not its entry, of 200", "ways", "<= 0"),
    ("a way with its pieces, mean", "ms", ""),
)


def measured(engine: str, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Seconds of each size, megabytes above those of the streets, and how far an engine agrees."""
    network = build_streets(StreetImport(EXTRACT), None).network
    free = without_bans(network)
    if engine != "ours":
        network = free
    snaps = places(network, sizes[-1])
    before_mb = peak_mb()
    run, prepare_s = prepared(engine, network, snaps)
    run(np.arange(2))  # compiling, and whatever a first call loads
    found: dict[str, Any] = {"km": network.km, "prepare": prepare_s}
    for size in sizes:
        started = time.process_time()
        run(np.arange(size))
        found[str(size)] = time.process_time() - started
    found["mb"] = peak_mb() - before_mb
    if engine == "ours":
        found |= agreement(network, free, snaps)
    return found


def prepared(engine: str, network: StreetNetwork, snaps: Snaps) -> tuple[Any, float]:
    """A call that works out the matrix between some places, and the seconds that its graph took."""
    started = time.process_time()
    if engine.startswith("ours"):
        replace(network).graph()  # anew: snapping has made one
        done = time.process_time() - started
        return lambda chosen: matrix(network, snaps, sources=chosen, targets=chosen), done
    tail, head, seconds = quickest(network)
    nodes = network.edge_start[snaps.edge]
    if engine.startswith("scipy"):
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        graph = csr_matrix((seconds, (tail, head)), shape=(network.node_count,) * 2)
        done = time.process_time() - started

        def by_scipy(chosen: Any) -> Any:
            return np.vstack([dijkstra(graph, indices=nodes[part])[:, nodes[chosen]] for part in parts(chosen)])

        return by_scipy, done
    import pandana
    import pandas as pd

    lon, lat = node_places(network)
    net = pandana.Network(
        pd.Series(lon), pd.Series(lat), pd.Series(tail), pd.Series(head), pd.DataFrame({"s": seconds}), twoway=False
    )
    done = time.process_time() - started
    return lambda chosen: net.shortest_path_lengths(
        np.repeat(nodes[chosen], len(chosen)), np.tile(nodes[chosen], len(chosen)), "s"
    ), done


def parts(chosen: Any) -> list[Any]:
    """Chunks of 100 sources, so that scipy's rows over all junctions fit into memory."""
    return [chosen[first : first + 100] for first in range(0, len(chosen), 100)]


def quickest(network: StreetNetwork) -> tuple[Any, Any, Any]:
    """Arcs between junctions, of parallel ones the quickest: a sparse matrix would add them up."""
    graph = network.graph()
    arcs = np.flatnonzero(graph.open & (graph.tail != graph.head))
    order = arcs[np.lexsort((graph.time_s[arcs], graph.head[arcs], graph.tail[arcs]))]
    pair = graph.tail[order] * network.node_count + graph.head[order]
    keep = order[np.concatenate([[True], np.diff(pair) != 0])]
    return graph.tail[keep], graph.head[keep], graph.time_s[keep]


def node_places(network: StreetNetwork) -> tuple[Any, Any]:
    """Degrees of each junction."""
    lon, lat = np.zeros(network.node_count), np.zeros(network.node_count)
    for node, point in ((network.edge_start, network.edge_first), (network.edge_end, network.edge_last)):
        lon[node], lat[node] = network.point_lon[point], network.point_lat[point]
    return lon, lat


def without_bans(network: StreetNetwork) -> StreetNetwork:
    """The same streets where every turn is free."""
    none = {"ban_before": network.ban_before[:0], "ban_after": network.ban_after[:0]}
    free = replace(network, **none, ban_vehicles=network.ban_vehicles[:0])
    return replace(free, reachable=free.graph().reachable)


def places(network: StreetNetwork, count: int) -> Snaps:
    """Places at junctions, so that an engine of junctions has the very same task."""
    rng = np.random.default_rng(SEED)
    edge = rng.choice(np.flatnonzero(network.reachable), count, replace=False)
    points = network.edge_first[edge]
    snaps = snap(network, network.point_lon[points], network.point_lat[points])
    along = np.where(snaps.along_m * 2 < network.edge_length_m[snaps.edge], 0.0, network.edge_length_m[snaps.edge])
    at_start = along == 0.0
    ends = np.where(at_start, network.edge_start[snaps.edge], network.edge_end[snaps.edge])
    starting = {int(node): at for at, node in enumerate(network.edge_start.tolist()) if network.reachable[at]}
    edges = np.array([starting.get(int(node), -1) for node in ends])
    edges = np.where(edges < 0, edge, edges)
    return Snaps(edges, np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int8))


def agreement(network: StreetNetwork, free: StreetNetwork, snaps: Snaps) -> dict[str, float]:
    """Our times without bans against scipy's; what bans change; ways against their entries."""
    count = min(CHECKED, len(snaps.edge))
    snaps = Snaps(snaps.edge[:count], snaps.along_m[:count], snaps.distance_m[:count], snaps.side[:count])
    every = np.arange(count)
    plain = prepared("scipy", free, snaps)[0](every)
    turned, metres = matrix(network, snaps)
    unturned, _ = matrix(free, snaps)
    off = ~np.eye(count, dtype=bool)
    rng = np.random.default_rng(SEED)
    wrong, started = 0, time.process_time()
    for a, b in rng.integers(0, count, (200, 2)).tolist():
        found = way(network, snaps, a, b, profile=CAR)
        wrong += (found.seconds, found.metres) != (turned[a, b], metres[a, b])
    each_ms = (time.process_time() - started) / 200 * 1e3
    values = (
        float(np.abs(unturned - plain)[off].max()),
        float(np.mean(turned[off] > unturned[off] + 1e-6)),
        float(wrong),
        each_ms,
    )
    return {name: value for (name, _, _), value in zip(AGREEMENT, values, strict=True)}


def peak_mb() -> float:
    """The most memory the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
