"""What an optimizer refuses, and what it says: numbers, arrays and states that cannot be meant."""

import numpy as np
import pytest

import lossary.optimizers as shelf
from lossary.backends import backend_named
from lossary.core.parameter import facts_of
from lossary.errors import (
    ArgumentError,
    BackendError,
    DomainError,
    DtypeError,
    FormatError,
    LossError,
    ShapeError,
)
from lossary.optimizers import SGD, Adam, NAdam, ScheduleFreeSGD
from lossary.schedules import (
    Constant,
    Cosine,
    Exponential,
    LinearWarmUp,
    OneCycle,
    StepDecay,
    WarmupStableDecay,
)

OWN = tuple(cls for cls in shelf.listed() if cls.__module__.startswith("lossary."))
WEIGHTS = {"w": np.ones(3), "b": [np.ones((2, 2))]}
RATED = [cls for cls in OWN if "learning_rate" in cls.own]
SHARES = [
    (cls, name)
    for cls in OWN
    for name, facts in facts_of(cls).items()
    if facts.domain.name in ("share", "inner") and not facts.choices
]


def _stepped(optimizer, gradient, state=None, weights=None):
    weights = WEIGHTS if weights is None else weights
    state = optimizer.init(weights) if state is None else state
    return optimizer.step(gradient, state, weights)


@pytest.mark.parametrize("cls", RATED, ids=lambda cls: cls.__name__)
def test_a_learning_rate_below_zero_is_refused(cls):
    for wrong in (-1.0, float("nan"), (0.1, -1.0), "fast", True):
        with pytest.raises(DomainError, match=rf"{cls.__name__}\(learning_rate="):
            cls(learning_rate=wrong)


@pytest.mark.parametrize(("cls", "name"), SHARES, ids=lambda each: getattr(each, "__name__", each))
def test_a_mean_that_never_learns_is_refused(cls, name):
    with pytest.raises(DomainError, match=rf"{name} must lie in [\[(]0, 1\)"):
        _made(cls, **{name: 1.0})


def _made(cls, **given):
    """Make one with a plain optimizer within, where it is made of one."""
    return cls(**({"of": SGD()} if "of" in cls.own else {}), **given)


def test_what_it_is_made_of_must_be_said():
    for cls in OWN:
        if "of" in cls.own:
            with pytest.raises(ArgumentError, match=f"{cls.__name__} needs of="):
                cls()
            with pytest.raises(ArgumentError, match="expected an optimizer"):
                cls(of="Adam")


def test_a_number_for_each_trial_fits_the_others_and_the_weights():
    with pytest.raises(DomainError, match="learning_rate has 2, beta1 has 3"):
        Adam(learning_rate=(0.1, 0.2), beta1=(0.1, 0.2, 0.3))
    with pytest.raises(ShapeError, match=r"numbers for 2 trials.*\n.*stack"):
        Adam(learning_rate=(0.1, 0.2)).init(np.ones(3))


def test_what_ties_an_average_may_not_change():
    with pytest.raises(ArgumentError, match="beta1 ties the average"):
        ScheduleFreeSGD(beta1=Cosine(peak=0.9, floor=0.5, steps=5))


@pytest.mark.parametrize(
    ("gradient", "told"),
    [
        ({"w": np.ones(3)}, "gradient and the weights differ in 'b'"),
        ({"w": np.ones(3), "b": []}, r"gradient\['b'\] and the weights differ in 0"),
        ({"w": np.ones(3), "b": np.ones((2, 2))}, r"gradient\['b'\]: expected a list of 1"),
        ({"w": np.ones(4), "b": [np.ones((2, 2))]}, r"gradient\['w'\] has the shape \(4,\)"),
        ({"w": np.ones(()), "b": [np.ones((2, 2))]}, "Nothing is broadcast silently"),
    ],
)
def test_a_gradient_that_is_not_as_the_weights_are_is_refused(gradient, told):
    with pytest.raises(ShapeError, match=told):
        _stepped(Adam(), gradient)


def test_integers_cannot_follow_a_slope():
    with pytest.raises(DtypeError, match=r"weights\['w'\] holds int64"):
        Adam().init({"w": np.arange(3)})
    with pytest.raises(DtypeError, match=r"gradient\['b'\]\[0\] holds bool"):
        _stepped(Adam(), {"w": np.ones(3), "b": [np.ones((2, 2), bool)]})
    with pytest.raises(ArgumentError, match="weights hold no array"):
        Adam().init({})


def test_a_sparse_gradient_is_refused_and_how_to_make_it_dense_is_told():
    import tensorflow as tf
    import torch

    weights = torch.ones(3)
    with pytest.raises(DtypeError, match=r"gradient is sparse.*\nHint: gradient.to_dense\(\)"):
        _stepped(Adam(), torch.ones(3).to_sparse(), weights=weights)
    slices = tf.IndexedSlices(tf.ones((1, 2)), tf.constant([1]), tf.constant([3, 2]))
    with pytest.raises(DtypeError, match=r"gradient is sparse.*\nHint: tensorflow.convert_to"):
        _stepped(Adam(), slices, weights=tf.ones((3, 2)))


def test_frameworks_do_not_meet():
    other = backend_named("torch").array(np.ones(3))
    with pytest.raises(BackendError, match="weights are arrays of numpy, but gradient is of torch"):
        _stepped(Adam(), other, weights=np.ones(3))
    with pytest.raises(BackendError, match="of torch, but mean of the state is of numpy"):
        _stepped(Adam(), other, Adam().init(np.ones(3)), other)


@pytest.mark.parametrize(
    ("optimizer", "state", "error", "told"),
    [
        (Adam(), SGD().init(WEIGHTS), FormatError, "lacks mean, square"),
        (NAdam(), Adam().init(WEIGHTS), FormatError, "lacks product"),
        (SGD(), None, FormatError, "lacks step"),
        (Adam(), Adam().init({"w": np.ones(3)}), ShapeError, "mean and the weights differ in 'b'"),
        (
            Adam(),
            Adam().init({"w": np.ones(1), "b": [np.ones((2, 2))]}),
            ShapeError,
            r"mean of the state has the shape \(1,\), but its weights \(3,\)",
        ),
    ],
)
def test_a_state_of_another_optimizer_or_of_other_weights_is_refused(optimizer, state, error, told):
    with pytest.raises(error, match=told):
        optimizer.step(WEIGHTS, state, WEIGHTS)


def test_what_an_optimizer_needs_is_asked_for():
    for cls in OWN:
        optimizer = _made(cls)
        for name in optimizer.needs:
            with pytest.raises(LossError, match=f"needs .*{name}="):
                _stepped(optimizer, WEIGHTS)


def test_a_curvature_that_nobody_reads_is_refused():
    weights = np.ones(2)
    for optimizer in (Adam(), shelf.Muon(), shelf.ClipByNorm(of=Adam(), limit=1.0)):
        with pytest.raises(ArgumentError, match="reads no curvature"):
            optimizer.step(weights, optimizer.init(weights), weights, curvature=weights)
    for reads in (shelf.SophiaG(), shelf.Muon(otherwise=shelf.SophiaG())):
        for optimizer in (reads, shelf.ClipByNorm(of=reads, limit=1.0)):
            optimizer.step(weights, optimizer.init(weights), weights, curvature=weights)


@pytest.mark.parametrize("cls", OWN, ids=lambda cls: cls.__name__)
def test_what_is_no_number_is_no_parameter(cls):
    for name, facts in facts_of(cls).items():
        wrong = (float("nan"),) * 3 if facts.many else float("nan")
        with pytest.raises(DomainError, match=name):
            _made(cls, **{name: wrong})


@pytest.mark.parametrize("cls", OWN, ids=lambda cls: cls.__name__)
def test_a_state_is_not_broadcast_to_weights_of_another_shape(cls):
    optimizer, weights = _made(cls), np.ones((3, 2))
    optimizer = optimizer.replace(of=Adam()) if "of" in cls.own else optimizer
    if not optimizer.slots and not optimizer._inner():
        return  # it remembers nothing
    given = {"loss": 1.0, "closure": lambda w: (1.0, w)}
    for other in (np.ones((1, 2)), np.ones(2)):
        state = optimizer.init(other)
        with pytest.raises(ShapeError, match=r"of the state has the shape .*\n.*optimizer.init"):
            optimizer.step(weights, state, weights, **given)
        with pytest.raises(ShapeError, match="of the state has the shape"):
            optimizer.evaluation_weights(state, weights)
    state = optimizer.init(weights)
    _, state = optimizer.step(weights, state, weights, **given)
    optimizer.step(weights, state, weights, **given)


@pytest.mark.parametrize(
    "schedule",
    [
        Constant(peak=1.0),
        LinearWarmUp(start=0.5, steps=3, then=1.0),
        LinearWarmUp(start=0.5, steps=(3, 4), then=Exponential(peak=0.5, factor=2.0, steps=9)),
        Cosine(peak=1.0, floor=0.5, steps=5),
        OneCycle(peak=1.0, steps=10),
        StepDecay(peak=0.5, factor=2.0, milestones=(3, 9)),
        StepDecay(peak=0.5, factor=2.0, every=9),
        WarmupStableDecay(peak=1.0, steps=100, warmup=10, decay=10),
    ],
    ids=repr,
)
def test_a_schedule_stays_where_the_parameter_may_lie(schedule):
    with pytest.raises(DomainError, match=r"it is .*1\..* in step \d+, but beta1 must lie in"):
        Adam(beta1=schedule)
    Adam(learning_rate=schedule)


def test_no_step_is_before_the_first():
    with pytest.raises(DomainError, match="step=-1, but the first step is step 0"):
        Cosine()(-1)


def test_a_number_that_is_not_known_yet_is_told_from_a_wrong_one():
    import jax

    with pytest.raises(ArgumentError, match=r"Adam\(learning_rate=…\).*traced.*\nHint: a schedule"):
        jax.jit(lambda rate: Adam(learning_rate=rate))(0.1)


def test_what_is_no_array_is_told_by_its_place():
    import torch

    model = torch.nn.Linear(2, 2)
    with pytest.raises(BackendError, match=r"gradient\['b'\]\[0\] .* got None.\nHint: .*zeros"):
        _stepped(Adam(), {"w": np.ones(3), "b": [None]})
    for weights, place in ((model, "weights"), ({"a": model}, r"weights\['a'\]")):
        with pytest.raises(BackendError, match=rf"{place} .* got a Linear.\n.*named_parameters"):
            Adam().init(weights)
    Adam().init(dict(model.named_parameters()))
