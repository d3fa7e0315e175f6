"""Runs the code that a finding prints, as its reader would, and says where it differs."""

import warnings
from typing import Any

import numpy as np


def replayed(verdict: Any, finding: Any, given: Any) -> str:
    """Return what is wrong with a reproduction, or nothing; `given` is the loss under its name."""
    code = verdict.reproduction(finding)
    if not code:
        return ""
    told: list[Any] = []
    around = {"__name__": "replayed", "print": told.append, **_names(given, verdict)}
    raised = None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, finding.check, "exec"), around)
        except Exception as error:
            raised = error
    return _difference(finding.example.calls, told, raised, code)


def _names(given: Any, verdict: Any) -> dict[str, Any]:
    names = (getattr(given, "__name__", None), type(given).__name__, verdict.name)
    return {name: given if name != type(given).__name__ else type(given) for name in names if name}


def _difference(calls: Any, told: list[Any], raised: Any, code: str) -> str:
    last = calls[-1]
    if isinstance(last.found, str):
        kind = last.found.partition(":")[0]
        told_so = raised is not None and type(raised).__name__ == kind
        return "" if told_so else f"raised {raised!r} and not {last.found}\n{code}"
    if raised is not None:
        return f"raised {raised!r}\n{code}"
    if len(told) != len(calls):
        return f"{len(told)} results of {len(calls)} calls\n{code}"
    for call, found in zip(calls, told, strict=True):
        if not isinstance(call.found, str) and not _same(call, found):
            return f"gave {found!r} and not {call.found!r}\n{code}"
    return ""


def _same(call: Any, found: Any) -> bool:
    if call.found is None:
        return found is None or not np.any(_array(found))
    rough = {"float64": 1e-5, "float32": 1e-3}.get(call.precision, 3e-2)
    one, other = _array(call.found), _array(found)
    if one.shape != other.shape and one.size == other.size:  # boosters flatten by column
        one, other = np.sort(one.ravel()), np.sort(other.ravel())
    scale = np.nanmax(np.abs(np.where(np.isfinite(one), one, 0.0)), initial=1e-12)
    return one.shape == other.shape and np.allclose(
        one, other, rtol=rough, atol=rough * scale, equal_nan=True
    )


def _array(found: Any) -> Any:
    if isinstance(found, tuple | list):
        return np.stack([_array(each) for each in found])
    if hasattr(found, "detach"):
        found = found.detach()
        found = found.float() if str(found.dtype) == "torch.bfloat16" else found
    return np.asarray(found, dtype=np.float64)
