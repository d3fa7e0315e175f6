"""Settings: common to all arms, inside their ranges, and the same whenever they are drawn."""

from math import log

import pytest

from lossary.errors import NotFoundError
from lossary.lab.protocol.sampling import LEARNING, asked, default, known, planned
from lossary.records import SpaceRecord

RATE = SpaceRecord("learning_rate", 0.01, 1e-4, 1.0, "log")
DECAY = SpaceRecord("weight_decay", 0.1, 0.0, 0.5)
KIND = SpaceRecord("schedule", "cosine", choices=("cosine", "flat"))
SPACE = (RATE, DECAY, KIND)


def _inside(setting):
    return (
        RATE.low <= setting["learning_rate"] <= RATE.high
        and DECAY.low <= setting["weight_decay"] <= DECAY.high
        and setting["schedule"] in KIND.choices
    )


@pytest.mark.parametrize("sampler", ["random", "grid"])
def test_the_default_comes_first_and_all_lie_inside(sampler):
    found = planned(SPACE, sampler, 12, seed=3)
    assert found[0] == default(SPACE)
    assert all(map(_inside, found))
    assert len({tuple(each.values()) for each in found}) == len(found)


def test_two_arms_draw_the_same_learning_rates():
    own = (*SPACE, SpaceRecord("loss.delta", 1.0, 0.1, 10.0, "log"))
    rates = [each["learning_rate"] for each in planned(SPACE, "random", 6, seed=1)]
    assert [each["learning_rate"] for each in planned(own, "random", 6, seed=1)] == rates


def test_more_trials_keep_those_that_were_there():
    assert planned(SPACE, "random", 9, seed=1)[:5] == planned(SPACE, "random", 5, seed=1)


def test_a_grid_is_finest_in_what_stands_first():
    found = planned(SPACE, "grid", 9, seed=0)
    assert len({each["learning_rate"] for each in found}) >= 3
    assert len(found) <= 9


@pytest.mark.parametrize("sampler", sorted(LEARNING))
def test_a_sampler_that_learns_says_the_same_of_the_same_past(sampler):
    first = asked(SPACE, sampler, 4, 0, (), False)
    past = [(each, each["learning_rate"]) for each in first]
    past[1] = (first[1], float("nan"))  # a trial that failed is no reason to fail
    again = [asked(SPACE, sampler, 3, 0, past, False) for _ in range(2)]
    assert again[0] == again[1]
    assert all(map(_inside, again[0]))
    assert first[0] == default(SPACE)


def test_a_learning_sampler_goes_where_it_was_good():
    space, past = (RATE,), []
    for _ in range(8):
        new = asked(space, "tpe", 4, 0, past, False)
        past += [(each, abs(log(each["learning_rate"] / 0.2))) for each in new]
    late = sorted(value for _, value in past[-12:])
    early = sorted(value for _, value in past[1:9])
    assert late[6] < early[4] / 2


def test_an_unknown_sampler_is_told_with_the_nearest():
    with pytest.raises(NotFoundError, match="random"):
        known("randm")
