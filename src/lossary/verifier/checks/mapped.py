"""Check 27: the loss mapped over an axis of batches, as per-sample gradients need it."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.programme.remaking import apart, emptied
from lossary.verifier.rule import always, check
from lossary.verifier.silence import silence


def _mappable(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    if subject.host.name == "jax" and not subject.thorough:
        return "JAX takes half a second for it: --thorough"
    if subject.host.name not in ("torch", "jax"):
        return f"{subject.host.name} maps nothing"
    return None


@check(
    number=27,
    reason="Ensembles, per-sample gradients and meta-learning map a loss over one more axis; one"
    " that reduces over fixed axes gives other numbers there.",
    rule="FAIL where the mapped loss differs from the loss of each batch; INFO where it cannot be"
    " mapped.",
    evidence=("pytorch#59477",),
    applies=_mappable,
)
def mapped(subject: Any) -> Iterable[Finding]:
    """Mapped over batches, the loss gives the values of the batches."""
    subject = eager(subject)
    batches = [subject.draw(seed) for seed in range(2)]
    calls = [over(subject, each, "float32") for each in batches]
    names = calls[0][1]
    one_by_one = [_alone(subject, each) for each in batches]
    together = {name: np.stack([each[name] for each in batches]) for name in batches[0]}
    arrays = [subject.host.array(each, "float32") for each in together.values()]
    other = apart(subject)  # what the framework traces with must not stay in the loss
    function = subject.host.mapped(other.candidate.function(names), [0] * len(arrays))
    if function is None:
        return
    try:
        with silence(), subject.host.scope(arrays), emptied(subject.candidate.given):
            found = subject.host.numpy(function(*arrays))
    except Exception as error:  # whatever the framework raises
        words = str(error).strip().splitlines()[0][:120] if str(error).strip() else ""
        yield info(f"It cannot be mapped over batches (vmap): {type(error).__name__}: {words}")
        return
    wanted = np.stack(one_by_one)
    if found.shape != wanted.shape or not np.allclose(
        found, wanted, rtol=1e-3, atol=1e-5, equal_nan=True
    ):
        yield fail(
            f"Mapped over two batches it gives {np.ravel(found)[:2]}; alone they give"
            f" {np.ravel(wanted)[:2]}.",
            subject.example(*(subject.call(each, "float32") for each in batches), expected=wanted),
            cause="a shape that is read while it is traced, or an axis counted from the front",
            mend="count axes from the back, or reduce over all",
        )


def _alone(subject: Any, batch: Any) -> Any:
    with emptied(subject.candidate.given):
        return apart(subject).value(batch, "float32")
