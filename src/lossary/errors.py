"""Every error a user can meet, in one tree.

LossError
├── ArgumentError    a keyword or a choice that does not exist or does not fit
├── BackendError     arrays of no framework we know, of two frameworks, or on two devices
├── ShapeError       shapes that do not fit their sentence; nothing is broadcast silently
├── DtypeError       numbers of a kind that cannot be meant, as labels written as floats
├── DomainError      values or parameters outside the place declared for them
├── AdditivityError  parts that cannot be added up to the whole batch
├── GradientError    a slope or a curvature that does not exist or is of no use
├── HostError        a framework that is not installed or too old; says what to install
├── FormatError      a dictionary, a record or a bibliography that cannot be read
├── NonFiniteError   a loss that is watched gave NaN or infinity
└── NotFoundError    a name that nothing bears; the nearest ones are told
"""

from collections.abc import Iterable
from difflib import get_close_matches


class LossError(Exception):
    """Says what was given, what was expected and how to mend it."""


class ArgumentError(LossError, ValueError):
    """A keyword or a choice does not exist or does not fit."""


class BackendError(LossError, TypeError):
    """The arrays are of no framework known here, of two frameworks, or on two devices."""


class ShapeError(LossError, ValueError):
    """The shapes do not fit the loss's sentence."""


class DtypeError(LossError, TypeError):
    """The numbers are of a kind that cannot be meant."""


class DomainError(LossError, ValueError):
    """A value or a parameter lies outside the place declared for it."""


class AdditivityError(LossError, ValueError):
    """These parts do not add up to the whole batch."""


class GradientError(LossError, ValueError):
    """There is no such slope or curvature, or none of use."""


class HostError(LossError, ImportError):
    """A framework or library is not installed, or too old."""


class FormatError(LossError, ValueError):
    """Something written down cannot be read back."""


class NonFiniteError(LossError, ArithmeticError):
    """A loss gave no number; says which operation lost it."""


class NotFoundError(LossError, LookupError):
    """Nothing bears this name."""


class SuspicionWarning(UserWarning):
    """Values that are allowed, but look like a well-known mistake."""


class NonFiniteWarning(UserWarning):
    """A loss that is watched gave no number; says which operation lost it."""


class KernelWarning(UserWarning):
    """No kernel can be made here, so that the definitions answer: as right, but slower."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which of the known words `word` was probably meant to be, or list them all.

    >>> nearest("meen", ["mean", "sum", "none"])
    'Did you mean mean?'
    """
    known = list(known)
    close = get_close_matches(word, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are: {', '.join(sorted(known))}."
