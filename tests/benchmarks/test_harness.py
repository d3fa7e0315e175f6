"""The harness takes turns and divides rightly."""

from contextlib import contextmanager

import pytest

from benchmarks.harness import Timing, race, ratio
from benchmarks.limits import shortest


class Clock:
    """A clock that goes on only when a call is made, by what that call takes."""

    def __init__(self) -> None:
        self.now, self.log = 0.0, []

    def __call__(self) -> float:
        return self.now

    def call(self, name, seconds):
        """Return a call of this length; `seconds` may be a list, one for each call in turn."""
        lengths = iter(seconds) if isinstance(seconds, list) else None

        def made():
            self.log.append(name)
            self.now += next(lengths) if lengths else seconds

        return made


def test_contestants_take_turns_and_the_first_round_is_dropped():
    clock = Clock()
    found = race({"a": clock.call("a", 1.0), "b": clock.call("b", 2.0)}, 3, 1.0, clock)
    turns = clock.log[len("aabb") :]  # each is tried twice first: once to compile, once to count
    assert turns == ["a", "a", "a", "b", "b", "b"] * 4
    assert found == {"a": Timing((1.0,) * 3), "b": Timing((2.0,) * 3)}


def test_what_a_turn_is_opened_with_is_not_timed_and_is_closed_before_the_next():
    clock = Clock()

    @contextmanager
    def opened():
        clock.call("open", 7.0)()
        yield
        clock.call("close", 7.0)()

    calls = {"a": clock.call("a", 9.0), "b": clock.call("b", 9.0)}
    found = race(calls, 2, 1.0, clock, within={"a": opened})
    assert clock.log == [
        "open", "a", "a", "close", "b", "b", *["open", "a", "close", "b"] * 3
    ]  # fmt: skip
    assert found["a"].rounds == (9.0, 9.0)


def test_what_comes_before_the_rounds_that_count_is_not_counted():
    clock = Clock()
    slow_at_first = [9.0, 9.0, *[7.0] * 3, *[2.0] * 3, *[4.0] * 3]
    found = race({"a": clock.call("a", slow_at_first)}, 2, 8.0, clock)
    assert found["a"].rounds == (2.0, 4.0)
    assert found["a"].data() == {"median": 3.0, "min": 2.0, "max": 4.0}


def test_the_fastest_go_of_a_turn_counts():
    clock = Clock()
    found = race({"a": clock.call("a", [1.0] * 5 + [3.0, 1.0, 8.0])}, 1, 1.0, clock)
    assert found["a"].rounds == (1.0,)


def test_a_long_call_has_one_go():
    clock = Clock()
    race({"a": clock.call("a", 9.0)}, 2, 1.0, clock)
    assert len(clock.log) == 2 + 3


def test_a_short_call_is_repeated_until_the_clock_can_see_it():
    clock = Clock()
    found = race({"a": clock.call("a", 0.25)}, 1, 1.0, clock)
    assert len(clock.log) == 1 + 1 + 3 * 3 + 2 * 3 * 4
    assert found["a"].median == pytest.approx(0.25)


def test_a_ratio_compares_each_round_with_itself():
    ours, theirs = Timing((1.0, 2.0, 4.0)), Timing((3.0, 8.0, 8.0))
    assert ratio(theirs, ours) == {"median": 3.0, "min": 2.0, "max": 4.0}


def test_the_limit_is_the_slower_of_memory_and_arithmetic():
    known = {"triad_warm_bytes_per_s": 10.0, "exp_per_s": 2.0}
    assert shortest(100, 2, known) == 10.0
    assert shortest(100, 40, known) == 20.0
