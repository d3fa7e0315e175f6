"""`assert_sound(loss)`: one line that makes a loss a test."""

from typing import Any

from lossary.verifier.checking import check
from lossary.verifier.verdict import Verdict


def assert_sound(loss: Any, *, strict: bool = False, **options: Any) -> Verdict:
    """Examine a loss, and raise an AssertionError with the report where something failed.

    The options are those of `lossary.check`; `strict` takes a warning for a failure.

    >>> import lossary
    >>> from lossary.verifier import assert_sound
    >>> assert_sound(lossary.Huber()).sound
    True

    Raises:
        UnsoundError: the loss breaks its contract; it is an AssertionError.
    """
    __tracebackhide__ = True  # pytest shows the line of the test, and not this one
    verdict = check(loss, **options)
    verdict.assert_sound(strict=strict)
    return verdict
