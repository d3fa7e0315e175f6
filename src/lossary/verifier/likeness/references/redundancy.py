"""Barlow Twins: two views should agree feature by feature, and features should not repeat."""

import numpy as np

from lossary.verifier.likeness.family import Parameter, family

TWINS = family(
    "BarlowTwins",
    names=("barlow twins", "barlow", "barlowtwins"),
    source="Zbontar et al. 2021, Barlow Twins, equations 1 and 2",
    domains=("real real",),
    weight=Parameter(
        ("lambd", "lambda_", "lam", "lambda_param", "lmbda", "off_diag_weight"), (5e-3, 5.1e-3)
    ),
)


def scaled(z, unbiased):
    return (z - z.mean(0)) / z.std(0, ddof=int(unbiased))


def correlation(a, b, unbiased, rows):
    """Return the correlations of features; `rows` is what the products are divided by."""
    return scaled(a, unbiased).T @ scaled(b, unbiased) / rows(len(a))


def twins(unbiased, rows):
    def value(a, b, weight):
        found = correlation(a, b, unbiased, rows)
        own = np.diagonal(found)
        return ((own - 1) ** 2).sum() + weight * ((found**2).sum() - (own**2).sum())

    return value


TWINS.convention("BarlowTwins")(twins(False, lambda n: n))
TWINS.convention("BarlowTwins, unbiased")(twins(True, lambda n: n - 1))
TWINS.convention(
    "BarlowTwins, scaled by N - 1 and divided by N",
    doubt="identical views correlate by 1 - 1/N, so that the loss cannot reach 0 in small batches",
)(twins(True, lambda n: n))
TWINS.mistake("it scales by N and divides by N - 1", "divide by N")(twins(False, lambda n: n - 1))
TWINS.mistake("the diagonal is pulled to 0, not to 1", "subtract 1 from the diagonal")(
    lambda a, b, weight: _without_one(a, b, weight)
)


def _without_one(a, b, weight):
    found = correlation(a, b, False, lambda n: n)
    own = np.diagonal(found)
    return (own**2).sum() + weight * ((found**2).sum() - (own**2).sum())
