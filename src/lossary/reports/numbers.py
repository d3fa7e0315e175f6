"""Numbers and settings as people read them: few digits, no exponents where none are needed."""

import math
from typing import Any

_NOTHING = 1e-12  # what is left over where equal numbers were subtracted
_SHORT = {"seconds": "s", "minutes": "min", "hours": "h"}
_SPACE = "\u00a0"
_LONG = 1e12  # from here on, digits no longer help


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
    return f"{value:,.0f}" if "e+" in text and abs(value) < _LONG else text


def duration(seconds: float) -> str:
    """Write a time.

    >>> duration(4.26), duration(32.4), duration(150), duration(9000)
    ('4.3 seconds', '32 seconds', '2.5 minutes', '2.5 hours')
    """
    if seconds < 90:
        return f"{seconds:.1f} seconds" if seconds < 9.95 else f"{seconds:.0f} seconds"
    return f"{seconds / 60:.1f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def brief(seconds: float) -> str:
    """Write a time for a narrow column.

    >>> brief(4.26), brief(150), brief(9000)
    ('4.3 s', '2.5 min', '2.5 h')
    """
    count, unit = duration(seconds).split()
    return f"{count} {_SHORT[unit]}"


def share(value: float | None) -> str:
    """Write a share in per cent; what is not quite nothing or all is not rounded to it.

    Its spaces do not break, so that a number stays with its sign.

    >>> [share(each).replace(_SPACE, " ") for each in (0.4137, 0.0004, 0.99973, 1.0)]
    ['41 %', '< 1 %', '> 99 %', '100 %']
    """
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{100 * value:.0f} %"
    if 0 < value < 0.005:
        text = "< 1 %"
    if 0.995 < value < 1:
        text = "> 99 %"
    return text.replace(" ", _SPACE)


def chance(value: float) -> str:
    """Write the p of a test; how far it is below a thousandth says nothing more.

    >>> chance(0.0312), chance(1.0), chance(2.8e-5)
    ('0.031', '1', '< 0.001')
    """
    return "< 0.001" if value < 0.001 else number(value, 2)


def plain(value: Any) -> str:
    """Write whatever a setting may hold.

    >>> plain(0.020000001), plain(True), plain("tanh"), plain((1.0, 2.5))
    ('0.02', 'True', 'tanh', '1, 2.5')
    """
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return f"{value}"


def parameter(name: str) -> str:
    """Write the name of a parameter as words.

    >>> parameter("loss.delta"), parameter("learning_rate")
    ('delta', 'learning rate')
    """
    return name.removeprefix("loss.").replace("_", " ")
