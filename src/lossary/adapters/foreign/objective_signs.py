"""Signs by which a boosting objective is known among callables: its parameters and its code."""

import inspect
import re
from dis import get_instructions
from functools import partial
from itertools import pairwise
from types import CodeType
from typing import Any

ROWS = re.compile(
    r"d_?(train|mat(rix)?|valid|trn|ataset)|(train|valid)_?(data|set|dataset)|data_?(set|matrix)"
    r"|dm|lgb_?\w*|xgb_?\w*",
    re.IGNORECASE,
)
SCORES = re.compile(
    r"y_?(p|pred\w*|hat|raw)|p|pred\w*|raw\w*|margins?|scores?|approx\w*|logits?|f|z|out\w*",
    re.IGNORECASE,
)
WEIGHTS = re.compile(r"(sample_?|instance_?)?(w|weights?)", re.IGNORECASE)
GROUPS = re.compile(r"groups?|query|queries|qids?|group_?sizes?", re.IGNORECASE)
SLOPES = re.compile(r"d?grad\w*|gradients?|hess\w*|hessians?|der_?[12]", re.IGNORECASE)


def trains_by_itself(loss: Any) -> bool:
    """Say whether this is a module or a loss of a framework of networks."""
    return any(hasattr(loss, name) for name in ("forward", "get_config", "compute_loss"))


def codes_of(loss: Any) -> list[CodeType]:
    """Return the code of a callable, and of the functions within it."""
    while isinstance(loss, partial):
        loss = loss.func
    if not hasattr(loss, "__code__"):
        loss = getattr(loss, "__func__", None) or vars(type(loss)).get("__call__")
    found = [loss.__code__] if hasattr(loss, "__code__") else []
    for code in found:
        found += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found


def takes_rows(second: inspect.Parameter, codes: list[CodeType]) -> bool:
    """Say whether the second parameter is a Dataset or a DMatrix."""
    typed = re.search(r"DMatrix|Dataset", str(second.annotation)) is not None
    asks = any("get_label" in code.co_names for code in codes)
    return typed or asks or ROWS.fullmatch(second.name) is not None


def worth_a_try(loss: Any, codes: list[CodeType]) -> bool:
    """Say whether there is a hint: names of slopes in the code, or a pair that is returned."""
    names = {name for code in codes for name in (*code.co_varnames, *code.co_names)}
    named = "obj" in str(getattr(loss, "__name__", "")).lower()
    return named or any(map(SLOPES.fullmatch, names)) or bool(codes and _returns_a_pair(codes[0]))


def _returns_a_pair(code: CodeType) -> bool:
    steps = [(each.opname, each.arg) for each in get_instructions(code)]
    return any(a == ("BUILD_TUPLE", 2) and b[0] == "RETURN_VALUE" for a, b in pairwise(steps))
