"""The learning-rate range test, on losses whose divergence is known to the last digit."""
# ruff: noqa: NPY002 (what a run leaves behind in NumPy's old generator is tested)

import json
import random
import re

import numpy as np
import pytest

from lossary.errors import ArgumentError, DomainError
from lossary.optimizers import SGD, Adam, ClipByGlobalNorm
from lossary.records import FORMAT, RangeRecord
from lossary.schedules import Cosine
from lossary.search import Descent, learning_rate_range

CURVATURES = np.array([50.0, 1.0, 0.1])
RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(256, 4))
TARGET = FEATURES @ RNG.normal(size=4) + 0.3 * RNG.normal(size=256)
LOW = {"low": 1e-5, "high": 100.0}


def bowl(constant=0.0, curvatures=CURVATURES):
    return lambda w: (float(curvatures @ w**2) / 2 + constant, curvatures * w)


def batches(seed):
    order = np.random.default_rng(seed).permutation(256)
    return order.reshape(-1, 32)


def likelihood(weights, rows):
    """A Gaussian's negative log-likelihood with a small known scale: far below zero at its best."""
    error = (FEATURES[rows] @ weights - TARGET[rows]) / 0.3
    loss = float(np.mean(error**2) / 2 + np.log(0.3) - 100.0)
    return loss, FEATURES[rows].T @ error / 0.3 / len(rows)


def two_terms(weights, rows):
    loss, slope = likelihood(weights, rows)
    ridge = 0.1 * float(weights @ weights)
    return {"fit": loss, "ridge": ridge}, slope + 0.2 * weights


def tried(slope, *, optimizer=None, start=None, of=None, **settings):
    run = Descent(optimizer or SGD(), np.ones(3) if start is None else start, slope, of)
    return learning_rate_range(run, **{"repeats": 2, **LOW, **settings})


@pytest.mark.parametrize("largest", [0.3, 2.0, 50.0, 700.0])
@pytest.mark.parametrize("start", [1.0, 1e-3])
def test_gradient_descent_diverges_at_two_over_the_largest_curvature(largest, start):
    curvatures = np.array([largest, 0.1, 0.02])
    found = tried(bowl(curvatures=curvatures), start=start * np.ones(3))
    assert found.held <= 2 / largest <= found.diverged
    assert found.diverged < 1.6 * found.held
    assert found.suggested < 2 / largest


def test_a_sweep_alone_would_be_several_times_too_late():
    """The small rates have brought the steep direction far down: it takes long to come back."""
    found = tried(bowl(curvatures=np.array([50.0, 0.01, 0.01])), start=np.array([0.1, 9.0, 9.0]))
    assert found.sweeps[0].learning_rates[-1] > 3 * found.diverged
    assert found.held <= 2 / 50 <= found.diverged


def test_what_fell_fastest_is_suggested_only_up_to_half_of_what_held():
    found = tried(bowl(curvatures=np.array([50.0, 1.0, 1.0])), start=np.array([0.1, 9.0, 9.0]))
    assert found.sweeps[0].steepest > 0.6 * found.held
    assert found.suggested == pytest.approx(found.held / 2)


@pytest.mark.parametrize("constant", [-1000.0, 3.0, 1e4])
@pytest.mark.parametrize("optimizer", [SGD(), Adam()], ids=["SGD", "Adam"])
def test_a_constant_added_to_the_loss_changes_nothing(constant, optimizer):
    plain, moved = (tried(bowl(each), optimizer=optimizer) for each in (0.0, constant))
    for name in ("suggested", "held", "diverged", "wide_low", "wide_high", "cut", "taken"):
        assert getattr(moved, name) == getattr(plain, name), name


def test_a_loss_below_zero_is_judged_as_any_other():
    found = tried(likelihood, start=np.zeros(4), of=batches)
    curvature = np.linalg.eigvalsh(FEATURES.T @ FEATURES / 256)[-1] / 0.09
    assert max(found.sweeps[0].losses[:40]) < 0
    assert 0.5 * 2 / curvature < found.held < found.diverged < 2 * 2 / curvature
    assert found.wide_low < found.suggested < found.wide_high <= found.held
    assert found.decades > 0.5


def test_terms_are_told_apart_and_their_sum_is_judged():
    found = tried(two_terms, start=np.ones(4), of=batches)
    sweep = found.sweeps[0]
    assert [term.name for term in sweep.terms] == ["fit", "ridge"]
    for place, loss in enumerate(sweep.losses):
        assert loss == sum(term.values[place] for term in sweep.terms)


def test_repeats_see_the_data_in_another_order_and_give_an_interval():
    found = tried(likelihood, start=np.zeros(4), of=batches, repeats=3)
    assert len({sweep.losses for sweep in found.sweeps}) == 3
    steepest = sorted(min(s.steepest, s.held / 2) for s in found.sweeps)
    assert (found.suggested_low, found.suggested_high) == (steepest[0], steepest[-1])
    assert found.suggested == pytest.approx(steepest[1])
    again = tried(likelihood, start=np.zeros(4), of=batches, repeats=3)
    assert again == found


def test_the_noise_of_batches_is_taken_out_by_the_same_batches_at_rest():
    found = tried(likelihood, start=np.zeros(4), of=batches)
    sweep = found.sweeps[0]
    raw, smooth = np.array(sweep.losses[:20]), np.array(sweep.smooth[:20])
    assert np.std(smooth) < 0.1 * np.std(raw)


def test_what_never_diverges_is_told_and_the_range_said_to_be_cut():
    found = tried(bowl(), high=0.02)
    assert (found.diverged, found.held, found.cut) == (None, 0.02, "high")
    assert "Nothing diverged" in found.sentence
    assert "higher rates" in found.sentence


def test_a_range_that_lies_too_high_is_told():
    found = tried(bowl(), low=1.0, high=100.0)
    assert (found.held, found.suggested, found.cut) == (None, None, "low")
    assert found.diverged == 1.0


def test_a_loss_that_falls_nowhere_gets_no_suggestion():
    noisy = lambda w, rows: (float(TARGET[rows].mean()), 0 * w)  # noqa: E731
    found = tried(noisy, of=batches)
    assert (found.suggested, found.decades) == (None, None)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_no_number_at_once_is_an_error_and_leaves_everything_as_it_was(value):
    run = Descent(SGD(), np.ones(3), lambda w: (value, w))
    with pytest.raises(DomainError, match="before the first step"):
        learning_rate_range(run)
    assert run.weights.tolist() == [1.0, 1.0, 1.0]


def test_a_loss_that_becomes_no_number_has_diverged_there():
    def wall(w):
        return (float(w @ w) if abs(w).max() < 3 else np.nan), 2 * w

    found = tried(wall)
    assert found.held <= 1 <= found.diverged
    assert np.isnan(found.sweeps[0].losses[-1])
    assert len(found.sweeps[0].smooth) == len(found.sweeps[0].losses) - 1


class Stumbles:
    """A run that changes random states and then fails, or is interrupted."""

    def __init__(self, error, at=130):
        self.inner, self.error, self.at = Descent(Adam(), np.ones(3), bowl()), error, at
        self.count = 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def step(self, learning_rate):
        self.count += 1
        random.random(), np.random.random()
        if self.count == self.at:
            raise self.error
        return self.inner.step(learning_rate)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["fails", "stopped"])
def test_everything_is_restored_whatever_happens(error):
    run = Stumbles(error)
    run.inner.step(0.1)
    before = run.inner.weights.copy(), run.inner.memory["mean"].copy(), run.inner.memory["step"]
    states = random.getstate(), np.random.get_state()[1].copy()
    with pytest.raises(type(error)):
        learning_rate_range(run)
    assert (run.inner.weights == before[0]).all()
    assert (run.inner.memory["mean"] == before[1]).all()
    assert run.inner.memory["step"] == before[2]
    assert random.getstate() == states[0]
    assert (np.random.get_state()[1] == states[1]).all()


def test_the_place_in_the_data_is_restored():
    run = Descent(SGD(), np.zeros(4), likelihood, lambda seed: iter(batches(seed)))
    twin = Descent(SGD(), np.zeros(4), likelihood, lambda seed: iter(batches(seed)))
    for each in (run, twin):
        [each.step(0.001) for _ in range(3)]
    learning_rate_range(run, repeats=1)
    assert [run.step(0.01) for _ in range(12)] == [twin.step(0.01) for _ in range(12)]


def test_progress_is_told_and_never_goes_back():
    heard = []
    tried(bowl(), progress=lambda *told: heard.append(told))
    done = [each[0] for each in heard]
    assert done == sorted(done)
    assert heard[-1][0] == heard[-1][1]
    assert heard[-1][2] == "repeat 2"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"low": 1.0, "high": 0.1}, "0 < low < high"),
        ({"low": 0.0}, "0 < low < high"),
        ({"high": np.inf}, "0 < low < high"),
        ({"steps": 3}, "steps=3"),
        ({"repeats": 0}, "repeats=0"),
        ({"holding": 1}, "holding=1"),
    ],
)
def test_wrong_settings_are_told(settings, told):
    with pytest.raises(ArgumentError, match=told):
        tried(bowl(), **settings)


def test_what_cannot_be_trained_is_told():
    for wrong in (object(), SGD(), Descent, None):
        with pytest.raises(ArgumentError, match=r"run: expected training .*\n.*Descent\("):
            learning_rate_range(wrong)


@pytest.mark.parametrize("slope", [lambda w: float(w @ w), lambda w: 2 * w, lambda w: (1.0,)])
def test_a_slope_without_a_gradient_is_told(slope):
    with pytest.raises(ArgumentError, match=r"slope: expected \(loss, gradient\)"):
        tried(slope, start=np.ones(2))


def test_a_rule_whose_rate_is_a_schedule_is_told():
    falling = Adam(learning_rate=Cosine(peak=0.1, steps=100))
    for rule in (falling, ClipByGlobalNorm(limit=1.0, of=falling)):
        with pytest.raises(ArgumentError, match="a range test sets the rate: give the rule a num"):
            tried(bowl(), optimizer=rule)


def test_terms_are_smoothed_as_their_sum_is():
    sweep = tried(two_terms, start=np.ones(4), of=batches).sweeps[0]
    for term in sweep.terms:
        assert len(term.smooth) == len(sweep.smooth)
    fit = sweep.terms[0]
    assert np.std(np.diff(fit.smooth[:20])) < 0.1 * np.std(np.diff(fit.values[:20]))
    total = np.sum([term.smooth for term in sweep.terms], axis=0)[:20]
    assert np.abs(total - sweep.smooth[:20]).max() < 0.05 * np.std(sweep.losses[:20])


@pytest.mark.parametrize(("repeats", "each"), [(1, r"\d\.$"), (2, ", in every repeat.$")])
def test_the_sentence_says_where_training_was_stable(repeats, each):
    sentence = tried(bowl(), repeats=repeats).sentence
    assert re.search(r"Training was stable at 0\.03\d*, and diverged at 0\.04", sentence)
    assert re.search(each, sentence)


def test_batches_that_can_be_gone_through_only_once_are_refused():
    with pytest.raises(ArgumentError, match="a function of a seed"):
        Descent(SGD(), np.zeros(4), likelihood, iter(batches(0)))
    with pytest.raises(ArgumentError, match="gave no batch"):
        Descent(SGD(), np.zeros(4), likelihood, lambda seed: []).step(0.1)


def test_a_record_is_the_same_after_its_way_through_json():
    found = tried(two_terms, start=np.ones(4), of=batches)
    text = found.to_json()
    assert json.loads(text)["format"] == FORMAT
    assert RangeRecord.from_json(text) == found


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_arrays_of_other_frameworks_are_swept_as_numpys(framework):
    xp = pytest.importorskip({"torch": "torch", "jax": "jax.numpy"}[framework])
    slopes = xp.asarray(CURVATURES.tolist())
    run = Descent(
        SGD(),
        {"w": xp.ones(3)},
        lambda w: ((slopes * w["w"] ** 2).sum() / 2, {"w": slopes * w["w"]}),
    )
    found = learning_rate_range(run, repeats=1, steps=20, low=1e-3)
    assert found.held <= 2 / 50 <= found.diverged
