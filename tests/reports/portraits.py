"""Portraits of arms as the lab records them: calibration, residuals, where the gradient goes."""

import numpy as np

from lossary.records import BinRecord, PortraitRecord, PullRecord, ResidualRecord


def _pull(rng, spread):
    slopes = np.sort(np.abs(rng.standard_t(3, 400)) * spread)[::-1]
    shares = np.array([0.01, 0.02, 0.05, *np.linspace(0.1, 1, 10)])
    carried = np.concatenate([[0.0], np.cumsum(slopes) / slopes.sum()])
    return tuple((float(share), float(carried[round(share * len(slopes))])) for share in shares)


def _hardest(answer):
    return tuple(PullRecord(row, str(9 * row), answer, 0.02 / row) for row in range(1, 6))


def _bins(series, at, bias, wide):
    return tuple(
        BinRecord(series, float(x), float(true), float(true - wide), float(true + wide), 120)
        for x, true in zip(at, at + bias * (at - at.mean()), strict=True)
    )  # fmt: skip


def amounts_portrait(rng, spread=1.0):
    """Return the portrait of an arm that predicts amounts."""
    at = np.linspace(80, 240, 9)
    residuals = tuple(
        ResidualRecord(float(x), tuple(float(q) for q in
                       spread * x / 6 * np.array([-1.5, -0.6, 0.02, 0.7, 1.9])), 130)
        for x in at
    )  # fmt: skip
    counts, edges = np.histogram(rng.normal(0, 30 * spread, 1000), bins=25)
    histogram = tuple((float(a), int(n)) for a, n in zip(edges, counts, strict=False))
    return PortraitRecord(
        1000, _bins("", at, 0.12, 9.0), (), residuals, histogram, _pull(rng, spread),
        _hardest("131"),
    )  # fmt: skip


def classes_portrait(rng, spread=1.0):
    """Return the portrait of an arm that predicts probabilities."""
    at = np.linspace(0.08, 0.92, 8)
    return PortraitRecord(
        1000, _bins("yes", at, 0.3 * spread, 0.05), _bins("yes", at, 0.04, 0.05), (), (),
        _pull(rng, spread), _hardest("0.93"),
    )  # fmt: skip
