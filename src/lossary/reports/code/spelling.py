"""Values as Python text that may be pasted: losses with their module, long lists on many lines."""

import re
from typing import Any

from lossary.core.catalogue import all_of

_WIDE = 88


def spelt(value: Any) -> str:
    """Write a loss or an optimizer as one calls it.

    >>> import lossary
    >>> spelt(0.5 * lossary.Huber(delta=2.0) + lossary.AbsoluteError())
    '0.5 * lossary.Huber(delta=2.0) + lossary.AbsoluteError()'
    """
    names = "|".join(sorted((each.__name__ for each in all_of()), key=len, reverse=True))
    return re.sub(rf"(?<![\w.])({names})(?=\()", r"lossary.\1", repr(value))


def listed(name: str, values: list[str]) -> str:
    """Write an assignment of a list, broken where it is long.

    >>> listed("numbers", ["age", "bmi"])
    "numbers = ['age', 'bmi']"
    """
    line = f"{name} = {values!r}"
    if len(line) <= _WIDE:
        return line
    lines = [""]
    for value in values:
        item = f"{value!r}, "
        if len(lines[-1]) + len(item) > _WIDE - 4:
            lines.append("")
        lines[-1] += item
    inside = "\n".join(f"    {line.rstrip()}" for line in lines)
    return f"{name} = [\n{inside}\n]"


def called(setting: dict[str, Any]) -> str:
    """Write a setting as keywords of a call.

    >>> called({"num_leaves": 31, "learning_rate": 0.1})
    'num_leaves=31, learning_rate=0.1'
    """
    return ", ".join(f"{name}={value!r}" for name, value in setting.items())
