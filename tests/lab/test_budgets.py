"""Durations as people write them, and the study that fits into one."""

import pytest

from lossary.errors import ArgumentError
from lossary.lab.protocol.budget import LADDER, Rung, default_rung, highest, seconds


def _cost(rung):
    return 10.0 * rung.repeats * rung.trials * rung.share


def test_durations_are_read():
    assert [seconds(each) for each in ("90s", "10m", "2 h", "0.5min", "45", 12)] == [
        90.0, 600.0, 7200.0, 30.0, 45.0, 12.0,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "soon", "10 parsecs", "-5m", "0m", "m"])
def test_what_is_no_duration_is_told(text):
    with pytest.raises(ArgumentError, match="90s, 10m"):
        seconds(text)


def test_the_highest_rung_within_the_budget_is_taken():
    for budget in (30.0, 100.0, 500.0, 5000.0):
        found = highest(budget, _cost, None, None)
        dearer = [each for each in LADDER if _cost(found) < _cost(each) <= budget]
        assert not dearer
        assert _cost(found) <= budget


def test_too_small_a_budget_takes_the_lowest_rung():
    assert highest(0.1, _cost, None, None) == LADDER[0]


def test_what_the_user_fixed_stays():
    found = highest(1000.0, _cost, 2, 5)
    assert (found.repeats, found.trials) == (2, 5)


def test_few_rows_are_divided_more_often():
    assert default_rung(500, None, None).repeats > default_rung(50_000, None, None).repeats
    assert default_rung(500, 7, 3) == Rung(7, 3)


def test_the_ladder_rises():
    assert [_cost(each) for each in LADDER] == sorted(map(_cost, LADDER))
