"""The verdict on a loss: what was found, under which contract, and what could not be tried."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lossary.verifier.contract import Contract
from lossary.verifier.finding import Finding, Severity


class UnsoundError(AssertionError):
    """A loss breaks its contract; `verdict` says how."""

    def __init__(self, verdict: "Verdict", failing: tuple[Finding, ...]) -> None:
        from lossary.verifier.writing import plain

        names = ", ".join(dict.fromkeys(each.check for each in failing))
        super().__init__(f"{verdict.name} is not sound: {names}\n\n{plain(verdict)}")
        self.verdict = verdict

    def __lossary_report__(self) -> str:
        """Return what pytest shows in place of a traceback."""
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.verdict, tuple(self.verdict.failures or self.verdict.warnings))


def _again(verdict: "Verdict", failing: tuple[Finding, ...]) -> UnsoundError:
    return UnsoundError(verdict, failing)


@dataclass(frozen=True)
class Verdict:
    """All findings on one loss, the worst first."""

    name: str
    origin: str | None
    host: str
    contract: Contract
    findings: tuple[Finding, ...]
    held: tuple[str, ...]
    """The checks that were tried and found nothing."""
    skipped: dict[str, str]
    """The checks that could not be tried, and why."""
    seconds: float
    spelling: tuple[str, ...] = ()
    arrays: str = "numpy"
    """The framework whose arrays it takes; of Keras, the one it computes with."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    passed: Mapping[str, Any] = field(default_factory=dict)
    """The settings that were handed over, or taken for want of a default; the rest are defaults."""
    assumed: Mapping[str, Any] = field(default_factory=dict)
    """Settings without a default, and the usual values that were taken."""
    part: str = ""
    """What stands behind the call where several results come out, as `[0]`."""
    gradient: tuple[str, ...] = ()
    """Lines of code that end in `gradient = ...`, where its author wrote one by hand."""
    keeps: Mapping[str, str] = field(default_factory=dict)
    """Arrays of floats that it keeps -> parameter, buffer or attribute: they must be cast too."""
    place: tuple[str, int] | None = None
    """The file and the line in which the loss is written."""
    code: Mapping[str, str] = field(default_factory=dict)
    """Function or class -> hash of its source: of the loss, and of what it calls in its module."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Say whether nothing failed; a warning may be meant."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        return self.of(Severity.FAIL)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return self.of(Severity.WARN)

    @property
    def profile(self) -> tuple[Finding, ...]:
        return self.of(Severity.INFO)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity is severity)

    def reproduction(self, finding: Finding) -> str:
        """Return code that shows a finding without lossary; empty where it has no example."""
        from lossary.verifier.writing import reproduction

        return reproduction(self, finding)

    def assert_sound(self, *, strict: bool = False) -> None:
        """Raise an AssertionError that bears the report where something failed.

        `strict` takes a warning for a failure.

        Raises:
            UnsoundError: the loss breaks its contract.
        """
        failing = self.failures + (self.warnings if strict else ())
        if failing:
            raise UnsoundError(self, failing)

    def show(self, *, verbose: bool = False) -> None:
        """Write the report to the terminal; `verbose` names every check that held."""
        from lossary.verifier.writing import plain

        sys.stdout.write(plain(self, verbose=verbose) + "\n")

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, as `lossary check --json` prints it."""
        from lossary.verifier.writing.data import data

        return data(self)

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "Verdict":
        """Read what `to_dict` has written.

        Raises:
            FormatError: it is nothing of the kind, or of a later version.
        """
        from lossary.verifier.writing.data import undata

        return undata(found, cls)

    def save(self, path: str | Path) -> None:
        """Write a certificate, with which a later run can be compared."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> "Verdict":
        """Read a certificate.

        Raises:
            FormatError: the file holds none.
        """
        from lossary.verifier.writing.data import read_certificate

        return read_certificate(Path(path), cls)

    def __str__(self) -> str:
        from lossary.verifier.writing import plain

        return plain(self)

    def __repr__(self) -> str:
        state = "sound" if self.sound else f"{len(self.failures)} failed"
        counts = f"{len(self.warnings)} warned, {len(self.held)} held, {len(self.skipped)} untried"
        return f"<Verdict on {self.name}: {state}, {counts}>"

    def _repr_html_(self) -> str:
        from lossary.verifier.writing.html import html

        return html(self)
