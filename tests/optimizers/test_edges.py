"""What lies at the edge: trials that go, arrays without entries, numbers whose squares are lost."""

import pickle

import numpy as np
import pytest

import lossary.optimizers as shelf
from lossary.core.descent.written import from_dict
from lossary.optimizers import (
    LAMB,
    LARS,
    LBFGS,
    SGD,
    SOAP,
    Adam,
    AdamW,
    AdaptiveClip,
    ClipByGlobalNorm,
    ExponentialMovingAverage,
    Lookahead,
    Muon,
    Prodigy,
    Shampoo,
)

OWN = tuple(cls for cls in shelf.listed() if cls.__module__.startswith("lossary."))
MANY = [
    Muon(learning_rate=(0.1, 0.2)),
    SOAP(learning_rate=(0.1, 0.2)),
    Shampoo(learning_rate=(0.1, 0.2)),
    ClipByGlobalNorm(limit=(1.0, 2.0), of=Lookahead(of=Adam())),
]


@pytest.mark.parametrize("many", MANY, ids=repr)
def test_trials_may_become_one_or_more(many):
    inner, name = ("of", "limit") if "of" in many.own else ("otherwise", "learning_rate")
    within = getattr(many, inner)
    assert within.stacked == 0
    assert many.replace(**{name: 0.1}).stacked == 0
    assert many.replace(**{name: (0.1,) * 10}).stacked == 10
    for again in (pickle.loads(pickle.dumps(many)), from_dict(many.to_dict()), many.replace()):
        assert again == many
        assert repr(again) == repr(many)
        assert again.stacked == 2
    weights = np.ones((2, 3, 3))
    state = many.init({"w": weights, "b": np.ones((2, 3))})
    many.step({"w": weights, "b": np.ones((2, 3))}, state, {"w": weights, "b": np.ones((2, 3))})


def test_what_moves_the_other_arrays_is_shown_as_it_was_given():
    assert Muon(learning_rate=(0.1, 0.2)).otherwise == AdamW()
    assert Muon(otherwise=AdamW(learning_rate=(0.1, 0.2))).replace(otherwise=AdamW()).stacked == 0


@pytest.mark.parametrize("cls", OWN, ids=lambda cls: cls.__name__)
def test_arrays_without_entries_move_nothing(cls):
    optimizer = cls(**({"of": SGD()} if "of" in cls.own else {}))
    given = {"loss": 1.0, "closure": lambda weights: (1.0, weights)}
    for weights in ({"w": np.ones((0, 3)), "b": np.ones(0)}, {"w": np.ones((2, 0))}):
        state = optimizer.init(weights)
        for _ in range(2):
            change, state = optimizer.step(weights, state, weights, **given)
        for name, each in change.items():
            assert each.shape == weights[name].shape


@pytest.mark.parametrize("size", [1e25, 1e-25])
def test_a_norm_is_not_lost_where_squares_are(size):
    weights, gradient = np.full((2, 2), 3.0, "float32"), np.full((2, 2), size, "float32")

    def moved(optimizer):
        return optimizer.step(gradient, optimizer.init(weights), weights)[0]

    rates = moved(LARS(learning_rate=1.0, trust=0.1, momentum=0.0))
    assert rates == pytest.approx(np.full((2, 2), -0.3), rel=1e-5)
    clip = AdaptiveClip(of=SGD(learning_rate=1.0), limit=0.1)
    assert moved(clip) == pytest.approx(np.full((2, 2), -min(0.3, size)), rel=1e-5)
    stretched = np.full((2, 2), 3 * 1e-25, "float32")
    optimizer = LAMB(learning_rate=0.1, epsilon=0.0)
    found = optimizer.step(weights, optimizer.init(stretched), stretched)[0]
    assert found == pytest.approx(np.full((2, 2), -3e-26), rel=1e-5)


def test_a_trial_and_an_axis_have_norms_of_their_own():
    weights = np.asarray([[3.0, 4.0], [6.0, 8.0]])
    both = LARS(learning_rate=(1.0, 1.0), trust=0.1, momentum=0.0)
    found = both.step(weights, both.init(weights), weights)[0]
    assert found == pytest.approx(-0.1 * weights)


def test_nothing_is_learned_from_where_the_state_was_made():
    optimizer, weights = LBFGS(), np.asarray([3.0, -4.0])
    here, elsewhere = optimizer.init(weights), optimizer.init(np.asarray([5.0, 1.0]))
    found = [optimizer.step(weights, state, weights)[0] for state in (here, elsewhere)]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    "optimizer",
    [LBFGS(), Prodigy(), SOAP(), ExponentialMovingAverage(of=Lookahead(of=Adam()))],
    ids=repr,
)
def test_a_state_has_each_array_once(optimizer):
    import jax

    def arrays(state):
        for each in state.values():
            yield from arrays(each) if isinstance(each, dict) else [each]

    found = [id(each) for each in arrays(optimizer.init(jax.numpy.ones((2, 2))))]
    assert len(set(found)) == len(found)
