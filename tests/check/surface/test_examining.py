"""In which order checks are tried, and what becomes of those for which no time is left."""

import numpy as np
import torch

import lossary
from lossary.verifier import Argument, examining, shelf
from lossary.verifier.draws import array_of, draw

RNG = np.random.default_rng(0)


def squared(prediction, target):
    return ((prediction - target) ** 2).mean()


def test_a_check_that_does_not_apply_is_never_said_to_lack_time(monkeypatch):
    ordinary = lossary.check(squared, host="torch").skipped
    monkeypatch.setattr(examining, "QUICK_SECONDS", -1.0)
    hurried = lossary.check(squared, host="torch")
    assert hurried.held == ()
    late = {name for name, reason in hurried.skipped.items() if "no time" in reason}
    assert late
    assert not late & set(ordinary)


def test_the_slow_ones_come_last_and_are_told_in_the_order_of_their_numbers():
    heard = []
    verdict = lossary.check(squared, host="torch", heard=lambda share, doing: heard.append(doing))
    assert [each.replace(" ", "_") for each in heard[-len(examining.SLOW) :]] == [*examining.SLOW]
    places = [each.name for each in shelf()]
    assert list(verdict.held) == sorted(verdict.held, key=places.index)


def test_what_a_counter_example_prints_has_few_digits():
    batch = draw(lossary.check(torch.nn.CrossEntropyLoss, only=["gradient"]).contract)
    assert max(len(repr(each)) for each in batch["input"].ravel().tolist()) <= len("-0.001")


def test_rounded_shares_sum_to_one():
    shares = array_of(Argument("p", "target", ("n", "k"), "distribution"), {"n": 99, "k": 5}, RNG)
    assert np.allclose(shares.sum(-1), 1.0, rtol=0, atol=1e-15)  # a digit of the sum
    assert np.array_equal(shares, shares.round(3))
