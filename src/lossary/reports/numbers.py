"""Numbers as people read them: few digits, no exponents where none are needed."""

import math

_NOTHING = 1e-12  # what is left over where equal numbers were subtracted


def number(value: float | None, digits: int = 4) -> str:
    """Write a number with so many digits, or a dash where there is none.

    >>> number(2526.7, 3), number(0.000123), number(2.9e-17), number(float("nan"))
    ('2,527', '0.000123', '0', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) < _NOTHING:
        return "0"
    text = f"{value:,.{digits}g}"
    return f"{value:,.0f}" if "e+" in text else text


def duration(seconds: float) -> str:
    """Write a time.

    >>> duration(32.4), duration(150)
    ('32 seconds', '2.5 minutes')
    """
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.1f} minutes"
