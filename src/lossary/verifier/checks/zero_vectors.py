"""Check 10, for embeddings: a row of zeros, as a dead layer or padding gives, has no direction."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.likeness.comparing import compare
from lossary.verifier.likeness.family import families_named
from lossary.verifier.meaning.words import named
from lossary.verifier.numerics.reading import Reading, read
from lossary.verifier.rule import always, check
from lossary.verifier.shrinking import shrunk

SAME = 1e-6
"""A cosine is recognised by its numbers when they are off by less."""


def _rows(subject: Any) -> str | None:
    return always(subject) or (None if _embeddings(subject) else "it takes no rows of embeddings")


def _embeddings(subject: Any) -> list[str]:
    """Return the arguments that hold rows of real numbers, where at least two are compared."""
    found = [
        each.name
        for each in subject.contract.arguments
        if each.domain in ("real", "scores") and each.axes[:1] == ("n",) and len(each.axes) == 2
    ]
    return found if len(found) > 1 else []


@check(
    number=10,
    reason="One padded or dead row makes the loss of the whole batch NaN.",
    rule="FAIL where a cosine, by name or by its numbers, is NaN as soon as one row is zero (WARN"
    " in NumPy, where nothing trains); INFO where another loss of embeddings is, or a gradient.",
    evidence=("optax#896",),
    applies=_rows,
)
def zero_vectors(subject: Any) -> Iterable[Finding]:
    """A row of zeros leaves the loss a number."""
    if not np.isfinite(subject.number(subject.typical)):
        return
    for name, batch in _batches(subject):
        reading = read(subject, batch, "float64")
        if reading is not None and np.isnan(reading.value):
            yield _found(subject, name, reading)
            return
        if reading is not None and reading.lost:
            yield info(f"The gradient is NaN where a row of {name} is zero.")
            return


def _batches(subject: Any) -> Iterator[tuple[str, Batch]]:
    for name in _embeddings(subject):
        array = subject.typical[name].copy()
        array[0] = 0.0
        yield name, subject.typical.with_(name, array)


def _found(subject: Any, name: str, reading: Reading) -> Finding:
    says = f"One row of zeros in {name} makes the value NaN"
    if not _cosine(subject):
        return info(f"{says}: it divides by the row's length, which is 0.")
    small = shrunk(subject, reading.batch, lambda b: bool(np.isnan(subject.number(b))))
    return (warn if subject.host.name == "numpy" else fail)(
        f"{says}, and with it every weight of the model: a cosine divides by the row's length.",
        subject.example(subject.call(small), expected="a number: a row of zeros has a cosine of 0"),
        cause="the length of the row is 0, and 0 / 0 is NaN",
        mend="divide by max(length, eps), as cosine_similarity of most frameworks does",
    )


def _cosine(subject: Any) -> bool:
    """Say whether it is a cosine by its name, or to the last digit."""
    if named(subject, "cosine", "cos"):
        return not named(subject, "contrastive", "nce", "triplet", "arc", "annealing")
    found = compare(subject, families_named("Cosine")[0], briefly=True)
    return found is not None and found.follows is not None and found.follows.error < SAME
