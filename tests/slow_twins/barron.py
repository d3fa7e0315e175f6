"""Equation 8 of Barron, its singular values of alpha as cases of their own."""

from mpmath import extradps, log, mpf


@extradps(400)
def twin(prediction, target, *, alpha, scale):
    """One entry; 400 digits, so that an alpha near zero leaves some of a power less one."""
    alpha, square = mpf(alpha), ((target - prediction) / mpf(scale)) ** 2
    if alpha == 2:
        return square / 2
    if alpha == 0:
        return log(square / 2 + 1)
    apart = abs(alpha - 2)
    return apart / alpha * ((square / apart + 1) ** (alpha / 2) - 1)
