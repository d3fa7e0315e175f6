"""Small maths that Triton's core lacks, or has with too few digits; every branch is a select.

Errors are relative, in units of the last place (2 ** -23 in single precision), measured where
`tl.exp` and `tl.log` are right to half a unit; a GPU's own may add two to each. In double precision
the core's words are used as they are.
"""

import triton
from triton import language as tl


@triton.jit
def maximum(x, y):
    return tl.where((x < y) | (y != y), y, x)  # a tie goes to the first; NaN stays NaN


@triton.jit
def minimum(x, y):
    return tl.where((x > y) | (y != y), y, x)


@triton.jit
def sign(x):
    return tl.where(x > 0, 1.0, tl.where(x < 0, -1.0, x))  # zero and NaN are their own


@triton.jit
def _two_to(count):
    """Return 2 ** count exactly, for integers from -126 to 127."""
    return ((count + 127) << 23).to(tl.float32, bitcast=True)


@triton.jit
def _single_exp(x):
    # A GPU's exponential multiplies by log2(e) first, and loses what the product rounds away: all
    # but 17 bits at x = 80. Of a small remainder it loses nothing; ln 2 is taken off in two parts.
    x = tl.where(x < -110.0, -110.0, tl.where(x > 90.0, 90.0, x))
    count = tl.floor(x * 1.4426950408889634 + 0.5)
    rest = (x - count * 0.693359375) + count * 2.12194440e-4
    whole = tl.where(x == x, count, 0.0).to(tl.int32)
    half = whole >> 1
    return tl.exp(rest) * _two_to(half) * _two_to(whole - half)


@triton.jit
def exp(x):
    """Return e ** x to 1.5 units, subnormal results included."""
    if x.dtype == tl.float64:
        found = tl.exp(x)
    else:
        found = _single_exp(x)
    return found


@triton.jit
def expm1(x):
    """Return e ** x - 1 to 2.5 units: (u - 1) · x / log u is flat in an error of u."""
    u = exp(x)
    apart = u - 1.0
    found = tl.where(apart == 0, x, apart * (x / tl.log(u)))
    found = tl.where(apart == -1.0, -1.0, found)
    return tl.where(u == float("inf"), u, found)


@triton.jit
def log1p(x):
    """Return log(1 + x) to 2 units: log u · x / (u - 1) is flat in an error of u."""
    u = 1.0 + x
    apart = u - 1.0
    found = tl.where(apart == 0, x, tl.log(u) * (x / apart))
    return tl.where(u == float("inf"), u, found)


@triton.jit
def _log1p_share(x):
    """Return log(1 + x) to 1.5 units, for x from 0 to 1."""
    if x.dtype == tl.float64:
        found = log1p(x)
    else:
        # log(1 + x) = 2 artanh(x / (2 + x)), whose argument stays below a third.
        part = x / (2.0 + x)
        z = part * part
        tail = 0.1111111111 + z * (0.0909090909 + z * (0.0769230769 + z * 0.0666666667))
        tail = z * (0.3333333333 + z * (0.2 + z * (0.1428571429 + z * tail)))
        found = 2.0 * (part + part * tail)
    return found


@triton.jit
def sigmoid(x, decay):
    """Return 1 / (1 + e ** -x) to 1.5 units, given `decay`, e ** -|x|."""
    return tl.where(x < 0, decay, 1.0) * (1.0 / (1.0 + decay))


@triton.jit
def softplus(x, decay):
    """Return log(1 + e ** x) to 2 units, given `decay`, e ** -|x|."""
    return tl.where(x > 0, x, 0.0) + _log1p_share(decay)


@triton.jit
def logaddexp(x, y):
    """Return log(e ** x + e ** y); two equal infinities are themselves."""
    apart = tl.where(x == y, 0.0, tl.abs(x - y))
    return maximum(x, y) + _log1p_share(exp(-apart))


@triton.jit
def finite(x):
    """Return x, and zero for what is infinite or no number."""
    return tl.where(tl.abs(x) < float("inf"), x, 0.0)


@triton.jit
def rescaled(mass, old, new):
    """Return mass · e ** (old - new): a sum of exponentials, brought to a new maximum."""
    return mass * tl.where(old == new, 1.0, exp(old - new))


@triton.jit
def tanh(x):
    """Return the hyperbolic tangent to 3 units, small arguments included."""
    low = expm1(-2.0 * tl.abs(x))
    size = -low / (2.0 + low)
    return tl.where(x < 0, -size, size)


@triton.jit
def power(base, exponent):
    """Return base ** exponent to 1.5 units, and one more for each of |exponent · log base|.

    A base below zero has powers for whole exponents only, as everywhere; others give NaN.
    """
    found = exp(exponent * tl.log(tl.abs(base)))
    half = exponent * 0.5
    odd = (tl.floor(exponent) == exponent) & (tl.floor(half) != half)
    whole = tl.floor(exponent) == exponent
    below = tl.where(odd, -found, tl.where(whole, found, float("nan")))
    found = tl.where(base < 0, below, found)
    return tl.where((exponent == 0) | (base == 1.0), 1.0, found)
