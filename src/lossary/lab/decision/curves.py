"""Curves of survival: as an arm gives them, or made of its risks where it gives none.

A risk becomes a curve by Cox's model of this one number, fitted on the inner hold-out; its baseline
is such that the mean curve is Kaplan and Meier's of the training rows, which are more.
"""

from dataclasses import dataclass

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.layer import Layer, Numbers
from lossary.lab.metrics.survival import Curves, Steps

_STEPS, _HALVINGS, _FEW, _LEAST = 20, 50, 200, 1e-12


@dataclass(frozen=True, eq=False)
class Survival(Layer):
    """The chance of no event yet at `times`; `known` is the share of training rows without one."""

    times: np.ndarray
    known: Steps
    followed: Steps
    words: str = "where an arm gives risks alone, they become curves on the inner hold-out"

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        if answer.survival is not None or answer.score is None:
            return {}
        each = np.ones(len(target)) if weight is None else weight
        centre = float(np.average(answer.score, weights=each))
        spread = float(np.sqrt(np.average(np.square(answer.score - centre), weights=each)))
        spread = max(spread, _LEAST)
        power = cox_slope((answer.score - centre) / spread, target, each) / spread
        hazard = _baseline(power * (answer.score - centre), each, self.known.at(self.times))
        return {"slope": power, "centre": centre, "hazard": hazard.tolist()}

    def asked(self, answer: Answer, numbers: Numbers) -> Curves | None:
        if answer.survival is not None:
            return Curves(self.times, answer.survival(self.times), self.followed)
        if answer.score is None:
            return None
        if not numbers:
            same = np.broadcast_to(self.known.at(self.times), (len(answer.score), len(self.times)))
            return Curves(self.times, same, self.followed)
        raised = np.exp(np.clip(numbers["slope"] * (answer.score - numbers["centre"]), -50, 50))
        return Curves(self.times, np.exp(-raised[:, None] * numbers["hazard"]), self.followed)


def cox_slope(risk: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    """Return the slope of Cox's model of one standardised number, by Newton's steps.

    A ridge as of one row keeps the slope in hand where the order is perfect. Equal times are
    treated as Breslow does.
    """
    order = np.argsort(-np.abs(target), kind="stable")
    risk, weight, event = risk[order], weight[order], target[order] > 0
    time = np.abs(target)[order]
    last = np.searchsorted(-time, -time, side="right") - 1  # of those still there at each time
    slope = 0.0
    for _ in range(_STEPS):
        raised = weight * np.exp(np.clip(slope * risk, -50, 50))
        total, first, second = (np.cumsum(raised * risk**power)[last] for power in range(3))
        mean = first / total
        pull = (weight * event) @ (risk - mean) - slope
        bend = (weight * event) @ (second / total - mean**2) + 1
        step = float(np.clip(pull / bend, -1, 1))
        slope += step
        if abs(step) < 1e-9:
            break
    return slope


def _baseline(logs: np.ndarray, weight: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return at each time the hazard for which the mean curve is the known one, by halving."""
    raised = np.exp(np.clip(_few(logs, weight), -50, 50))[:, None]
    wanted = np.clip(known, _LEAST, 1 - _LEAST)
    low, high = np.full(len(known), -60.0), np.full(len(known), 60.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = np.exp(-raised * np.exp(middle)).mean(axis=0) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.exp((low + high) / 2)


def _few(logs: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return some of the values, each standing for as much of the weight."""
    order = np.argsort(logs, kind="stable")
    order = order[weight[order] > 0]
    reached = np.cumsum(weight[order]) / weight.sum()
    wanted = (np.arange(_FEW) + 0.5) / _FEW
    return logs[order[np.minimum(np.searchsorted(reached, wanted), len(order) - 1)]]
