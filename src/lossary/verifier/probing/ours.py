"""The contract of a loss of ours, which declares all of it."""

from typing import Any

from lossary.adapters.foreign.candidate import Candidate
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.declaring import Declared

FACTS = ("prediction.axes", "prediction.domain", "target.axes", "target.domain", "order",
         "reduction", "structure", "per", "infimum")  # fmt: skip


def probe_ours(candidate: Candidate, declared: Declared) -> Contract:
    """Read the sentence and the domains of a loss of ours; nothing is tried."""
    loss = candidate.ours
    place = _place(loss, declared)
    sentence = loss.sentences[place]
    roles = _roles(loss)
    arguments = tuple(
        Argument(name, roles.get(name, "other"), _axes(pattern.axes), _domain(domain))
        for name, pattern, domain in zip(
            loss.names, sentence.inputs, loss.domains[place], strict=True
        )
    )
    reduction = str(candidate.settings.get("reduction", "mean"))
    return Contract(
        arguments=arguments,
        output=() if reduction != "none" else _axes(sentence.output.axes),
        reduction=reduction,
        reductions=("mean", "sum", "none"),
        structure="rows" if loss.additive else "batch",
        per="entry" if loss.additive else "unknown",
        infimum=float(loss.lower_bound),
        like=declared.like,
        known={**dict.fromkeys(FACTS, "declared"), **dict.fromkeys(declared.stated(), "declared")},
    )


def _place(loss: Any, declared: Declared) -> int:
    """Choose the sentence that was declared, or the first."""
    wanted = [tuple(each.split()) for each in (declared.shapes or "").split(",")]
    for place, sentence in enumerate(loss.sentences):
        if [_axes(each.axes) for each in sentence.inputs] == wanted:
            return place
    return 0


def _roles(loss: Any) -> dict[str, str]:
    """Give each argument its role: the first is learnt, and views are predictions both."""
    roles = dict.fromkeys(loss.names, "other")
    roles[loss.names[0]] = "prediction"
    for name in loss.names[1:]:
        known = ("target", "time", "event", "label", "labels")
        roles[name] = "target" if name in known else "prediction"
    return roles


def _axes(axes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("n" if axis == "..." else axis for axis in axes)


def _domain(domain: Any) -> str:
    return "weights" if domain.name == "weight" else str(domain.name)
