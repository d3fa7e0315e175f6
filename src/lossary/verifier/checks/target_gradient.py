"""Check 22: no gradient flows into what is held fixed."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.meaning.promises import promised
from lossary.verifier.meaning.words import bears, told
from lossary.verifier.rule import check

FROZEN = ("ema", "momentum", "target_net", "target_network", "next_q", "next_v", "next_value",
          "target_q", "q_target", "q_next", "bootstrap", "frozen", "detached", "stop_grad", "sg",
          "pseudo_label")  # fmt: skip
TEACHERS = ("teacher", "tutor")
PROMISED = ("stop_gradient", "stop_grad", "no_gradient", "detached", "frozen", "fixed_teacher",
            "teacher_is_fixed", "not_trained")  # fmt: skip


def _held(subject: Any) -> list[Any]:
    others = [a for a in subject.contract.arguments if a.domain != "labels" and a.role != "mask"]
    said = promised(subject, [a.name for a in subject.contract.arguments])
    learnt = {a.name for a in subject.contract.roles("prediction")[:1]}
    return [a for a in others if bears(a.name, *FROZEN, *TEACHERS) or a.name in said - learnt]


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if not subject.differentiable or not subject.host.slopes:
        return "NumPy gives no gradient"
    return None if _held(subject) else "no argument is called, or said to be, a teacher or frozen"


@check(
    number=22,
    reason="A gradient that flows into the teacher or the frozen network drags the target towards"
    " the student: the two meet in a collapse, and the loss looks fine.",
    rule="FAIL where the argument is called frozen, a moving average or a bootstrapped value, or"
    " the documentation promises a stopped gradient; WARN for an argument of which a sentence says"
    " that it gets none; INFO for a teacher, whose gradient the caller mostly has stopped; silent"
    " for a plain target.",
    evidence=("a held-out corpus",),
    applies=_applies,
)
def target_gradient(subject: Any) -> Iterable[Finding]:
    """No gradient flows into a teacher, a moving average or a frozen network."""
    for argument in _held(subject):
        try:
            slope = subject.slope(subject.typical, argument.name)
        except CandidateError:
            continue
        if slope is None or not np.any(slope):
            continue
        named = bears(argument.name, *FROZEN, *TEACHERS)
        sure = bears(argument.name, *FROZEN) or (named and told(subject, *PROMISED))
        by = "by its name" if named else "by its documentation"
        yield (fail if sure else info if named else warn)(
            f"A gradient flows into {argument.name} (up to {np.nanmax(np.abs(slope)):.3g}), which "
            f"{by} is held fixed.",
            subject.example(
                subject.call_slope(subject.typical, argument.name), expected="None, or zeros"
            ),
            cause="the stopped gradient is missing inside the loss",
            mend=f"{argument.name}.detach() in PyTorch, stop_gradient({argument.name}) in JAX and "
            "TensorFlow",
        )
