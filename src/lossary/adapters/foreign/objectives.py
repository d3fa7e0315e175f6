"""Reads a boosting objective: LightGBM's, XGBoost's or CatBoost's, or that of their estimators."""

import inspect
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.booster import Booster
from lossary.adapters.foreign.candidate import Candidate, Input
from lossary.adapters.foreign.objective_calls import (
    CatBoostCall,
    DatasetCall,
    EstimatorCall,
    NoPairError,
)
from lossary.adapters.foreign.objective_signs import (
    GROUPS,
    SCORES,
    WEIGHTS,
    codes_of,
    takes_rows,
    trains_by_itself,
    worth_a_try,
)

BOOSTERS = ("booster", "lightgbm", "xgboost", "catboost")
"""Hosts by whose name a function is declared to be an objective."""
Parameters = list[inspect.Parameter]


def read_objective(
    loss: Any, settings: dict[str, Any] | None = None, *, style: str | None = None
) -> Candidate | None:
    """Read a boosting objective, or return None where this is none. A `style` is believed."""
    if hasattr(loss, "calc_ders_range") or hasattr(loss, "calc_ders_multi"):
        return _of_catboost(loss, settings or {})
    if inspect.isclass(loss):
        return _of_class(loss, settings or {}, style)
    if not callable(loss) or trains_by_itself(loss):
        return None
    try:
        parameters = list(inspect.signature(loss).parameters.values())
    except (TypeError, ValueError):
        return None
    places = [each for each in parameters if each.kind <= each.POSITIONAL_OR_KEYWORD]
    if len(places) < 2:
        return None
    known = {**_settings(parameters[2:]), **(settings or {})}
    codes = codes_of(loss)
    if takes_rows(places[1], codes):
        return _of_rows(loss, places, known)
    if style is None and not worth_a_try(loss, codes):
        return None
    return _of_labels(loss, places, known)


def _of_class(kind: type, settings: dict[str, Any], style: str | None) -> Candidate | None:
    """Read a class whose objects are objectives."""
    call = vars(kind).get("__call__")
    if call is None or trains_by_itself(kind) or not worth_a_try(call, codes_of(call)):
        return None
    try:
        found = read_objective(kind(**settings), style=style)
    except Exception:  # it cannot be made without more settings
        return None
    if found is None:
        return None

    def made(changed: dict[str, Any]) -> Any:
        again = read_objective(kind(**changed), style=style)
        return again.call if again is not None else found.call

    known = _settings(list(inspect.signature(kind).parameters.values()))
    lines = tuple(
        line.replace(f"{kind.__name__}(", f"{kind.__name__}()(") for line in found.spelling
    )
    return replace(found, given=kind, settings={**known, **settings}, rebuild=made, spelling=lines)


def _settings(parameters: Parameters) -> dict[str, Any]:
    plain = (int, float, str, bool)
    return {each.name: each.default for each in parameters if isinstance(each.default, plain)}


def _of_rows(loss: Any, places: Parameters, settings: dict[str, Any]) -> Candidate | None:
    """Read objective(scores, rows), LightGBM's and XGBoost's own; a metric looks the same."""
    score = places[0].name
    words = f"{places[1].annotation} {places[1].name} {score}".lower()
    xgboost = any(word in words for word in ("dmatrix", "dtrain", "predt", "xgb"))
    library = "XGBoost" if xgboost else "LightGBM"

    def made(changed: dict[str, Any]) -> DatasetCall:
        return DatasetCall(loss, changed, library)

    if isinstance(_tried(made(settings)), NoPairError):
        return None
    none = "np.zeros(0)" if xgboost else "None"
    rows = "SimpleNamespace(get_label=lambda: label, get_weight=lambda: weight)"
    if any("get_group" in code.co_names for code in codes_of(loss)):
        rows = rows.replace(")", ", get_group=lambda: np.array([len(label)]))")
    lines = (
        "from types import SimpleNamespace",
        f"loss = lambda {score}, label, weight={none}: {_name(loss)}({score}, {rows})",
    )
    inputs = (Input(score), Input("label"), Input("weight", required=False))
    return _candidate(loss, made, settings, inputs, lines)


def _of_labels(loss: Any, places: Parameters, settings: dict[str, Any]) -> Candidate | None:
    """Read objective(labels, scores[, weights]), as the estimators of all boosters take it."""
    first, second = places[0].name, places[1].name
    label_first = not (SCORES.fullmatch(first) and not SCORES.fullmatch(second))
    third = places[2] if len(places) > 2 and WEIGHTS.fullmatch(places[2].name) else None
    weight = third.name if third is not None else None
    required = third is not None and third.default is third.empty
    settings = {name: value for name, value in settings.items() if name != weight}
    group = next((each.name for each in places[2:4] if GROUPS.fullmatch(each.name)), None)

    def made(changed: dict[str, Any]) -> EstimatorCall:
        return EstimatorCall(loss, changed, label_first, weight, required, group)

    if _tried(made(settings)) is not None:
        return None
    score, label = (second, first) if label_first else (first, second)
    weighed = () if weight is None else (Input(weight, required=False),)
    inputs = (Input(score), Input(label), *weighed)
    taken = ", ".join(each.name for each in inputs)
    if weight is not None:
        taken = f"{score}, {label}, {weight}=None"
    more = [weight] if weight is not None else []
    more += [f"{group}=np.array([len({label})])"] if group is not None else []
    given = ", ".join((first, second, *more))
    lines = (f"loss = lambda {taken}: {_name(loss)}({given})",)
    return _candidate(loss, made, settings, inputs, lines)


def _of_catboost(loss: Any, settings: dict[str, Any]) -> Candidate:
    """Read an object with calc_ders_range, or calc_ders_multi for several classes."""
    one = hasattr(loss, "calc_ders_range")
    taken = list(inspect.signature(loss.calc_ders_range).parameters)[-3:] if one else []
    score, label = taken[:2] if len(taken) == 3 else ("approxes", "targets")

    def made(changed: dict[str, Any]) -> CatBoostCall:
        return CatBoostCall(loss(**changed) if inspect.isclass(loss) else loss)

    new = f"{_name(loss)}()" if inspect.isclass(loss) else _name(loss)
    if one:
        line = f"loss = lambda {score}, {label}, weights=None: -np.array("
        line += f"{new}.calc_ders_range({score}, {label}, weights)).T"
    else:
        line = f"loss = lambda {score}, {label}: -np.stack([(g, np.diag(h)) for g, h in ("
        line += f"{new}.calc_ders_multi(list(a), t, 1.0) for a, t in zip({score}, {label}))], 1)"
    lines = ("# CatBoost maximises: der1 and der2 are those of minus the loss", line)
    inputs = (Input(score), Input(label), Input("weights", required=False))
    free = _settings(list(inspect.signature(loss).parameters.values())) if _plain(loss) else {}
    return _candidate(loss, made, {**free, **settings}, inputs, lines)


def _plain(loss: Any) -> bool:
    return inspect.isclass(loss) and loss.__init__ is not object.__init__


def _tried(call: Callable[..., Any]) -> Exception | None:
    """Try it on one score a row, then on three; return the first error where neither works."""
    first: Exception | None = None
    for scores in (np.linspace(-1.0, 1.5, 6), np.linspace(-1.0, 1.5, 18).reshape(6, 3)):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                call(scores, np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]))
        except Exception as error:  # anything: the loss is somebody else's
            first = first or error
        else:
            return None
    return first


def _candidate(
    loss: Any,
    made: Callable[[dict[str, Any]], Any],
    settings: dict[str, Any],
    inputs: tuple[Input, ...],
    lines: Sequence[str],
) -> Candidate:
    return Candidate(
        given=loss,
        call=made(settings),
        name=_name(loss),
        host=Booster(),
        kind="objective",
        spelling=(*_import(loss), *lines),
        inputs=inputs,
        settings=settings,
        rebuild=made,
        doc=inspect.getdoc(loss) or "",
    )


def _name(loss: Any) -> str:
    return str(getattr(loss, "__name__", type(loss).__name__))


def _import(loss: Any) -> tuple[str, ...]:
    module, name = getattr(loss, "__module__", None), getattr(loss, "__qualname__", "")
    if module in (None, "__main__") or not str(name).isidentifier():
        return ("import numpy as np",)
    return ("import numpy as np", f"from {module} import {name}")
