"""A contract in plain words: each fact, how it is known, and how to declare it otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from lossary import domains
from lossary.verifier.contract import Argument, Contract

KNOWN = {
    "declared": "as declared",
    "named": "by its name",
    "probed": "by trying",
    "assumed": "assumed",
}
_WEAKEST = ("assumed", "probed", "named", "declared")
DOMAINS = {
    "real": "any real number",
    "logit": "logits, before the sigmoid",
    "scores": "class scores, before the softmax",
    "probability": "probabilities from 0 to 1",
    "log_probability": "logarithms of probabilities, at most 0",
    "distribution": "probabilities of classes, which sum to 1",
    "labels": "class labels, whole numbers from 0 on",
    "degree": "0 for no, 1 for yes, or between",
    "side": "-1 or 1",
    "box": "boxes",
    "weights": "weights, at least 0",
    "positive": "numbers above 0",
    "nonnegative": "numbers from 0 on",
}
ROLES = {
    "prediction": "the prediction",
    "target": "the target",
    "weight": "weights",
    "mask": "a mask, true where an entry counts",
    "other": "one more array",
}
AXES = {
    "n": "rows", "k": "classes", "d": "features", "t": "steps", "h": "height", "w": "width",
    "c": "channels",
}  # fmt: skip
PER = {
    "entry": "the number of entries",
    "row": "the number of rows",
    "valid": "the number of entries that count",
    "weight": "the sum of weights",
}
_OF = {"entries": "entries", "rows": "rows"}
_CLASSES = ("scores", "distribution")


@dataclass(frozen=True)
class Fact:
    """One fact of a contract."""

    label: str
    says: str
    known: str
    """A word of `KNOWN`, or empty where there is nothing to declare."""
    option: str = ""
    """What declares it otherwise, as an option of `check`: target."""


def facts(contract: Contract) -> list[Fact]:
    """Return what a loss is taken to promise, in the order in which one would ask."""
    return [*(_argument(contract, each) for each in contract.arguments), *_result(contract)]


def _argument(contract: Contract, argument: Argument) -> Fact:
    role = argument.role
    said = [ROLES.get(role, role)]
    if role != "mask":
        words = _domain(argument)
        said = [words] if role == "weight" else [*said, words]
    option = role if role in ("prediction", "target") else "order"
    known = _known(contract, f"{argument.name}.domain", f"{role}.domain", role, argument.name)
    by_keyword = ", by keyword" if argument.keyword else ""
    return Fact(argument.name, f"{': '.join(said)}; {_shape(argument)}{by_keyword}", known, option)


def _domain(argument: Argument) -> str:
    if argument.domain in DOMAINS:
        return DOMAINS[argument.domain]
    found = getattr(domains, argument.domain, None)
    name = argument.domain.replace("_", " ")
    return name if found is None else f"{name} in {found}"


def _shape(argument: Argument) -> str:
    if not argument.axes:
        return "a single number"
    axes = " × ".join(AXES.get(each, each) for each in argument.axes)
    if len(argument.axes) == 1:
        return f"one for each of {axes}" if axes.isdigit() else f"one a {_one(axes)}"
    return axes


def _one(axis: str) -> str:
    return {"rows": "row", "classes": "class", "features": "feature", "steps": "step",
            "channels": "channel"}.get(axis, axis)  # fmt: skip


def _known(contract: Contract, *names: str) -> str:
    found = [contract.known[name] for name in names if name in contract.known]
    return min(found, key=_rank, default="assumed")


def _rank(known: str) -> int:
    return _WEAKEST.index(known) if known in _WEAKEST else 0


def _result(contract: Contract) -> Iterator[Fact]:
    if contract.kind == "objective":
        yield Fact("gives", "a gradient and a Hessian for each row, as boosters want them", "")
        return
    yield Fact("gives", _gives(contract), _known(contract, "reduction"), "reduction")
    if contract.reduction == "mean" and contract.per in PER:
        yield Fact("divides by", PER[contract.per], _known(contract, "per"), "per")
    if contract.reductions:
        words = ", ".join(contract.reductions)
        yield Fact("can give", f"{contract.reduction_setting}= {words}", "")
    if contract.ignore is not None:
        told = f"an entry whose target is {contract.ignore:g}"
        yield Fact("leaves out", told, _known(contract, "ignore"), "ignore")
    if contract.infimum is not None:
        yield Fact("at least", f"{contract.infimum:g}", _known(contract, "infimum"), "infimum")
    if contract.like is not None:
        yield Fact("compared", f"with {contract.like}", _known(contract, "like"), "like")


def _gives(contract: Contract) -> str:
    out = " × ".join(AXES.get(each, each) for each in contract.output)
    much = f"an array of {out}" if len(contract.output) > 1 else f"one number for each of {out}"
    many = much if contract.output else "one number"
    if contract.structure == "batch":
        return f"{many}; of the batch as a whole, no sum over rows"
    if contract.reduction in ("mean", "sum"):
        return f"{many}, the {contract.reduction} over {_OF.get(contract.structure, 'rows')}"
    return many if contract.reduction == "none" else f"{many}, neither a mean nor a sum"
