"""Reads a signature: which parameters take arrays, and which are settings."""

import enum
import inspect
import re
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from lossary.adapters.foreign.candidate import Input
from lossary.adapters.foreign.using import used_as_array, used_as_exponent

ARRAYS = re.compile(
    r"weights?$|mask|^(pos|class|sample|pixel|cost|importance)_?(weight|wt)s?|lengths?$|^targets?$"
    r"|^labels?$|^y_(true|pred)$|^y$|^valid$|^var(iance)?s?$|^(log_?)?(std|sigma|var)s?$|^where$"
    r"|^(ref|teacher|reference)_|_(logits|probs?|targets?|labels?|scores?|log_?probs?)$|^events?$"
    r"|^neg(ative)?s?$|^pos(itive)?s?$|^anchors?$|^logits?$|^advantages?$|^indicator$|^exposure$"
)
"""Names of arguments that may be left out and take an array all the same."""
USUAL: dict[str, Any] = {
    "gamma": 2.0, "alpha": 0.25, "beta": 1.0, "delta": 1.0, "tau": 0.7, "q": 0.7, "quantile": 0.7,
    "temperature": 0.5, "temp": 0.5, "t": 0.5, "T": 2.0, "margin": 1.0, "m": 0.5,
    "eps": 1e-6, "smooth": 1.0,
    "epsilon": 1e-6, "smoothing": 0.1, "label_smoothing": 0.1, "ignore_index": -100, "scale": 1.0,
    "reduction": "mean", "lambda_": 0.5, "lam": 0.5, "lamb": 0.5, "lmbda": 0.5, "power": 1.5,
    "rho": 1.5, "p": 2, "k": 1, "theta": 0.5, "threshold": 0.5, "kappa": 1.0,
    "quantiles": (0.1, 0.5, 0.9),
    "from_logits": False, "axis": -1, "dim": -1, "reduce": True, "size_average": True, "s": 1.0,
    "clip_eps": 0.2, "clip_ratio": 0.2, "epsilon_clip": 0.2, "coef": 0.5, "w_pos": 2.0,
    "w_neg": 1.0, "level": 0.7, "cutoff": 1.0, "c": 1.0, "focal_gamma": 2.0, "focal_alpha": 0.25,
    "spatial_dims": 2, "num_classes": 4, "n_classes": 4, "nclasses": 4, "classes": 4,
    "n_class": 4, "num_class": 4,
}  # fmt: skip
"""What a setting without a default is tried with, by its usual name."""
SECOND = re.compile(r"^(targets?|labels?|y|y_true|y_pred|y_prob\w*|y_score|pred\w*|input|logits)$")
"""Names of an array without which there is no loss."""
CHOICES = ("axis", "axes", "dim", "pos_label", "size_average", "reduce", "reduction", "options")
"""Names of settings that may be None."""
SAMPLES = ("t", "p", "q", "m", "k", "s", "c", "y", "scale", "lam", "theta", "alpha", "beta", "rho")
"""Of these names the first two parameters of a signature are arrays: loss(p, t), loss(p, q)."""
SKIPPED = ("name", "dtype", "device", "size_average", "reduce", "args", "kwargs")
NUMBERS = (int, float, bool, str)


@dataclass
class Read:
    """What a signature says."""

    inputs: list[Input] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    """Every parameter that is no array, with its default."""
    assumed: dict[str, Any] = field(default_factory=dict)
    """Settings without a default, and what is taken for them."""
    missing: list[str] = field(default_factory=list)
    """Settings without a default, for which nothing is usual."""
    parameters: dict[str, inspect.Parameter] = field(default_factory=dict)
    open: bool = False
    """Whether it takes any keyword."""


def parameters_of(function: Any) -> dict[str, inspect.Parameter] | None:
    """Return the parameters of a callable without self, or None where nothing can be known."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None


def construction_of(kind: Any) -> dict[str, inspect.Parameter]:
    """Return what a class is made with; what it hands on as **kwargs, its parents tell."""
    found: dict[str, inspect.Parameter] = {}
    for ancestor in inspect.getmro(kind):
        made = vars(ancestor).get("__init__")
        if ancestor is object or ancestor.__module__ == "torch.nn.modules.module":
            continue
        if not inspect.isfunction(made):
            continue
        own = list(inspect.signature(made).parameters.values())[1:]
        found |= {each.name: each for each in own if each.name not in found}
        if not any(each.kind is each.VAR_KEYWORD for each in own):
            found = {n: each for n, each in found.items() if each.kind is not each.VAR_KEYWORD}
            break
    return found or parameters_of(kind) or {}


def of_call(parameters: dict[str, inspect.Parameter], function: Any = None) -> Read:
    """Read the signature of what is called with arrays; its source tells p from p."""
    read = Read(parameters=parameters)
    needed = {each.name for each in parameters.values() if each.default is each.empty}
    unsure = needed & set(USUAL)
    arrays = {n for n in unsure if n in SAMPLES and used_as_array(function, n, needed)}
    powers = {n for n in unsure if n in SAMPLES and used_as_exponent(function, n)}
    clear = len(needed - unsure)
    for each in parameters.values():
        if each.kind is each.VAR_KEYWORD:
            read.open = True
        elif each.kind is each.VAR_POSITIONAL:
            if not read.inputs:
                read.inputs += [Input(f"argument_{place}") for place in (0, 1)]
        else:
            beside = max(clear, len(read.inputs))
            _sort(read, each, 0 if each.name in arrays else 2 if each.name in powers else beside)
    return read


def of_construction(parameters: dict[str, inspect.Parameter]) -> Read:
    """Read the signature of what is called with settings, as a class is."""
    read = Read(parameters=parameters)
    for each in parameters.values():
        if each.kind is each.VAR_KEYWORD:
            read.open = True
        elif each.kind is not each.VAR_POSITIONAL:
            _set(read, each)
    return read


def _sort(read: Read, each: inspect.Parameter, beside: int) -> None:
    known = each.name == "labels" and any("true" in given.name for given in read.inputs)
    if not known and (_is_target(read, each) or takes_array(each, beside)):
        required = each.default is each.empty or _is_target(read, each)
        read.inputs.append(Input(each.name, required, _by_keyword(read, each)))
    else:
        _set(read, each)


def _by_keyword(read: Read, each: inspect.Parameter) -> bool:
    """Say whether it must be named: behind a star, or behind something that is left out."""
    if each.kind is each.POSITIONAL_ONLY:
        return False
    if _is_target(read, each):
        return bool(read.settings)
    optional = any(not earlier.required for earlier in read.inputs)
    return (
        each.kind is each.KEYWORD_ONLY
        or bool(read.settings)
        or optional
        or (each.default is not each.empty)
    )


def _is_target(read: Read, each: inspect.Parameter) -> bool:
    """Say whether it is the second array, which only seems to be left out: `targets=None`."""
    return len(read.inputs) == 1 and bool(SECOND.search(each.name))


def takes_array(each: inspect.Parameter, beside: int) -> bool:
    """Say whether a parameter takes an array, beside so many others that do."""
    if each.default is each.empty:
        if _is_number(each.annotation):
            return False
        return each.name not in USUAL or (each.name in SAMPLES and beside < 2)
    if each.default is not None or each.name in USUAL or each.name in CHOICES:
        return False
    return _is_tensor(each.annotation) or bool(ARRAYS.search(each.name))


def _set(read: Read, each: inspect.Parameter) -> None:
    if each.default is not each.empty:
        read.settings[each.name] = each.default
    elif each.name in USUAL:
        read.settings[each.name] = read.assumed[each.name] = USUAL[each.name]
    else:
        read.missing.append(each.name)


def _is_number(note: Any) -> bool:
    if isinstance(note, str):
        return bool(re.fullmatch(r"(int|float|bool|str)( \| None)?", note))
    return note in NUMBERS or (inspect.isclass(note) and issubclass(note, enum.Enum))


def _is_tensor(note: Any) -> bool:
    text = note if isinstance(note, str) else f"{getattr(note, '__name__', '')} {note}"
    return "Callable" not in text and bool(re.search(r"Tensor|ndarray|Array\b|ArrayLike", text))


def hinted(read: Read, doc: str) -> None:
    """Take a first word for what has no default: that of its annotation, or the docs' first."""
    for name in list(read.missing):
        note = read.parameters[name].annotation
        found = next(iter(_words(note)), None) or _quoted(name, doc)
        if found is not None:
            read.missing.remove(name)
            read.settings[name] = read.assumed[name] = found


def _words(note: Any) -> list[Any]:
    if get_origin(note) is Literal:
        return list(get_args(note))
    return list(note) if inspect.isclass(note) and issubclass(note, enum.Enum) else []


def _quoted(name: str, doc: str) -> str | None:
    """Return the first quoted word that stands in a docstring behind a parameter's name."""
    found = re.search(rf"\b{re.escape(name)}\b[^\n]*?['\"`]+(\w+)['\"`]", doc)
    return None if found is None else found[1]


def plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that can be written down: numbers, words, switches and None."""
    return {
        name: value
        for name, value in settings.items()
        if name not in SKIPPED and (value is None or isinstance(value, (*NUMBERS, enum.Enum)))
    }
