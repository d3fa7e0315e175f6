"""A line through points by gradient descent written by hand, and two mistakes that it invites.

The points are y = 3x + noise, the noise uniform on [0, 1). Descent subtracts the slope of the
loss. The first mistake is to compute the slope with its sign turned, (1/m) Xᵀ(y − ŷ), and to
subtract it all the same: that climbs. The second is to forget that the noise has a mean of 1/2:
without an intercept, the slope of the line must make up for it. `loss.gradient` gives the slope
in each prediction; the chain rule through ŷ = Xθ is one product with Xᵀ.
"""

import numpy as np

import lossary

LOSS = lossary.HalfSquaredError()


def data(points=200):
    """Return inputs on [0, 2) and what is measured there."""
    draws = np.random.default_rng(0)
    x = 2 * draws.random(points)
    return x, 3 * x + draws.random(points)


def turned(design, prediction, target):
    """The mistake: the slope with its sign turned."""
    return design.T @ (target - prediction) / len(target)


def slope(design, prediction, target):
    """The chain rule: the mean loss's slope in each prediction, and from there in each weight."""
    return design.T @ LOSS.gradient(prediction, target, reduction="mean")


def descended(design, target, gradient, steps=1000, learning_rate=0.1):
    """Return the weights after every step, the first ones included."""
    path = [np.zeros(design.shape[1])]
    for _ in range(steps):
        weights = path[-1]
        path.append(weights - learning_rate * gradient(design, design @ weights, target))
    return path


def told(name, design, target, path):
    """Print the loss along the way, and where it led."""
    print(name)
    for step in (0, 10, 100, 1000):
        print(f"  step {step:4d}  loss {LOSS(design @ path[step], target):9.4g}")
    print(f"  weights {np.array2string(path[-1], precision=3)}")


def main():
    x, target = data()
    through_zero = x[:, None]
    with_intercept = np.column_stack([x, np.ones_like(x)])
    climbed = descended(with_intercept, target, turned)
    told("The sign turned: every step goes up.", with_intercept, target, climbed)
    steep = descended(through_zero, target, slope)
    told("\nNo intercept: the line is too steep.", through_zero, target, steep)
    mended = descended(with_intercept, target, slope)
    told("\nMended: slope 3, and the noise's mean of 1/2.", with_intercept, target, mended)
    exact = np.linalg.lstsq(with_intercept, target)[0]
    print(f"  weights {np.array2string(exact, precision=3)} by least squares in one step")


if __name__ == "__main__":
    main()
