"""Runs a PyTorch loss on a second device, also where there is none: on arrays without numbers."""

import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.adapters.foreign.made import Made

Array = Any


def elsewhere(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> str:
    """Return the error of arrays on different devices, or nothing; the loss is moved by .to()."""
    return _tried(_moved(candidate, False), arrays, names)


def elsewhere_with_attributes(
    candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]
) -> str:
    """Return the same with the plain attributes of the loss moved too, as .to() does not."""
    return _tried(_moved(candidate, True), arrays, names)


def _tried(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> str:
    try:
        candidate.raw([each.to("meta") for each in arrays], names)
    except CandidateError as error:
        cause = str(error).partition("\n")[0]
        return cause if "expected device" in cause or "same device" in cause else ""
    return ""


def _moved(candidate: Candidate, attributes: bool) -> Candidate:
    torch, made = sys.modules["torch"], candidate.call
    if not isinstance(made, Made) or hasattr(made.loss, "__code__"):
        return candidate
    try:
        loss = deepcopy(made.loss)
        if not isinstance(loss, torch.nn.Module):
            return replace(candidate, call=replace(made, loss=loss, versions={}))
        loss.to("meta")
    except Exception as error:  # it holds what cannot be copied, as results of calls before
        raise CandidateError(f"it cannot be copied: {error}") from error
    for part in loss.modules() if attributes else ():
        for name, each in list(candidate.host.attributes(part)):
            vars(part)[name] = each.to("meta")
    return replace(candidate, call=replace(made, loss=loss, versions={}))
