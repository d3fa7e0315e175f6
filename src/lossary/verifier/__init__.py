"""A verifier for anybody's loss: it finds out what a loss promises, and holds it to that.

>>> import lossary
>>> lossary.check(lossary.Huber()).sound
True
"""

from lossary.verifier.checking import check
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.declaring import contract
from lossary.verifier.finding import Example, Finding, Severity
from lossary.verifier.rule import Check, shelf
from lossary.verifier.sound import assert_sound
from lossary.verifier.verdict import UnsoundError, Verdict
from lossary.verifier.watching import watch

__all__ = [
    "Argument",
    "Check",
    "Contract",
    "Example",
    "Finding",
    "Severity",
    "UnsoundError",
    "Verdict",
    "assert_sound",
    "check",
    "contract",
    "shelf",
    "watch",
]
