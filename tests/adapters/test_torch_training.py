"""Networks trained with our modules and with PyTorch's own losses end with the same weights."""

import copy

import pytest
import torch
from sklearn.datasets import load_diabetes, load_digits, load_iris
from torch.nn import functional as F  # noqa: N812 (as everyone writes it)
from torch.testing import assert_close

import lossary
from lossary.adapters.torch import module
from lossary.domains import log_amount

STEPS = 40
# Each step's gradient differs by a few roundings of double precision, which forty steps of an
# optimizer that divides by the gradient's size let grow a thousandfold at most.
SAME = {"rtol": 1e-9, "atol": 1e-11}


def _flowers():
    given, label = load_iris(return_X_y=True)
    given = (given - given.mean(0)) / given.std(0)
    return torch.from_numpy(given), torch.from_numpy(label).long()


def _patients():
    given, target = load_diabetes(return_X_y=True, scaled=True)
    given, target = given[:200] * 20, (target[:200, None] - 150) / 75
    return torch.from_numpy(given), torch.from_numpy(target)


def _network(wide, out, bias=True):
    torch.manual_seed(0)
    layers = torch.nn.Linear(wide, 12), torch.nn.Tanh(), torch.nn.Linear(12, out, bias)
    return torch.nn.Sequential(*layers).double()


def _trained(network, judge, given, target, learning_rate=0.02):
    """Train in shuffled batches; what the loss learns is learned too."""
    network, torch_rng = copy.deepcopy(network), torch.Generator().manual_seed(1)
    weights = [*network.parameters(), *getattr(judge, "parameters", list)()]
    optimizer = torch.optim.Adam(weights, lr=learning_rate)
    for _ in range(STEPS):
        rows = torch.randperm(len(given), generator=torch_rng)[:48]
        optimizer.zero_grad()
        judge(network(given[rows]), target[rows]).backward()
        optimizer.step()
    return network


def _same(ours, theirs, given, target, out=1, bias=True):
    network = _network(given.shape[1], out, bias)
    one, other = (_trained(network, judge, given, target) for judge in (ours, theirs))
    for mine, yours, first in zip(
        one.parameters(), other.parameters(), network.parameters(), strict=True
    ):
        assert_close(mine, yours, **SAME)
        assert (mine != first).any()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [None, (1.0, 4.0, 0.5)], ids=["plain", "weighted"])
def test_classes_are_learned_as_with_pytorchs_cross_entropy(weights, smoothing):
    given, label = _flowers()
    label = torch.where(torch.arange(len(label)) % 5 == 0, -100, label)
    ours = module(
        lossary.CrossEntropy(class_weight=weights, smoothing=smoothing), ignore_index=-100
    )
    theirs = torch.nn.CrossEntropyLoss(
        weight=weights and torch.tensor(weights, dtype=torch.float64), label_smoothing=smoothing
    )
    _same(ours, theirs, given, label, out=3)


def test_pixels_are_learned_as_with_pytorchs_cross_entropy():
    """Which of three shades each pixel of a digit has, from the digit a row further up."""
    images = torch.from_numpy(load_digits().images[:96]) / 16
    given, shade = images[:, None, :-1], (images[:, 1:] * 2.99).long()
    shade = torch.where(torch.arange(8) == 0, 255, shade)
    torch.manual_seed(0)
    network = torch.nn.Conv2d(1, 3, 3, padding=1).double()
    judges = (
        module(lossary.CrossEntropy(), ignore_index=255),
        torch.nn.CrossEntropyLoss(ignore_index=255),
    )
    one, other = (_trained(network, judge, given, shade) for judge in judges)
    assert_close(one.weight, other.weight, **SAME)
    assert (one.weight != network.weight).any()


NUMBERS = {
    "squared error": (lossary.SquaredError(), torch.nn.MSELoss()),
    "absolute error": (lossary.AbsoluteError(), torch.nn.L1Loss()),
    "Huber": (lossary.Huber(delta=0.5), torch.nn.HuberLoss(delta=0.5)),
    "Poisson": (lossary.PoissonNLL(), torch.nn.PoissonNLLLoss()),
    "quantile": (
        lossary.Quantile(level=0.9),
        lambda p, t: torch.where(t > p, 0.9 * (t - p), 0.1 * (p - t)).mean(),
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_learned_as_with_pytorchs_own(ours, theirs):
    given, target = _patients()
    if ours.domains[0][0] == log_amount:
        target = target.exp().round()
    _same(module(ours), theirs, given, target)


def test_a_yes_or_no_is_learned_as_with_pytorchs_own():
    given, target = _patients()
    yes = (target > 0).double()
    _same(module(lossary.BinaryCrossEntropy()), torch.nn.BCEWithLogitsLoss(), given, yes)


def test_a_mean_and_its_doubt_are_learned_as_with_pytorchs_own():
    given, target = _patients()

    def theirs(p, t):
        return F.gaussian_nll_loss(p[:, 0], t, p[:, 1].exp(), eps=0)

    _same(module(lossary.GaussianNLL()), theirs, given, target[:, 0], out=2)


def test_a_distribution_is_learned_as_with_pytorchs_divergence():
    given, label = _flowers()
    soft = 0.8 * F.one_hot(label, 3).double() + 0.2 / 3
    ours, theirs = module(lossary.KullbackLeibler()), torch.nn.KLDivLoss(reduction="batchmean")
    _same(
        lambda p, t: ours(F.log_softmax(p, -1), t),
        lambda p, t: theirs(F.log_softmax(p, -1), t),
        given,
        soft,
        out=3,
    )


def test_distances_are_learned_as_with_pytorchs_triplets():
    given, label = _flowers()
    ours, theirs = module(lossary.TripletMargin()), torch.nn.TripletMarginLoss(eps=0)

    def triplets(judge):
        return lambda p, t: judge(p[:16], p[16:32], p[32:48])

    # Without a last bias, which no distance feels: Adam would make steps of its roundings.
    _same(triplets(ours), triplets(theirs), given, label, out=3, bias=False)


# What a loss learns beside the network.


def _contaminated(outliers):
    """A line with normal noise of size 0.5, and some targets that are wrong by far."""
    generator = torch.Generator().manual_seed(3)
    given = torch.linspace(-2, 2, 600, dtype=torch.float64)[:, None]
    target = 1.5 * given + 0.5 * torch.randn(600, 1, generator=generator, dtype=torch.float64)
    wrong = torch.rand(600, 1, generator=generator) < outliers
    far = 30 * torch.rand(600, 1, generator=generator, dtype=torch.float64)
    return given, torch.where(wrong, target + far, target)


def _fitted(outliers):
    given, target = _contaminated(outliers)
    line, judge = torch.nn.Linear(1, 1).double(), module(lossary.Barron(), learn=("alpha", "scale"))
    weights = [*line.parameters(), *judge.double().parameters()]
    optimizer = torch.optim.LBFGS(weights, lr=0.5, max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        found = judge(line(given), target)
        found.backward()
        return found

    optimizer.step(closure)
    return line, judge.loss


def test_a_learned_loss_turns_robust_where_there_are_outliers():
    line, loss = _fitted(outliers=0.15)
    given, target = _contaminated(outliers=0.15)
    squares = torch.linalg.lstsq(torch.cat([given, torch.ones_like(given)], 1), target).solution
    assert loss.alpha < 0.7
    # The outliers lift the line of least squares by 0.15 · 15; the robust one hardly.
    assert squares[1].item() > 1.5
    assert abs(line.bias.item()) < 0.1
    assert line.weight.item() == pytest.approx(1.5, abs=0.1)


def test_a_learned_scale_finds_the_noise_where_there_are_none():
    line, loss = _fitted(outliers=0.0)
    assert loss.alpha > 1.9
    # The standard error of a standard deviation from 600 numbers is 0.5 / sqrt(1200) = 0.014.
    assert loss.scale == pytest.approx(0.5, abs=0.06)
    assert line.weight.item() == pytest.approx(1.5, abs=0.07)
