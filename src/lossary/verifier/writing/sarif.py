"""Findings as SARIF 2.1.0, which GitHub and editors show at the line of the loss."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lossary.verifier.finding import Finding, Severity
from lossary.verifier.rule import Check, shelf
from lossary.verifier.writing.report import link, nearby

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {Severity.FAIL: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def sarif(verdicts: Sequence[Any], version: str, untried: Sequence[str] = ()) -> dict[str, Any]:
    """Write failures and warnings of several losses; what could not be examined is notified."""
    rules = shelf()
    places = {each.name: place for place, each in enumerate(rules)}
    found = [(verdict, each) for verdict in verdicts for each in verdict.failures]
    found += [(verdict, each) for verdict in verdicts for each in verdict.warnings]
    driver = {
        "name": "lossary",
        "version": version,
        "rules": [_rule(each) for each in rules],
    }
    notes = [{"level": "error", "message": {"text": each}} for each in untried]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [
                    {"executionSuccessful": not untried, "toolExecutionNotifications": notes}
                ],
                "results": [_result(*each, places) for each in found],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _rule(check: Check) -> dict[str, Any]:
    seen = f"\n\nSeen in {', '.join(check.evidence)}." if check.evidence else ""
    return {
        "id": check.name,
        "name": "".join(word.capitalize() for word in check.name.split("_")),
        "shortDescription": {"text": check.says},
        "fullDescription": {"text": check.reason},
        "help": {
            "text": f"{check.says} {check.reason} {check.rule}",
            "markdown": f"**{check.says}**\n\n{check.reason}\n\n{check.rule}{seen}\n\n"
            f"`lossary check --explain {check.name}`",
        },
        "properties": {"number": check.number, "page": link(check.name)},
    }


def _result(verdict: Any, finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    said = [f"{verdict.name}: {finding.says}"]
    said += [f"Likely cause: {finding.cause}"] if finding.cause else []
    said += [f"Mend: {finding.mend}"] if finding.mend else []
    code = verdict.reproduction(finding)
    said += [f"To see it:\n{code}"] if code else []
    mark = hashlib.sha256(f"{verdict.name}/{finding.check}/{finding.severity}".encode())
    result = {
        "ruleId": finding.check,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join(said)},
        "partialFingerprints": {"lossAndCheck/v1": mark.hexdigest()},
        "locations": [_location(verdict)],
    }
    known = finding.check in places
    return {**result, "ruleIndex": places[finding.check]} if known else result


def _location(verdict: Any) -> dict[str, Any]:
    """Name the line of the loss, from the working folder on, and the loss itself."""
    name = {"fullyQualifiedName": verdict.origin or verdict.name, "name": verdict.name}
    found: dict[str, Any] = {"logicalLocations": [{**name, "kind": "function"}]}
    if verdict.place is not None:
        file, line = verdict.place
        near = Path(nearby(file))
        uri = near.as_uri() if near.is_absolute() else near.as_posix()
        region = {"startLine": max(1, line)}
        found["physicalLocation"] = {"artifactLocation": {"uri": uri}, "region": region}
    return found
