"""Curvature rules: what to divide a step by where the second derivative will not do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Curvature:
    """Which number stands for the second derivative, and why.

    The law: positive, and never below the second derivative, so that no step overshoots. Where
    `below` is set, the rule may fall below, for the reason given. Where `stand_in` is set, the
    second derivative is zero almost everywhere: the curvature only sets the size of a step, and a
    booster should fit its leaves again afterwards.
    """

    rule: str
    reason: str = ""
    below: bool = False
    stand_in: bool = False


exact = Curvature("exact")
"""The second derivative itself: it is positive everywhere."""


def secant(reason: str) -> Curvature:
    """ρ′(e)/e of the error e: the parabola that touches the loss on both sides of its minimum."""
    return Curvature("secant", reason)


def fisher(reason: str) -> Curvature:
    """The second derivative expected under the model, given by the loss's method `fisher`."""
    return Curvature("fisher", reason, below=True)


def bound(reason: str, *, stand_in: bool = False) -> Curvature:
    """An upper bound of the second derivative, given by the loss's method `bound`."""
    return Curvature("bound", reason, stand_in=stand_in)


def none(reason: str) -> Curvature:
    """There is no curvature of any use."""
    return Curvature("none", reason)
