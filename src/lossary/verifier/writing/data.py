"""A verdict as plain data and back: the format of `--json` and of certificates.

`format` is "lossary-verdict" and `version` a whole number that grows when a field changes its
meaning. Numbers that JSON does not know stand as the words "NaN", "Infinity" and "-Infinity";
an array is {"dtype", "shape", "values"} with its values in C order.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np

from lossary.errors import FormatError
from lossary.verifier.batch import Batch
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.finding import Call, Example, Finding, Severity

FORMAT = "lossary-verdict"
VERSION = 1
_SETTINGS = ("settings", "passed", "assumed", "keeps")
_LINES = ("spelling", "gradient")
_WORDS = {"NaN": nan, "Infinity": inf, "-Infinity": -inf}


def data(verdict: Any) -> dict[str, Any]:
    """Write a verdict as what JSON knows; arrays, NaN and inf included."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": verdict.name,
        "origin": verdict.origin,
        "host": verdict.host,
        "arrays": verdict.arrays,
        "place": list(verdict.place) if verdict.place else None,
        "sound": verdict.sound,
        "contract": _of_contract(verdict.contract),
        **{name: _plain(getattr(verdict, name)) for name in _SETTINGS},
        **{name: list(getattr(verdict, name)) for name in _LINES},
        "part": verdict.part,
        "findings": [_of_finding(verdict, each) for each in verdict.findings],
        "held": list(verdict.held),
        "skipped": dict(verdict.skipped),
        "seconds": round(verdict.seconds, 3),
        "code": dict(verdict.code),
        "versions": dict(verdict.versions),
    }


def _of_contract(contract: Contract) -> dict[str, Any]:
    return {
        each.name: _plain(getattr(contract, each.name))
        for each in fields(contract)
        if each.name != "arguments"
    } | {"arguments": [_plain(vars(each)) for each in contract.arguments]}


def _of_finding(verdict: Any, finding: Finding) -> dict[str, Any]:
    example = finding.example
    return {
        "check": finding.check,
        "severity": str(finding.severity),
        "says": finding.says,
        "cause": finding.cause,
        "mend": finding.mend,
        "code": verdict.reproduction(finding),
        "example": None if example is None else _of_example(example),
    }


def _of_example(example: Example) -> dict[str, Any]:
    calls = [
        {**{each.name: _plain(getattr(call, each.name)) for each in fields(call)},
         "batch": {name: _plain(array) for name, array in call.batch.items()}}
        for call in example.calls
    ]  # fmt: skip
    return {"expected": example.expected, "calls": calls}


def _plain(value: Any) -> Any:
    """Write a value as JSON knows it; what it cannot know stands as the words for it."""
    if isinstance(value, np.ndarray):
        flat = [_plain(each) for each in value.ravel().tolist()]
        return {"dtype": value.dtype.name, "shape": list(value.shape), "values": flat}
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else _word(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return getattr(value, "__qualname__", None) or repr(value)


def _word(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def undata(found: Mapping[str, Any], kind: Any) -> Any:
    """Read a verdict, of the class `kind`, from plain data."""
    if found.get("format") != FORMAT:
        raise FormatError("this is no verdict: write one with `lossary check --save FILE`.")
    if found.get("version", 0) > VERSION:
        raise FormatError(f"this verdict is of version {found['version']}: upgrade lossary.")
    return kind(
        name=found["name"],
        origin=found["origin"],
        host=found["host"],
        contract=_to_contract(found["contract"]),
        findings=tuple(map(_to_finding, found["findings"])),
        held=tuple(found["held"]),
        skipped=dict(found["skipped"]),
        seconds=found["seconds"],
        arrays=found["arrays"],
        part=found["part"],
        **{name: _value(found[name]) for name in _SETTINGS},
        **{name: tuple(found[name]) for name in _LINES},
        place=tuple(found["place"]) if found["place"] else None,
        code=found["code"],
        versions=found["versions"],
    )


def read_certificate(path: Path, kind: Any) -> Any:
    """Read a verdict, of the class `kind`, from a file."""
    try:
        return undata(json.loads(path.read_text()), kind)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{path} holds no certificate of `lossary check --save`.") from error


def _to_contract(found: Mapping[str, Any]) -> Contract:
    known = {each.name for each in fields(Contract)}
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else _number(value)
        for name, value in found.items()
        if name in known and name != "arguments"
    }
    arguments = (Argument(**{**each, "axes": tuple(each["axes"])}) for each in found["arguments"])
    return Contract(arguments=tuple(arguments), **facts)


def _to_finding(found: Mapping[str, Any]) -> Finding:
    example = found["example"]
    return Finding(
        severity=Severity(found["severity"]),
        says=found["says"],
        example=None if example is None else _to_example(example),
        cause=found["cause"],
        mend=found["mend"],
        check=found["check"],
    )


def _to_example(found: Mapping[str, Any]) -> Example:
    calls = []
    for each in found["calls"]:
        batch = Batch({name: _value(array) for name, array in each["batch"].items()})
        rest = {name: _value(value) for name, value in each.items() if name != "batch"}
        calls.append(Call(batch=batch, **rest))
    return Example(tuple(calls), found["expected"])


def _value(found: Any) -> Any:
    if isinstance(found, Mapping) and set(found) == {"dtype", "shape", "values"}:
        numbers = [_number(each) for each in found["values"]]
        return np.asarray(numbers, dtype=found["dtype"]).reshape(found["shape"])
    if isinstance(found, Mapping):
        return {name: _value(each) for name, each in found.items()}
    return _number(found)


def _number(value: Any) -> Any:
    return _WORDS.get(value, value) if isinstance(value, str) else value
