"""The shapes that a docstring or a comment states: pred of (N, 1), target of (N,)."""

import inspect
import re
from dataclasses import replace
from typing import Any

from lossary.verifier.batches import rows

SHAPE = r"[\(\[\"']\s*(\w+)\s*(?:,?\s*(1))?\s*,?\s*[\)\]\"']"
"""One axis, or one and a 1: (N,), [batch, 1], "n 1"."""


def as_stated(subject: Any) -> Any | None:
    """Return the loss with columns where its author states (N, 1), or None where nothing differs.

    Every argument of one number a row must have a shape in the text, and one axis in common.
    """
    text = written(subject)
    arguments, axes = [], set()
    for each in subject.contract.arguments:
        if each.name not in rows.names(subject):
            arguments.append(each)
            continue
        found = re.search(rf"\b{re.escape(each.name)}\b[^\n;()\[\]]{{0,40}}?{SHAPE}", text)
        if found is None or each.axes not in (("n",), ("n", "1")):
            return None
        axes.add(found[1].lower())
        arguments.append(replace(each, axes=("n", "1") if found[2] else ("n",)))
    if len(axes) != 1 or len({each.axes for each in arguments}) < 2:
        return None
    return replace(subject, contract=subject.contract.but(arguments=tuple(arguments)))


def written(subject: Any) -> str:
    """Return the source with its comments, and the docstring where there is no source."""
    given = subject.candidate.given
    loss = given if inspect.isroutine(given) or inspect.isclass(given) else type(given)
    try:
        return inspect.getsource(inspect.unwrap(loss))
    except (OSError, TypeError):
        return str(subject.candidate.doc)


def alike(subject: Any) -> bool:
    """Say whether the author states one shape for all arguments."""
    words = r"same shape|(all|both) (\w+ )?of shape|all \(\w+,?\)"
    return bool(re.search(words, written(subject).lower()))
