"""Compiled kernels that judge pairs of reports: by the laws of a city, and by trees; in one sum or part by part."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints32 = NDArray[np.int32]


@njit(cache=True)
def pair_parts(
    earlier: Ints32,
    later: Ints32,
    x: Floats,
    y: Floats,
    t: Floats,
    closed: Floats,
    service: Ints32,
    background: Floats,
    by_distance: Floats,
    by_delay: Floats,
    delay_steps: float,
    by_state: Floats,
    by_services: Floats,
    lately_s: float,
) -> Floats:
    """Log odds of pairs by what they come from, [pairs, 5]: distance, delay, state, services, place.

    `background` as log rates, the tables as `duplicate_laws.lookup` makes them.
    """
    parts = np.empty((len(earlier), 5))
    for k in range(len(earlier)):
        i, j = earlier[k], later[k]
        step = int(math.sqrt(t[j] - t[i]) * delay_steps)
        parts[k, 0] = by_distance[min(int(_apart_m(x, y, i, j)), len(by_distance) - 1)]
        parts[k, 1] = by_delay[min(step, len(by_delay) - 1)]
        parts[k, 2] = by_state[_state(t[j] - closed[i], lately_s)]
        parts[k, 3] = by_services[service[i], service[j]]
        parts[k, 4] = -max(background[i], background[j])
    return parts


@njit(cache=True)
def pair_odds(
    earlier: Ints32,
    later: Ints32,
    x: Floats,
    y: Floats,
    t: Floats,
    closed: Floats,
    service: Ints32,
    background: Floats,
    by_distance: Floats,
    by_delay: Floats,
    delay_steps: float,
    by_state: Floats,
    by_services: Floats,
    lately_s: float,
) -> Floats:
    """The sums of what `pair_parts` tells one by one."""
    odds = np.empty(len(earlier))
    for k in range(len(earlier)):
        i, j = earlier[k], later[k]
        step = int(math.sqrt(t[j] - t[i]) * delay_steps)
        odds[k] = (
            by_distance[min(int(_apart_m(x, y, i, j)), len(by_distance) - 1)]
            + by_delay[min(step, len(by_delay) - 1)]
            + by_state[_state(t[j] - closed[i], lately_s)]
            + by_services[service[i], service[j]]
            - max(background[i], background[j])
        )
    return odds


@njit(cache=True)
def _apart_m(x: Floats, y: Floats, i: int, j: int) -> float:
    return math.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2)


@njit(cache=True)
def _state(since_s: float, lately_s: float) -> int:
    """The place of open, closed lately and closed long ago in the table of states."""
    if since_s <= 0.0:
        return 0
    return 1 if since_s <= lately_s else 2


@njit(cache=True)
def forest(
    features: Floats,
    feature: NDArray[np.int16],
    value: Floats,
    left: Ints32,
    right: Ints32,
    missing_left: NDArray[np.bool_],
    roots: Ints32,
    start: float,
) -> Floats:
    """What trees say of each row of `features` [rows, features]; see `duplicate_model.DuplicateModel`."""
    said = np.full(len(features), start)
    for row in range(len(features)):
        for root in roots:
            node = root
            while feature[node] >= 0:
                told = features[row, feature[node]]
                goes_left = missing_left[node] if math.isnan(told) else told <= value[node]
                node = left[node] if goes_left else right[node]
            said[row] += value[node]
    return said


@njit(cache=True)
def forest_parts(
    features: Floats,
    feature: NDArray[np.int16],
    value: Floats,
    left: Ints32,
    right: Ints32,
    missing_left: NDArray[np.bool_],
    roots: Ints32,
    expected: Floats,
    slot: NDArray[np.int64],
    slots: int,
) -> Floats:
    """What each kind of evidence adds to what trees say, [rows, slots].

    Each step down a tree belongs to the feature that is asked there, and adds what the step changes of the value to be
    expected (Saabas 2014, "Interpreting random forests", as in treeinterpreter). `expected` [nodes] is that value, at a
    leaf its own; `slot` [features] names the evidence that a feature is of.
    """
    parts = np.zeros((len(features), slots))
    for row in range(len(features)):
        for root in roots:
            node = root
            while feature[node] >= 0:
                asked = feature[node]
                told = features[row, asked]
                goes_left = missing_left[node] if math.isnan(told) else told <= value[node]
                onward = left[node] if goes_left else right[node]
                parts[row, slot[asked]] += expected[onward] - expected[node]
                node = onward
    return parts


@njit(cache=True)
def common_weight(
    begins: NDArray[np.int64], word: NDArray[np.int64], weight: Floats, one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """For pairs of texts the weight of the words in both, and of all words of the lighter text."""
    shared, told = np.zeros(len(one)), np.zeros(len(one))
    for k in range(len(one)):
        i, end_i = begins[one[k]], begins[one[k] + 1]
        j, end_j = begins[other[k]], begins[other[k] + 1]
        total_one, total_other = weight[i:end_i].sum(), weight[j:end_j].sum()
        told[k] = min(total_one, total_other)
        while i < end_i and j < end_j:
            if word[i] == word[j]:
                shared[k] += weight[i]
                i += 1
                j += 1
            elif word[i] < word[j]:
                i += 1
            else:
                j += 1
    return shared, told
