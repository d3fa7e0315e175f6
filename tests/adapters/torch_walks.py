"""A small network that is trained by optimizers of ours and of PyTorch, loss by loss."""

import torch

from lossary.adapters.torch import optimizer

OWN = torch.optim
CLOSE = 1e-12
"""Forty steps in double precision, in which a root or a product may be rounded otherwise."""
X = torch.randn(24, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
Y = torch.sin(X.sum(1, keepdim=True))


def net(dtype=torch.float64):
    torch.manual_seed(0)
    layers = torch.nn.Linear(3, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1)
    return torch.nn.Sequential(*layers).to(dtype)


def walk(model, descent, steps=40, after=lambda: None, before=lambda: None):
    """Train, and return the losses in double precision."""
    found, dtype = [], model[0].weight.dtype
    for _ in range(steps):
        descent.zero_grad()
        loss = ((model(X.to(dtype)) - Y.to(dtype)) ** 2).mean()
        loss.backward()
        before()
        descent.step()
        after()
        found.append(loss.item())
    return torch.tensor(found, dtype=torch.float64)


def trained(made, dtype=torch.float64, steps=40, **after):
    """Return losses and model, of ours or of PyTorch's."""
    model = net(dtype)
    make = made if callable(made) else lambda params: optimizer(made, params)
    descent = make(model.parameters())
    later = [each(descent) for each in after.values()]
    return walk(model, descent, steps, lambda: [each.step() for each in later]), model


def close(one, other, bound=CLOSE):
    assert ((one - other).abs() / other.abs()).max() < bound
    assert one[-1] < 0.97 * one[0]


def weights(model):
    return [each.detach().clone() for each in model.parameters()]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
