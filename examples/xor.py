"""Exclusive or: what logistic regression cannot learn, and the second layer that can.

Four points, labelled 1 where exactly one of the two inputs is 1. No straight line parts the ones
from the zeros, so a linear model ends where it answers 1/2 everywhere, at a loss of log 2. The
loss takes logits, the raw outputs: probabilities are made of them only to be read.
"""

from math import log

import torch

import lossary

INPUTS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def linear():
    """Two inputs, one logit: logistic regression."""
    return torch.nn.Linear(2, 1)


def two_layers():
    """A hidden layer bends the line."""
    return torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))


def trained(model, steps=1000, learning_rate=0.5):
    """Train by gradient descent on all four points; tell the loss along the way."""
    loss = lossary.BinaryCrossEntropy()
    descent = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for step in range(steps + 1):
        value = loss(model(INPUTS), LABELS)
        if step % (steps // 4) == 0:
            print(f"  step {step:4d}  loss {value.item():.4f}")
        descent.zero_grad()
        value.backward()
        descent.step()
    return model


def told(model):
    """Print what the model puts out for each point, and the probability of 1 that this means."""
    logits = model(INPUTS).detach().flatten()
    for name, numbers in (("logits", logits), ("probabilities", logits.sigmoid())):
        print(f"  {name:13}", *(f"{number:6.2f}" for number in numbers.tolist()))


def main():
    torch.manual_seed(0)
    print(f"Logistic regression (log 2 = {log(2):.4f}):")
    told(trained(linear()))
    print("\nWith a hidden layer of four:")
    told(trained(two_layers()))


if __name__ == "__main__":
    main()
