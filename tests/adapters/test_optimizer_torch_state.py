"""Optimizers in PyTorch step as by themselves, go on from checkpoints, and refuse in words."""

import copy
import io
import pickle

import pytest
import torch
from torch.optim import lr_scheduler as slowing

from lossary import use_kernels
from lossary.adapters.torch import optimizer
from lossary.errors import ArgumentError, DomainError, DtypeError, FormatError
from lossary.optimizers import (
    LBFGS,
    SGD,
    SOAP,
    Adam,
    Adan,
    Momentum,
    Muon,
    NAdam,
    Polyak,
    Prodigy,
    ScheduleFreeAdamW,
)
from lossary.schedules import Cosine
from tests.adapters.torch_walks import CLOSE, OWN, X, Y, close, net, same, trained, walk, weights
from tests.optimizers.settings import firsts

CARRIED = (Adam(), NAdam(), SOAP(interval=2), Muon(), ScheduleFreeAdamW(warm_up=5), Prodigy())
"""A plain rule, numbers that are carried, states within a state, and a rule of all weights."""


# ---- beside the optimizer itself -----------------------------------------------------------------


@pytest.mark.parametrize("rule", [LBFGS(line_search="strong_wolfe"), Polyak(), Adam()], ids=repr)
def test_a_closure_gives_what_the_rule_needs(rule):
    model = net()
    descent = optimizer(rule, model.parameters())

    def closure():
        descent.zero_grad(set_to_none=False)
        loss = ((model(X) - Y) ** 2).mean()
        loss.backward()
        return loss

    losses = [descent.step(closure).item() for _ in range(15)]
    assert losses[-1] < (0.97 if rule == Adam() else 0.5) * losses[0]


def test_a_line_search_steps_from_where_it_began():
    def quadratic(weight):
        return (torch.tensor([1.0, 100.0], dtype=torch.float64) * weight**2).sum() / 2

    start, rule = torch.tensor([3.0, -4.0], dtype=torch.float64), LBFGS(line_search="strong_wolfe")
    weight = torch.nn.Parameter(start.clone())
    descent = optimizer(rule, [weight])
    functional, state = start, rule.init(start)

    def there(place):
        place = place.detach().requires_grad_()
        loss = quadratic(place)
        return loss.detach(), torch.autograd.grad(loss, place)[0]

    def closure():
        descent.zero_grad(set_to_none=False)
        loss = quadratic(weight)
        loss.backward()
        return loss

    for _ in range(6):
        descent.step(closure)
        loss, slope = there(functional)
        change, state = rule.step(slope, state, functional, loss=loss, closure=there)
        functional = functional + change
    assert torch.equal(weight.detach(), functional)


@pytest.mark.parametrize("rule", tuple(firsts().values()), ids=lambda rule: rule.label)
def test_every_optimizer_steps_as_it_does_by_itself(rule):
    if rule.stacked:
        pytest.skip("one network is one trial")
    model = net()
    descent = optimizer(rule, model.parameters())
    places = weights(model)
    state = rule.init(places)

    def loss_at(values):
        named = dict(zip([name for name, _ in model.named_parameters()], values, strict=True))
        return ((torch.func.functional_call(model, named, (X,)) - Y) ** 2).mean()

    def there(values):
        values = [each.detach().requires_grad_() for each in values]
        loss = loss_at(values)
        return loss.detach(), list(torch.autograd.grad(loss, values))

    def closure():
        descent.zero_grad(set_to_none=False)
        loss = loss_at(list(model.parameters()))
        loss.backward()
        return loss

    for _ in range(4):
        descent.step(closure)
        loss, slope = there(places)
        change, state = rule.step(slope, state, places, loss=loss, closure=there)
        places = [place + each for place, each in zip(places, change, strict=True)]
        for ours, place in zip(model.parameters(), places, strict=True):
            assert torch.allclose(ours, place, rtol=CLOSE, atol=CLOSE)
    with descent.evaluating():
        for ours, place in zip(
            model.parameters(), rule.evaluation_weights(state, places), strict=True
        ):
            assert torch.allclose(ours, place, rtol=CLOSE, atol=CLOSE)


def test_what_a_rule_needs_is_told():
    descent = optimizer(Polyak(), net().parameters())
    with pytest.raises(ArgumentError, match="Polyak needs the loss"):
        descent.step()


# ---- checkpoints ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", CARRIED, ids=lambda rule: rule.label)
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=["double", "half"])
def test_saved_and_loaded_goes_on_bit_for_bit(rule, dtype):
    _, straight = trained(rule, dtype, 12)
    model = net(dtype)
    descent = optimizer(rule, model.parameters())
    walk(model, descent, 7)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "descent": descent.state_dict()}, file)
    file.seek(0)
    found = torch.load(file, weights_only=True)
    again = net(dtype)
    again.load_state_dict(found["model"])
    resumed = optimizer(rule, again.parameters())
    resumed.load_state_dict(found["descent"])
    walk(again, resumed, 5)
    assert same(weights(straight), weights(again))


def test_copied_and_pickled_goes_on_bit_for_bit():
    model = net()
    descent = optimizer(Adam(learning_rate=Cosine(peak=0.1, steps=30)), model.parameters())
    walk(model, descent, 5)
    other, copied = copy.deepcopy((model, descent))
    third, unpickled = pickle.loads(pickle.dumps((model, descent)))
    for each, steps in ((model, descent), (other, copied), (third, unpickled)):
        walk(each, steps, 5)
    assert same(weights(model), weights(other))
    assert same(weights(model), weights(third))


def test_a_checkpoint_of_another_rule_is_refused():
    model = net()
    descent = optimizer(Momentum(), model.parameters())
    walk(model, descent, 1)
    with pytest.raises(FormatError, match="another rule"):
        optimizer(Adam(), net().parameters()).load_state_dict(descent.state_dict())


@pytest.mark.parametrize("rule", [ScheduleFreeAdamW(), Adan(), Prodigy(), LBFGS()], ids=repr)
def test_what_is_remembered_is_in_memory_of_its_own(rule):
    weight = torch.nn.Parameter(torch.ones(3))
    descent = optimizer(rule, [weight])
    weight.grad = torch.full((3,), 0.5)
    with use_kernels(False):
        descent.step()
    before = [each.clone() for each in _tensors(descent.state[weight])]
    weight.data.add_(1)
    weight.grad.zero_()
    assert same(before, _tensors(descent.state[weight]))


def _tensors(memory):
    values = [_tensors(each) if isinstance(each, dict) else [each] for each in memory.values()]
    return [each for some in values for each in some if isinstance(each, torch.Tensor)]


# ---- averages, and PyTorch's own habits ----------------------------------------------------------


def test_evaluating_swaps_the_averages_in_and_the_weights_back():
    rule, model = ScheduleFreeAdamW(learning_rate=0.05), net()
    descent = optimizer(rule, model.parameters())
    walk(model, descent, 20)
    before = weights(model)
    state = {"base": [descent.state[each]["base"] for each in model.parameters()], "mean": before}
    state |= {"step": 20, "square": before, "weight_sum": 1.0, "fastest": 1.0}
    wanted = rule.evaluation_weights(state, before)
    with descent.evaluating():
        assert same(weights(model), wanted)
        assert not same(before, weights(model))
        with pytest.raises(ArgumentError, match="evaluating"):
            descent.step()
    assert same(before, weights(model))


def test_groups_may_be_added_and_hooks_are_called():
    model, called = net(), []
    descent = optimizer(Adam(), model[0].parameters())
    descent.register_step_post_hook(lambda *_: called.append(1))
    walk(model, descent, 2)
    descent.add_param_group({"params": model[2].parameters(), "lr": 0.5})
    before = weights(model)
    walk(model, descent, 1)
    steps = [descent.state[each]["step"] for each in model.parameters()]
    assert steps == [3, 3, 1, 1]
    assert (model[2].bias - before[3]).abs().item() == pytest.approx(0.5)
    assert len(called) == 3
    assert repr(descent).startswith("TorchOptimizer(Adam(learning_rate=0.001")


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda p: optimizer(SGD(), [{"params": p, "lr": -1.0}]), DomainError, "learning_rate=-1"),
        (lambda p: optimizer(SGD(), p, maximize=True), ArgumentError, "negative of the loss"),
        (lambda p: optimizer(SGD(), p, lr=0.1), ArgumentError, r"SGD\(learning_rate=\.\.\.\)"),
        (lambda p: optimizer(Adam, p), ArgumentError, "call a class"),
        (
            lambda p: optimizer(Adam(), [{"params": p, "weight_decay": 0.1}]),
            ArgumentError,
            "Adam has no weight_decay",
        ),
        (
            lambda p: optimizer(SGD(), [torch.zeros(2, dtype=torch.complex64)]),
            DtypeError,
            "complex",
        ),
        (
            lambda p: optimizer(
                Prodigy(), [{"params": [next(p)], "lr": 0.5}, {"params": p}]
            ).step(),
            ArgumentError,
            "moves all tensors together",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(make, error, told):
    with pytest.raises(error, match=told):
        make(net().parameters())


def test_sparse_gradients_are_refused():
    table = torch.nn.Embedding(5, 2, sparse=True)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(DtypeError, match=r"sparse.*\n.*sparse=False"):
        optimizer(SGD(), table.parameters()).step()


def test_accelerate_trains_by_it():
    from accelerate import Accelerator

    found = []
    for make in (lambda p: optimizer(Adam(learning_rate=0.02), p), lambda p: OWN.Adam(p, 0.02)):
        accelerator = Accelerator(cpu=True)
        model = net()
        model, descent = accelerator.prepare(model, make(model.parameters()))
        slower = accelerator.prepare(slowing.StepLR(descent, 3))
        losses = []
        for _ in range(8):
            loss = ((model(X) - Y) ** 2).mean()
            accelerator.backward(loss)
            accelerator.clip_grad_norm_(model.parameters(), 1.0)
            descent.step()
            slower.step()
            descent.zero_grad()
            losses.append(loss.item())
        found.append(torch.tensor(losses, dtype=torch.float64))
    close(*found)
