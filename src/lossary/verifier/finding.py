"""What a check found: one sentence, how bad it is, and the smallest example that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lossary.verifier.batch import Batch

Array = Any


class Severity(StrEnum):
    """FAIL breaks a contract, WARN is suspicious but may be meant, INFO describes."""

    FAIL = "FAIL"
    WARN = "WARN"
    INFO = "INFO"


@dataclass(frozen=True)
class Call:
    """One call that anybody can repeat: what went in, what was asked for, and what came out."""

    batch: Batch
    found: Any
    """What came out: a number, an array, or the sentence of the error that was raised."""
    of: str | None = None
    """The argument whose gradient was asked for, or None where the value was."""
    precision: str = "float64"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Hyper-parameters that differ from those the loss was handed over with."""
    says: str = ""
    """A comment of a few words, where there are several calls: "with the rows exchanged"."""
    upstream: Array | None = None
    """What the gradient was multiplied with on its way back, where it was not ones."""
    shows: str | None = None
    """The argument whose content after the call is `found`, where that is not the value."""
    parameters: Mapping[str, Array] = field(default_factory=dict)
    """Values that parameters of the loss are set to before the call."""
    seed: int | None = None
    """Set before the call, where the loss draws random numbers."""


@dataclass(frozen=True)
class Example:
    """A counter-example: the calls that show a finding, and what was expected of the last one."""

    calls: tuple[Call, ...]
    expected: str
    """What should have come out, as a number or in words."""


@dataclass(frozen=True)
class Finding:
    """One finding of one check; `check` is filled in by whoever runs it."""

    severity: Severity
    says: str
    """One sentence about this loss, with its numbers, that a researcher understands."""
    example: Example | None = None
    cause: str = ""
    """The likely cause, in one sentence."""
    mend: str = ""
    """What to write instead, in one sentence or a line of code."""
    check: str = ""


def fail(says: str, example: Example | None = None, cause: str = "", mend: str = "") -> Finding:
    """Find that a declared or inferred contract is broken."""
    return Finding(Severity.FAIL, says, example, cause, mend)


def warn(says: str, example: Example | None = None, cause: str = "", mend: str = "") -> Finding:
    """Find something suspicious that may be meant."""
    return Finding(Severity.WARN, says, example, cause, mend)


def info(says: str, example: Example | None = None, cause: str = "", mend: str = "") -> Finding:
    """Find a fact for the profile."""
    return Finding(Severity.INFO, says, example, cause, mend)
