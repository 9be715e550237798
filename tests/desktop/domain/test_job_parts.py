"""Jobs that are split over days: parts alike, none longer than a shift, all of the work in the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.job_parts import Part, longest_work_s, next_part

HOUR = 3600


def test_a_job_that_fits_is_whole() -> None:
    """No parts where a shift is enough, and none where no crew works at all."""
    assert next_part(7 * HOUR, 7 * HOUR) is None
    assert next_part(7 * HOUR, 0) is None


def test_parts_are_alike() -> None:
    """Twenty hours in shifts of eight are three times six hours and forty minutes."""
    assert next_part(20 * HOUR, 8 * HOUR) == Part(1, 3, 24_000)
    assert next_part(20 * HOUR, 8 * HOUR, [(1, 3)]) == Part(2, 3, 24_000)
    assert next_part(20 * HOUR, 8 * HOUR, [(1, 3), (2, 3)]) == Part(3, 3, 24_000)


def test_another_shift_divides_what_is_left_anew() -> None:
    """After a third of twenty hours, shorter days of four hours make four more parts."""
    assert next_part(20 * HOUR, 4 * HOUR, [(1, 3)]) == Part(2, 5, 12_000)


def test_a_shift_leaves_time_to_drive() -> None:
    """Of the longest shift without its break, 85 % can be worked at one place."""
    assert longest_work_s([(0, 9 * HOUR, HOUR), (0, 4 * HOUR, 0)]) == round(8 * HOUR * 0.85)
    assert longest_work_s([]) == 0


@given(st.integers(60, 400 * HOUR), st.lists(st.integers(HOUR, 10 * HOUR), min_size=1, max_size=4))
def test_all_the_work_is_done_in_the_end(service_s: int, shifts: list[int]) -> None:
    """Whatever the shifts of the days are, parts add up to the job, rounded up to minutes, and end with the last."""
    done: list[tuple[int, int]] = []
    worked = 0
    part = next_part(service_s, shifts[0])
    while part is not None and not (done and done[-1][0] == done[-1][1]):
        longest = shifts[len(done) % len(shifts)]
        assert part.service_s <= longest + 60
        worked += part.service_s
        done.append((part.number, part.count))
        part = next_part(service_s, shifts[len(done) % len(shifts)], done)
    if done:
        assert service_s - 60 <= worked <= service_s + 61 * len(done)
