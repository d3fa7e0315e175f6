"""Facts of a loss put into words: domains, shapes, and what adds up."""

from typing import Any

from lossary.core.shapes import Sentence
from lossary.domains import Domain, Labels

_AXES = {
    "...": "... is any number of axes, the same wherever it stands",
    "n": "n counts the rows of the batch",
    "k": "k counts the classes",
    "d": "d counts the features of a row",
}
_COMES_OUT = {
    "...": "one loss for each entry of (...)",
    "": "one loss for the whole batch",
    "n": "one loss for each row, which is compared with all rows of the batch",
    "k": "one loss for each class, averaged over the classes",
    "n k": "one loss for each row and class, averaged over the classes, then over the rows",
}


def domain_reads(domain: Domain) -> str:
    """Say where values may lie.

    >>> from lossary.domains import logit, probability
    >>> domain_reads(logit), domain_reads(probability)
    ('logit, any real number', 'probability in [0, 1]')
    """
    name = domain.name.replace("_", " ")
    anywhere = str(domain) == "(-inf, inf)"
    if anywhere:
        return "any real number" if name == "real" else f"{name}, any real number"
    if isinstance(domain, Labels) or domain.without is not None:
        return str(domain)
    return f"{name} in {domain}"


def reading(sentence: Sentence) -> str:
    """Say what comes out of arrays of these shapes.

    >>> from lossary.core.shapes import sentence
    >>> reading(sentence("... k, ... -> ..."))
    'one loss for each entry of (...)'
    """
    output = " ".join(sentence.output.axes)
    return _COMES_OUT.get(output, f"one loss for each of {sentence.output}")


def axes(sentences: tuple[Sentence, ...]) -> list[str]:
    """Say what the axes in shape sentences stand for."""
    named = {axis for each in sentences for pattern in each.inputs for axis in pattern.axes}
    return [said for axis, said in _AXES.items() if axis in named]


def accumulation(loss: Any) -> str:
    """Say what is exact over micro-batches and ranks."""
    if not loss.additive:
        return "nothing adds up over micro-batches or ranks: gather all rows, then call it once"
    if loss.averaged:
        return "parts (numerator, denominator) add up exactly over micro-batches and ranks"
    names = ", ".join(type(loss).sums)
    return (
        f"parts (sums: {names}) add up exactly over micro-batches and ranks; finished losses do not"
    )
