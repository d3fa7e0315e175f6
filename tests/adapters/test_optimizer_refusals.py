"""What looks like training in PyTorch, and is not: trials unasked, other rules, two schedules."""

import warnings

import pytest
import torch
from torch.optim import lr_scheduler as slowing

from lossary.adapters.torch import optimizer
from lossary.errors import ArgumentError, FormatError, ShapeError, SuspicionWarning
from lossary.optimizers import (
    LBFGS,
    SGD,
    Adam,
    AdamW,
    ClipByGlobalNorm,
    ExponentialMovingAverage,
    Momentum,
    Polyak,
    SophiaG,
)
from lossary.schedules import Cosine
from tests.adapters.torch_walks import OWN, X, Y, net, same, walk, weights

SLOWER = Cosine(peak=0.02, steps=20)


# ---- trials --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [SGD(learning_rate=[0.1, 10.0]), ClipByGlobalNorm(of=SGD(), limit=[1.0, 2.0])],
    ids=lambda rule: rule.label,
)
def test_numbers_for_several_trials_move_no_rows_unasked(rule):
    with pytest.raises(ArgumentError, match=r"numbers for 2 trials(.|\n)*trials=True"):
        optimizer(rule, torch.nn.Linear(4, 2).parameters())


def test_a_group_has_no_trials_that_the_rule_has_not():
    params = list(torch.nn.Linear(4, 2).parameters())
    with pytest.raises(ArgumentError, match="a group has numbers for 2 trials, but SGD for 1"):
        optimizer(SGD(), [{"params": params, "lr": [0.1, 10.0]}])
    with pytest.raises(ArgumentError, match=r"SGD has numbers for one"):
        optimizer(SGD(), params, trials=True)


def test_trials_that_are_asked_for_move_each_at_its_own_rate():
    weight = torch.nn.Parameter(torch.zeros(2, 3))
    descent = optimizer(SGD(learning_rate=[0.1, 10.0]), [weight], trials=True)
    weight.grad = torch.ones(2, 3)
    descent.step()
    assert torch.equal(weight.detach(), torch.tensor([[-0.1], [-10.0]]).expand(2, 3))
    with pytest.raises(ShapeError, match=r"2 trials, but a parameter has the shape \(3, 2\)"):
        descent.add_param_group({"params": [torch.zeros(3, 2)]})
    assert len(descent.param_groups) == len(descent.state_dict()["schedules"]) == 1


# ---- checkpoints ---------------------------------------------------------------------------------


def _saved(rule, steps=3, own=None):
    model = net()
    descent = own(model.parameters()) if own else optimizer(rule, model.parameters())
    walk(model, descent, steps)
    return descent.state_dict()


@pytest.mark.parametrize(
    ("saved", "here", "told"),
    [
        (AdamW(learning_rate=SLOWER), AdamW(learning_rate=0.5), r"lr is Cosine\(.*, but here the"),
        (AdamW(learning_rate=0.5), AdamW(learning_rate=SLOWER), r"lr is the number 0\.5, but here"),
        (
            AdamW(learning_rate=SLOWER),
            AdamW(learning_rate=Cosine(peak=0.02, steps=40)),
            r"steps=20.* but here Cosine\(.*steps=40",
        ),
        (Adam(), AdamW(), "another rule, Adam, but this is AdamW"),
        (
            ClipByGlobalNorm(of=Adam()),
            ExponentialMovingAverage(of=Adam()),
            "rule, ClipByGlobalNorm of Adam, but this is ExponentialMovingAverage of Adam",
        ),
    ],
    ids=["number", "schedule", "schedules", "rule", "wrapper"],
)
def test_a_checkpoint_of_other_numbers_or_another_rule_is_refused(saved, here, told):
    descent = optimizer(here, net().parameters())
    before = str(descent.state_dict())
    with pytest.raises(FormatError, match=told):
        descent.load_state_dict(_saved(saved))
    assert str(descent.state_dict()) == before


def test_what_is_remembered_may_be_taken_over_alone():
    saved, model = _saved(AdamW(learning_rate=SLOWER)), net()
    descent = optimizer(AdamW(learning_rate=0.5), model.parameters())
    descent.load_state_dict(descent.state_dict() | {"state": saved["state"]})
    assert descent.param_groups[0]["lr"] == 0.5
    weight = model[0].weight
    assert torch.equal(descent.state[weight]["mean"], saved["state"][0]["mean"])
    assert descent.state[weight]["step"] == 3


@pytest.mark.parametrize("own", [OWN.AdamW, OWN.SGD])
def test_a_checkpoint_of_torch_is_told_as_such(own):
    saved = _saved(None, own=lambda params: own(params, lr=0.1))
    with pytest.raises(FormatError, match=r"this is a checkpoint of torch\.optim"):
        optimizer(AdamW(), net().parameters()).load_state_dict(saved)


@pytest.mark.parametrize("strange", [net().state_dict(), {}, (1, 2), None])
def test_what_is_no_checkpoint_is_told_as_such(strange):
    with pytest.raises(FormatError, match=r"expected what optimizer\.state_dict\(\) returned"):
        optimizer(AdamW(), net().parameters()).load_state_dict(strange)


# ---- schedules, names, closures, curvatures ------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "schedule", "told"),
    [
        (
            SGD(learning_rate=Cosine(peak=0.1, steps=30)),
            lambda d: slowing.LambdaLR(d, lambda step: 1.0),
            r"sets the group's lr, which\s+follows Cosine",
        ),
        (
            Momentum(momentum=Cosine(peak=0.9, steps=30)),
            lambda d: slowing.OneCycleLR(d, 0.1, total_steps=30),
            "sets the group's momentum",
        ),
    ],
    ids=["lr", "momentum"],
)
def test_a_scheduler_beside_a_schedule_is_refused_at_the_first_step(rule, schedule, told):
    model = net()
    descent = optimizer(rule, model.parameters())
    schedule(descent)
    before = weights(model)
    with pytest.raises(ArgumentError, match=told):
        walk(model, descent, 1)
    assert same(before, weights(model))


def test_a_group_that_sets_a_number_follows_no_schedule_of_the_rule():
    rule = Adam(beta1=Cosine(peak=0.9, steps=9), epsilon=Cosine(peak=0.1, steps=9))
    groups = [{"params": net().parameters(), "betas": (0.5, 0.6), "eps": 1e-4}]
    descent = optimizer(rule, groups)
    descent.step()
    group = descent.param_groups[0]
    assert (group["betas"], group["epsilon"]) == ((0.5, 0.6), 1e-4)
    assert "eps" not in group


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"lr": 0.1}, r"Adam\(learning_rate=\.\.\.\)"),
        ({"betas": (0.9, 0.99)}, r"Adam\(beta1=\.\.\., beta2=\.\.\.\)"),
        ({"eps": 1e-3}, r"Adam\(epsilon=\.\.\.\)"),
    ],
    ids=str,
)
def test_numbers_of_the_rule_are_told_by_its_own_names(given, told):
    with pytest.raises(ArgumentError, match=told):
        optimizer(ClipByGlobalNorm(of=Adam()), net().parameters(), **given)


@pytest.mark.parametrize("rule", [Polyak(), LBFGS(line_search="strong_wolfe")], ids=repr)
@pytest.mark.parametrize(
    ("after", "told"),
    [
        (lambda loss: loss.backward(), "the closure must return the loss, a tensor, but .* None"),
        (lambda loss: loss.backward() or loss.item(), r"must return the loss, .* returned \d\."),
        (lambda loss: loss, r"the closure made no gradient(.|\n)*loss\.backward\(\)"),
    ],
    ids=["nothing", "float", "no gradient"],
)
def test_a_closure_gives_the_loss_and_makes_gradients(rule, after, told):
    model = net()
    descent = optimizer(rule, model.parameters())
    with pytest.raises(ArgumentError, match=told):
        descent.step(lambda: after(((model(X) - Y) ** 2).mean()))


def test_a_rule_that_divides_by_a_curvature_asks_for_it_once():
    model = net()
    descent = optimizer(SophiaG(), model.parameters())
    with pytest.warns(SuspicionWarning, match="no curvature was given") as found:
        walk(model, descent, 30)
    assert [each.filename for each in found] == [walk.__code__.co_filename]


def test_a_curvature_now_and_then_is_enough():
    model = net()
    descent = optimizer(ClipByGlobalNorm(of=SophiaG()), model.parameters())
    with warnings.catch_warnings(action="error"):
        walk(model, descent, 9)
        descent.step(curvature=[torch.ones_like(each) for each in model.parameters()])
        walk(model, descent, 15)
