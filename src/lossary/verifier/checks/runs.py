"""Before all numbers: the code of a loss names nothing that does not exist."""

from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.slips import Slip
from lossary.verifier.batch import Batch
from lossary.verifier.contract import UNCALLABLE
from lossary.verifier.finding import Call, Finding, fail
from lossary.verifier.rule import always, check


@check(
    number=0,
    reason="A branch that was never run waits for the user whose batch takes it.",
    rule="FAIL where the loss cannot be called with nothing but its defaults, and where any call"
    " met a name that is nowhere defined.",
    evidence=("LibAUC 812f98f", "torchdistill 3e4373c", "segmentation_models.pytorch 5006616"),
    applies=always,
)
def runs(subject: Any) -> Iterable[Finding]:
    """The loss can be called, and whatever its code names is there."""
    slips = subject.candidate.slips
    if slips:
        yield _named_nowhere(subject, slips[0])
    elif subject.contract.sure(UNCALLABLE):
        yield _uncallable(subject)


def _uncallable(subject: Any) -> Finding:
    call = subject.call(subject.typical)
    return fail(
        f"It cannot be called with nothing but its defaults: {_words(call.found)}.",
        subject.example(call, expected="a number"),
        cause="a default of None that is calculated with",
        mend="give the parameter a default that works, or none at all",
    )


def _named_nowhere(subject: Any, slip: Slip) -> Finding:
    given = subject.candidate.settings
    changes = {k: v for k, v in slip.settings.items() if k not in given or given[k] is not v}
    free = iter([each.name for each in subject.candidate.inputs if each.name not in slip.names])
    names = [name or next(free) for name in slip.names]
    arrays = map(subject.host.numpy, slip.arrays)
    said = f"{type(slip.error).__name__}: {slip.error}"
    call = Call(Batch(dict(zip(names, arrays, strict=True))), said, settings=changes)
    return fail(
        f"A call ended with {_words(said)}.",
        subject.example(call, expected="a number"),
        cause="a name that was changed in one line, and not in the others, or an import that is"
        " missing",
        mend="give it the name that was meant, and call each branch once in a test",
    )


def _words(said: Any) -> str:
    return str(said).splitlines()[0].rstrip(".")
