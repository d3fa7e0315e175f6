"""Parameters that PyTorch learns: every number of every loss, kept inside its domain."""

import copy
import warnings
from collections.abc import Iterator
from functools import partial
from math import log, pi, sqrt

import mpmath
import pytest
import torch
from torch.testing import assert_close

import lossary
from lossary.adapters.torch import module
from lossary.backends import backend_named
from lossary.core import catalogue
from lossary.core.catalogue import all_of
from lossary.core.learned import course, learned
from lossary.core.parameter import facts_of
from lossary.domains import Domain, logit, scores
from lossary.errors import ArgumentError, DomainError, SuspicionWarning
from lossary.testing.case import instances
from lossary.testing.sampling import draw
from tests.slow_twins.barron import twin

HOUSE = [each for each in all_of() if each.__module__.startswith("lossary.losses.")]
BESIDE = {"CrossEntropy": ({}, {"class_weight": (1.0, 0.5, 2.0, 3.0, 0.0)})}
"""Parameters beside which a learned one acts otherwise."""
WAYS = {
    "between ends": Domain("between", -1.0, 3.0),
    "between closed ends": Domain("between", -1.0, 3.0, True, True),
    "above": Domain("above", -1.0),
    "below": Domain("below", high=3.0),
    "anywhere": Domain("anywhere"),
    "anything but zero": Domain("but", without=0.0),
}
ROUNDING = {"rtol": 1e-12, "atol": 1e-14}  # a few of double precision
SINGLE = {"rtol": 1e-5, "atol": 1e-6}  # a hundred entries and nodes in single precision


def _learnable() -> Iterator[tuple[str, tuple[object, str]]]:
    """Yield every number of every loss, at each value that `instances` has inside its domain."""
    for cls in HOUSE:
        for name, facts in facts_of(cls).items():
            numbers = {getattr(loss, name) for loss in instances(cls)} - {None}
            inside = () if facts.many or facts.choices else sorted(numbers)
            for value in inside:
                for more in BESIDE.get(cls.__name__, ({},)):
                    loss = cls(**{name: value}, **more)
                    if value not in (facts.domain.low, facts.domain.high) and value != 3.0:
                        yield f"{loss!r}, {name}", (loss, name)


LEARNABLE = dict(_learnable())
by_number = pytest.mark.parametrize(("loss", "name"), LEARNABLE.values(), ids=LEARNABLE)


@pytest.fixture(autouse=True)
def _own_shelf(monkeypatch):
    monkeypatch.setitem(catalogue._SHELVES, "loss", dict(catalogue._SHELVES["loss"]))


def _raw(judge, name):
    return judge.get_parameter(f"raw_{name}")


def _set(judge, name, raw):
    with torch.no_grad():
        _raw(judge, name).fill_(raw)


def _value(judge, name):
    return getattr(judge, name).item()


def test_every_number_of_the_house_is_learned_below():
    numbers = {
        (cls.__name__, name)
        for cls in HOUSE
        for name, facts in facts_of(cls).items()
        if not facts.choices and not facts.many
    }
    assert numbers == {(type(loss).__name__, name) for loss, name in LEARNABLE.values()}
    assert len(numbers) >= 15


@by_number
def test_the_slope_in_a_parameter_is_what_small_steps_of_it_see(loss, name):
    start, step = getattr(loss, name), 1e-6
    for place in range(len(loss.sentences)):
        arrays = tuple(map(torch.from_numpy, draw(loss, 3, place)))
        for request in ("mean", "sum"):
            number = torch.tensor(start, dtype=torch.float64, requires_grad=True)
            found = learned(loss, {name: number}, held=False).defined(request, arrays, None, None)
            assert_close(found, loss(*arrays, reduction=request), **ROUNDING)
            low, high = (
                loss.replace(**{name: start + way * step})(*arrays, reduction=request)
                for way in (-1, 1)
            )
            (slope,) = torch.autograd.grad(found, number)
            # Each end is rounded to 1e-16 of its size, of which the step leaves 1e-10.
            apart = 1e-9 * (1 + abs(low.item()))
            assert_close(slope, (high - low) / (2 * step), rtol=1e-6, atol=apart)


@by_number
def test_what_is_learned_begins_with_the_loss_itself(loss, name):
    judge = module(loss, learn=name, held=False)
    assert judge.loss == loss
    assert _raw(judge, name).tolist() == [0.0]
    for each in (judge, copy.deepcopy(judge).half(), copy.deepcopy(judge).double()):
        # Single precision has 24 bits, and the way to the number takes a few roundings.
        assert _value(each, name) == pytest.approx(getattr(loss, name), rel=4e-7)


@by_number
def test_wherever_an_optimizer_goes_a_parameter_stays_in_its_domain(loss, name):
    judge, facts = module(loss, learn=name, held=False), facts_of(type(loss))[name]
    values = []
    for raw in (-1e4, -90.0, -20.0, -1.0, 0.5, 15.0, 90.0, 1e4):
        _set(judge, name, raw)
        values.append(_value(judge, name))
        assert (facts.learned or facts.domain).contains(values[-1])
        assert getattr(judge.loss, name) == pytest.approx(values[-1], rel=1e-5, abs=1e-30)
    assert values == sorted(values)


@pytest.mark.parametrize("domain", WAYS.values(), ids=WAYS)
def test_the_way_of_a_parameter_rises_smoothly(domain):
    @lossary.define
    class Bent(lossary.Elementwise):
        bend: float = lossary.parameter(1.25, domain)

        def value(self, xp, prediction, target):
            return self.bend * xp.abs(prediction - target)

    raw = torch.linspace(-12, 12, 97, dtype=torch.float64, requires_grad=True)
    value = course(Bent(), "bend").value(backend_named("torch").xp, raw)
    (slope,) = torch.autograd.grad(value.sum(), raw)
    assert value[48] == 1.25
    assert all(map(domain.contains, value.tolist()))
    assert (slope > 0).all()
    # The trapezoid rule with steps of a quarter: its error is a two-hundredth of the second slope.
    assert_close(value.diff(), (slope[1:] + slope[:-1]) / 8, rtol=0.01, atol=1e-9)


def test_a_learned_loss_is_the_negative_log_likelihood_that_its_density_gives():
    judge = module(lossary.Barron(alpha=1.0, scale=2.0), learn=("alpha", "scale")).double()
    error = torch.linspace(-300, 300, 600_001, dtype=torch.float64)
    density = torch.exp(-judge(error[0], torch.zeros_like(error[0])))
    assert 0 < density < 1
    judge.reduction = "none"
    mass = torch.exp(-judge(error, torch.zeros_like(error))).sum() * 1e-3
    assert mass.item() == pytest.approx(1, abs=1e-9)  # the trapezoid rule; the tails are e^-150


@pytest.mark.parametrize(("alpha", "known"), [(0.0, log(pi * sqrt(2))), (2.0, log(2 * pi) / 2)])
def test_the_ends_of_alpha_can_be_reached_and_left_again(alpha, known):
    judge = module(lossary.Barron(), learn="alpha")
    p, t = torch.tensor([0.5, 3.0, 100.0]), torch.zeros(3)
    _set(judge, "alpha", 90.0 if alpha else -90.0)
    assert judge.alpha.item() == pytest.approx(alpha, abs=1e-30)
    found = judge(p, t)
    assert_close(found - known, lossary.Barron(alpha=alpha)(p, t), **SINGLE)
    found.backward()
    assert torch.isfinite(_raw(judge, "alpha").grad).all()


@pytest.mark.parametrize("alpha", [0.0, 1e-30, 1e-6, 1e-3, 1.0, 2.0 - 1e-6, 2.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_slope_in_alpha_is_right_at_and_beside_the_singular_values(alpha, dtype):
    errors = torch.tensor([0.0, 1e-3, 0.3, 2.0, 50.0], dtype=dtype)
    number = torch.tensor(alpha, dtype=dtype, requires_grad=True)
    found = learned(lossary.Barron(alpha=0.5), {"alpha": number}, held=False)
    entries = found.defined("none", (errors, torch.zeros_like(errors)), None, None)
    slopes = torch.stack([torch.autograd.grad(e, number, retain_graph=True)[0] for e in entries])
    if number.item() == 2:  # the published form's slope has grown beyond all numbers here
        assert torch.isfinite(slopes).all()
        return
    expected = [_slope_of_twin(each, number.item()) for each in errors.tolist()]
    expected = torch.tensor(expected, dtype=torch.float64)
    # It is made of terms of the loss's size, times logarithms of up to twenty, that cancel.
    apart = 1000 * torch.finfo(dtype).eps * entries.detach().double()
    assert (abs(slopes.double() - expected) <= apart).all(), (slopes, expected)


def _slope_of_twin(error, alpha):
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -25
        slow = partial(twin, mpmath.mpf(error), 0, scale=1)
        return float(mpmath.diff(lambda a: slow(alpha=a), alpha, h=step))


def test_nothing_is_felt_of_what_does_not_count():
    judge = module(lossary.Barron(), learn=("alpha", "scale")).double()
    p = torch.tensor([0.5, 2.0, float("nan"), 1.0], dtype=torch.float64, requires_grad=True)
    t, weight = torch.zeros(4, dtype=torch.float64), torch.tensor([1.0, 3.0, 1.0, 0.0])
    found = judge(p, t, weight=weight, mask=~p.isnan())
    (slope,) = torch.autograd.grad(found, p, retain_graph=True)
    assert slope[2:].tolist() == [0.0, 0.0]
    kept = judge(p[[0, 1, 1, 1]], t)
    assert_close(found, kept, **ROUNDING)
    assert_close(_slopes(judge, found), _slopes(judge, kept), **ROUNDING)


def _slopes(judge, found):
    return torch.autograd.grad(found, tuple(judge.parameters()))


def test_where_nothing_counts_the_loss_is_zero_and_teaches_nothing():
    judge = module(lossary.Barron(), learn=("alpha", "scale"))
    found = judge(torch.ones(3), torch.zeros(3), mask=torch.zeros(3, dtype=torch.bool))
    assert found.item() == 0
    assert [each.item() for each in _slopes(judge, found)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("loss", "names"),
    [
        (lossary.Barron(), ("alpha", "scale")),
        (lossary.CrossEntropy(smoothing=0.2, class_weight=(1.0, 2.0, 0.5, 1.0, 3.0)), "smoothing"),
        (lossary.Tversky(smooth=1.0), ("alpha", "beta", "smooth")),
        (lossary.Dice(smooth=1.0).reading(scores), "smooth"),
    ],
    ids=lambda each: getattr(each, "label", ""),
)
def test_parts_of_what_is_learned_add_up(loss, names):
    judge = module(loss, learn=names, held=False, class_axis=-1).double()
    arrays = [torch.from_numpy(each) for each in draw(loss, 5)]
    for raw in judge.parameters():
        torch.nn.init.constant_(raw, 0.3)
    whole = judge(*arrays)
    parts = sum(judge.parts(*(each[rows] for each in arrays)) for rows in (slice(5), slice(5, 12)))
    assert_close(parts.value, whole, **ROUNDING)
    assert_close(_slopes(judge, parts.value), _slopes(judge, whole), **ROUNDING)


def test_a_likelihood_adds_its_normaliser_to_every_part():
    judge = module(lossary.Barron(), learn="scale")
    p, t = torch.randn(9), torch.randn(9)
    assert_close(judge.parts(p, t).value, judge(p, t), **SINGLE)
    judge.reduction = "sum"
    assert_close(judge.parts(p, t).numerator, judge(p, t), **SINGLE)


def test_a_compiled_module_learns_the_same():
    judges = {
        module(lossary.Barron(), learn=("alpha", "scale")): (torch.randn(7), torch.randn(7)),
        module(lossary.CrossEntropy(smoothing=0.2), learn="smoothing", held=False): (
            torch.randn(2, 5, 3), torch.randint(0, 5, (2, 3)),
        ),
        module(lossary.Dice(smooth=1.0).reading(scores), learn="smooth", held=False): (
            torch.randn(2, 5, 3), torch.randint(0, 5, (2, 3)),
        ),
    }  # fmt: skip
    for judge, arrays in judges.items():
        whole = torch.compile(judge, fullgraph=True, backend="aot_eager")(*arrays)
        plain = judge(*arrays)
        assert_close(whole, plain, **SINGLE)
        assert_close(_slopes(judge, whole), _slopes(judge, plain), **SINGLE)


def test_half_precision_is_lifted_before_anything_is_learned():
    judge = module(lossary.Barron(alpha=0.7, scale=0.3), learn=("alpha", "scale")).half()
    p, t = torch.randn(64).half(), torch.randn(64).half()
    expected = module(lossary.Barron(alpha=0.7, scale=0.3), learn="scale")(p.float(), t.float())
    assert_close(judge(p, t), expected, **SINGLE)
    judge(p, t).backward()
    assert {each.grad.dtype for each in judge.parameters()} == {torch.float16}


def test_the_temperature_of_a_softmax_over_the_batch_holds_itself():
    assert module(lossary.InfoNCE(), learn="temperature").loss == lossary.InfoNCE()


def test_a_module_says_what_it_learns_and_where_it_stands():
    judge = module(lossary.Barron(), learn=("alpha", "scale"))
    _set(judge, "scale", log(3))
    assert repr(judge) == f"LossModule({judge.loss!r}, learn=('alpha', 'scale'))"
    assert judge.loss.scale == pytest.approx(3, rel=1e-7)  # the logarithm is in single precision
    assert sorted(dict(judge.named_parameters())) == ["raw_alpha", "raw_scale"]
    with pytest.raises(AttributeError, match="delta"):
        _ = judge.delta


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (lossary.Huber(), "delta"),
        (lossary.Quantile(), "level"),
        (lossary.Dice(smooth=1.0), "smooth"),
    ],
    ids=lambda each: getattr(each, "label", each),
)
def test_a_warning_says_that_nothing_holds_a_parameter(loss, told):
    with pytest.warns(SuspicionWarning, match=rf"{loss.label} has no normaliser.*holds {told}"):
        module(loss, learn=told)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module(loss, learn=told, held=False)


def test_what_the_warning_is_about_happens():
    """Nothing holds Huber's delta: smaller is cheaper, whatever the errors are."""
    judge = module(lossary.Huber(delta=1.0), learn="delta", held=False)
    optimizer = torch.optim.Adam(judge.parameters(), lr=0.1)
    errors = torch.linspace(-2, 2, 50)
    for _ in range(100):
        optimizer.zero_grad()
        judge(errors, torch.zeros(50)).backward()
        optimizer.step()
    assert judge.delta.item() < 0.02


WEIGHED = lossary.CrossEntropy(class_weight=(1.0, 2.0))
REFUSED = {
    "no such name": (lossary.Huber(), "detla", ArgumentError, "Did you mean delta"),
    "left out": (lossary.SigmoidFocal(alpha=None), "alpha", ArgumentError, "is one number"),
    "many": (WEIGHED, "class_weight", ArgumentError, "is one number"),
    "a choice": (lossary.Dice(), "pool", ArgumentError, "is one number"),
    "on a low end": (lossary.CrossEntropy(), "smoothing", DomainError, r"smoothing=0\.1\)"),
    "on a high end": (lossary.Barron(alpha=2.0), "alpha", DomainError, r"Hint: .*alpha=1\.9\)"),
    "outside": (lossary.Barron(alpha=-2.0), "alpha", DomainError, r"inside \[0, 2\]"),
    "no density": (lossary.Barron(alpha=-2.0), "scale", DomainError, "held=False"),
    "a sum": (lossary.Huber() + lossary.SquaredError(), "delta", ArgumentError, "with each term"),
}


@pytest.mark.parametrize(("loss", "name", "error", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_learned_is_refused(loss, name, error, told):
    with pytest.raises(error, match=told):
        module(loss, learn=name)


def test_a_reading_learns_what_the_loss_behind_it_does():
    plain = module(lossary.Dice(smooth=1.0), learn="smooth", held=False)
    judge = module(lossary.Dice(smooth=1.0).reading(logit), learn="smooth", held=False)
    score, true = torch.randn(2, 1, 4), torch.randint(0, 2, (2, 1, 4)).float()
    _set(plain, "smooth", 0.4)
    _set(judge, "smooth", 0.4)
    assert_close(judge(score, true), plain(torch.sigmoid(score), true), **SINGLE)
    assert judge.loss == plain.loss.reading(logit)
