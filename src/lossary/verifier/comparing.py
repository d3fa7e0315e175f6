"""Two verdicts on one loss: what is new since a certificate was saved, and what is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lossary.verifier.contract import Contract
from lossary.verifier.finding import Finding
from lossary.verifier.writing.taken import facts


@dataclass(frozen=True)
class Comparison:
    """What has changed between a certificate and a later run."""

    new: tuple[Finding, ...]
    """Failures and warnings that the certificate does not know."""
    gone: tuple[Finding, ...]
    """Failures and warnings of the certificate that are no more."""
    untried: tuple[str, ...]
    """Checks that held then, and could not be tried now."""
    code: tuple[str, ...]
    """Functions and classes whose source is another, is new, or is gone."""
    contract: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Say whether something fails that did not."""
        return any(each.severity == "FAIL" for each in self.new)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what has changed, as a label and a line of text each."""
        yield from (("new", f"{each.severity} {each.check}: {each.says}") for each in self.new)
        yield from (("gone", f"{each.severity} {each.check}: {each.says}") for each in self.gone)
        yield from (("not tried now", each) for each in self.untried)
        yield from (("taken as", each) for each in self.contract)
        yield from (("code", each) for each in self.code)
        yield from (("versions", each) for each in self.versions)


def compared(before: Any, now: Any) -> Comparison:
    """Compare a verdict with the one that a certificate keeps."""
    known, found = _marks(before), _marks(now)
    return Comparison(
        new=tuple(each for mark, each in found.items() if mark not in known),
        gone=tuple(each for mark, each in known.items() if mark not in found),
        untried=tuple(each for each in before.held if each in now.skipped),
        code=tuple(_changes(before.code, now.code, whole=True)),
        contract=tuple(_changes(_read(before.contract), _read(now.contract))),
        versions=tuple(_changes(before.versions, now.versions)),
    )


def _marks(verdict: Any) -> dict[tuple[str, str], Finding]:
    """Know a finding by its check and its severity: its numbers may differ in a digit."""
    found = (*verdict.failures, *verdict.warnings)
    return {(each.check, str(each.severity)): each for each in found}


def _read(contract: Contract) -> dict[str, str]:
    return {each.label: each.says for each in facts(contract)}


def _changes(before: Any, now: Any, whole: bool = False) -> Iterator[str]:
    """Say of each name whether it is another, new, or gone; `whole` leaves the values out."""
    for name in sorted({*before, *now}):
        one, other = before.get(name), now.get(name)
        if one == other:
            continue
        if one is None or other is None:
            yield f"{name} is {'gone' if other is None else 'new'}"
        else:
            yield f"{name} has changed" if whole else f"{name}: {other} (was {one})"
