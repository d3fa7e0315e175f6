"""Optimizers in PyTorch take the losses of torch.optim, under schedulers and in groups too."""

import pytest
import torch
from torch.optim import lr_scheduler as slowing

from lossary import use_kernels
from lossary.adapters.torch import optimizer
from lossary.errors import ArgumentError
from lossary.optimizers import (
    SGD,
    AdaDelta,
    Adafactor,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RMSProp,
    Rprop,
)
from lossary.schedules import Cosine
from tests.adapters.torch_walks import CLOSE, OWN, X, Y, close, net, same, trained, walk, weights

SINGLE = 1e-8
"""PyTorch's NAdam keeps the product of its momenta in single precision."""
PAIRS = {
    "SGD": (SGD(learning_rate=0.1), lambda p: OWN.SGD(p, 0.1)),
    "Momentum": (Momentum(learning_rate=0.05), lambda p: OWN.SGD(p, 0.05, momentum=0.9)),
    "Nesterov": (
        Nesterov(learning_rate=0.05), lambda p: OWN.SGD(p, 0.05, momentum=0.9, nesterov=True)
    ),
    "AdaGrad": (AdaGrad(learning_rate=0.05), lambda p: OWN.Adagrad(p, 0.05)),
    "AdaDelta": (AdaDelta(decay=0.9), lambda p: OWN.Adadelta(p)),
    "RMSProp": (
        RMSProp(learning_rate=0.01, decay=0.99, momentum=0.5, centred=True),
        lambda p: OWN.RMSprop(p, 0.01, momentum=0.5, centered=True),
    ),
    "Adam": (Adam(learning_rate=0.01, epsilon=1e-3), lambda p: OWN.Adam(p, 0.01, eps=1e-3)),
    "AMSGrad": (AMSGrad(learning_rate=0.01), lambda p: OWN.Adam(p, 0.01, amsgrad=True)),
    "AdamW": (
        AdamW(learning_rate=0.01, weight_decay=0.1), lambda p: OWN.AdamW(p, 0.01, weight_decay=0.1)
    ),
    "AdaMax": (AdaMax(learning_rate=0.01), lambda p: OWN.Adamax(p, 0.01)),
    "NAdam": (NAdam(learning_rate=0.01), lambda p: OWN.NAdam(p, 0.01)),
    "RAdam": (RAdam(learning_rate=0.01), lambda p: OWN.RAdam(p, 0.01)),
    "Rprop": (Rprop(), lambda p: OWN.Rprop(p)),
    "Adafactor": (Adafactor(), lambda p: OWN.Adafactor(p)),
}  # fmt: skip


@pytest.mark.parametrize("kernels", [True, False], ids=["fused", "formula"])
@pytest.mark.parametrize("name", PAIRS)
def test_its_losses_are_those_of_torch(name, kernels):
    ours, theirs = PAIRS[name]
    with use_kernels(kernels):
        close(trained(ours)[0], trained(theirs)[0], SINGLE if name == "NAdam" else CLOSE)


@pytest.mark.parametrize("name", ["Momentum", "AdamW"])
@pytest.mark.parametrize(
    "schedule",
    [
        lambda d: slowing.StepLR(d, 10, 0.5),
        lambda d: slowing.OneCycleLR(d, 0.1, total_steps=40),
        lambda d: slowing.CosineAnnealingWarmRestarts(d, 20),
    ],
    ids=["steps", "one-cycle", "cosine"],
)
def test_its_losses_are_those_of_torch_under_a_scheduler(name, schedule):
    ours, theirs = PAIRS[name]
    close(trained(ours, schedule=schedule)[0], trained(theirs, schedule=schedule)[0])


def test_groups_have_numbers_of_their_own():
    def groups(model):
        return [
            {"params": model[0].parameters(), "lr": 0.03, "weight_decay": 0.0, "name": "first"},
            {"params": model[2].parameters(), "betas": (0.8, 0.99)},
        ]

    def ours(model):
        first, second = groups(model)
        first["learning_rate"] = first.pop("lr")
        second["beta1"], second["beta2"] = second.pop("betas")
        return optimizer(PAIRS["AdamW"][0], [first, second])

    found = []
    for make in (ours, lambda model: OWN.AdamW(groups(model), 0.01, weight_decay=0.1)):
        model = net()
        found.append(walk(model, make(model)))
    close(*found)


def test_its_losses_are_those_of_torch_with_clipped_and_accumulated_gradients():
    found = []
    for make in (lambda p: optimizer(Adam(), p), OWN.Adam):
        model = net()
        descent = make(model.parameters())

        def more(model=model):
            ((model(X[:5]) - Y[:5]) ** 2).mean().backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 0.3)

        found.append(walk(model, descent, before=more))
    close(*found)


@pytest.mark.parametrize("kernels", [True, False], ids=["fused", "formula"])
def test_weights_in_half_precision_remember_in_single(kernels):
    with use_kernels(kernels):
        model = net(torch.bfloat16)
        descent = optimizer(Adam(learning_rate=0.02), model.parameters())
        walk(model, descent, 1)
        weight = model[0].weight
        memory = descent.state[weight]
        assert memory["mean"].dtype == memory["square"].dtype == torch.float32
        assert weight.dtype == torch.bfloat16
        before, mean = weight.detach().float(), memory["mean"].clone()
        walk(model, descent, 1)
        mean = 0.9 * mean + 0.1 * weight.grad.float()
        size = (memory["square"] / (1 - 0.999**2)).sqrt() + 1e-8
        moved = before - 0.02 * mean / (1 - 0.9**2) / size
        assert torch.equal(memory["mean"], mean) or torch.allclose(memory["mean"], mean, rtol=1e-6)
        assert ((weight.float() - moved).abs() <= moved.abs() * 2**-8).all()  # rounded once


def test_tensors_count_their_steps_from_their_first_gradient():
    found = []
    for make in (lambda p: optimizer(Adam(learning_rate=0.01), p), lambda p: OWN.Adam(p, 0.01)):
        model = net()
        descent = make(model.parameters())
        model[0].requires_grad_(False)
        first = walk(model, descent, 20)
        model[0].requires_grad_(True)
        found.append(torch.cat([first, walk(model, descent, 20)]))
    close(*found)


def test_a_scaler_leaves_out_steps_with_infinite_gradients():
    model = net(torch.float32)
    descent = optimizer(Adam(), model.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    for wild in (False, True, False):
        descent.zero_grad()
        before = weights(model)
        loss = ((model(X.float()) - Y.float()) ** 2).mean()
        scaler.scale(loss).backward()
        if wild:
            model[0].bias.grad[0] = torch.inf
        scaler.unscale_(descent)
        scaler.step(descent)
        scaler.update()
        assert same(before, weights(model)) == wild
    assert descent.state[model[0].weight]["step"] == 2


def test_a_schedule_of_the_rule_is_followed_and_shown():
    model, schedule = net(), Cosine(peak=0.1, steps=30)
    descent = optimizer(Momentum(learning_rate=schedule), model.parameters())
    shown = []
    ours = walk(model, descent, 30, lambda: shown.append(descent.param_groups[0]["lr"]))
    assert shown == [schedule(step) for step in range(1, 31)]
    other = net()
    theirs = OWN.SGD(other.parameters(), 1.0, momentum=0.9)
    following = slowing.LambdaLR(theirs, schedule)
    close(ours, walk(other, theirs, 30, following.step))


def test_two_schedules_are_refused():
    descent = optimizer(SGD(learning_rate=Cosine(peak=0.1, steps=30)), net().parameters())
    descent.param_groups[0]["lr"] = 0.5
    with pytest.raises(ArgumentError, match=r"lr is 0\.5, but its own schedule says 0\.1"):
        descent.step()
