"""Small maths that must not overflow or divide by zero, and where 0 · inf is 0, on any `xp`."""

import math
from typing import Any

Array = Any


def weighted(xp: Any, share: Array, value: Array) -> Array:
    """Return share · value, and zero wherever the share is zero: 0 · inf is no contribution."""
    return share * xp.where(share == 0, xp.zeros_like(value), value)


def xexp(xp: Any, share: Array, exponent: Array) -> Array:
    """Return share · exp(exponent), zero where the share is zero, in value and slope."""
    return share * xp.exp(xp.where(share == 0, xp.zeros_like(exponent), exponent))


def xlogy(xp: Any, share: Array, value: Array) -> Array:
    """Return share · log(value), zero where the share is zero, in value and slope."""
    return share * xp.log(xp.where(share == 0, xp.ones_like(value), value))


def xlog1py(xp: Any, share: Array, value: Array) -> Array:
    """Return share · log(1 + value), zero where the share is zero, in value and slope."""
    return share * xp.log1p(xp.where(share == 0, xp.zeros_like(value), value))


def root(xp: Any, square: Array) -> Array:
    """Return the square root; at zero its slope is zero, where the plain one has none."""
    at_zero = square == 0
    return xp.where(at_zero, xp.zeros_like(square), xp.sqrt(xp.where(at_zero, 1.0, square)))


def ratio(xp: Any, numerator: Array, denominator: Array, empty: float) -> Array:
    """Divide; where the denominator is zero the answer is `empty` and both slopes are zero."""
    nothing = denominator == 0
    safe = xp.where(nothing, xp.ones_like(denominator), denominator)
    return xp.where(nothing, empty, numerator / safe)


def power(xp: Any, base: Array, exponent: Any) -> Array:
    """Return base ** exponent for a base of zero or more and an exponent above zero."""
    at_zero = base == 0
    return xp.where(at_zero, xp.zeros_like(base), xp.where(at_zero, 1.0, base) ** exponent)


def expectation(xp: Any, values: Array, target: Array) -> Array:
    """Average `values` over their last axis under `target`: a label, or a distribution.

    Shapes: values (... k), target (...) or (... k) -> (...).
    """
    if target.ndim < values.ndim:
        return xp.pick(values, target)
    return xp.sum(weighted(xp, target, values), axis=-1)


def membership(xp: Any, target: Array, like: Array) -> Array:
    """Say how much each entry belongs to each of the k classes of `like`: labels become 0 and 1.

    Shapes: target (...) or (... k), like (... k) -> (... k).
    """
    if target.ndim == like.ndim:
        return target
    return xp.one_hot(target, like)


def signed(xp: Any, target: Array) -> Array:
    """Read a label as a side: 1 is for, and 0 and -1 alike are against."""
    return xp.where(target == 0, -1.0, target)


def gathered(xp: Any, factor: Any, steps: Any) -> Any:
    """Return 1 - factor ** steps: what a running mean that forgets by `factor` has gathered.

    Exact for a factor near one, where the difference of two numbers near one would not be. All are
    Python numbers, arrays or symbols.
    """
    if isinstance(factor, float) and factor == 0:
        return 1.0
    rate = steps * logarithm(xp, factor)
    return -math.expm1(rate) if isinstance(rate, float) else -xp.expm1(rate)


def logarithm(xp: Any, number: Any) -> Any:
    """Return the logarithm of a Python number above zero, an array or a symbol."""
    return math.log(number) if isinstance(number, float) else xp.log(number)


def chosen(xp: Any, condition: Any, yes: Any, no: Any) -> Any:
    """Choose between numbers by a condition that is a Python truth, an array or a symbol."""
    return (
        (yes if condition else no) if isinstance(condition, bool) else xp.where(condition, yes, no)
    )
