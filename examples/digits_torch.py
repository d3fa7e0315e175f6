"""Handwritten digits in PyTorch: a softmax before a loss that applies the softmax itself.

A network of 784 → 10 → 10. Cross-entropy takes raw scores. Fed with probabilities it takes them
for scores, and even a perfect answer, one 1 among nine 0, looks undecided: the loss cannot fall
below log(1 + 9/e) = 1.46, and the slope that is left is weak. Nothing warns, and the network
still learns a little. `check` finds it on the first batch. The digits are real: scikit-learn's,
enlarged to 28×28.
"""

from math import e, log

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lossary

LOSS = lossary.CrossEntropy()


def digits():
    """Return images of 784 numbers in [0, 1] and their labels."""
    images, labels = load_digits(return_X_y=True)
    place = torch.arange(28) * 8 // 28
    small = torch.tensor(images, dtype=torch.float32).reshape(-1, 8, 8) / 16
    large = small[:, place][:, :, place].reshape(-1, 784)
    return train_test_split(
        large, torch.tensor(labels), test_size=0.25, stratify=labels, random_state=0
    )


def network(*last):
    """Make the network, each time with the same first weights."""
    torch.manual_seed(0)
    first, second = torch.nn.Linear(784, 10), torch.nn.Linear(10, 10)
    return torch.nn.Sequential(first, torch.nn.ReLU(), second, *last)


def trained(model, data, steps=100):
    """Take steps on the whole training set; tell the loss, and the accuracy on the rest."""
    train, test, labels, test_labels = data
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(steps + 1):
        value = LOSS(model(train), labels)
        if step % (steps // 4) == 0:
            right = (model(test).argmax(1) == test_labels).float().mean()
            print(f"  step {step:4d}  loss {value.item():.3f}  accuracy {right.item():.2f}")
        adam.zero_grad()
        value.backward()
        adam.step()
    return model


def main():
    data = train, _, labels, _ = digits()
    print(f"Softmax twice (a perfect answer costs {log(1 + 9 / e):.3f}):")
    twice = trained(network(torch.nn.Softmax(dim=1)), data)
    print("\nMended: raw scores.")
    once = trained(network(), data)
    print("\nWhat check says of the first:")
    try:
        LOSS.check(twice(train), labels)
    except lossary.errors.DomainError as error:
        print(error)
    LOSS.check(once(train), labels)
    print("Of the second it says nothing.")


if __name__ == "__main__":
    main()
