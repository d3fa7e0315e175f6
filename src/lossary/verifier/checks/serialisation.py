"""Check 38: a loss that is stored and loaded is the same loss."""

import re
from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.adapters.foreign.made import Made
from lossary.adapters.foreign.restoring import lambdas, registered, restored, stores, ways
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.programme.calls import eager, once, same
from lossary.verifier.programme.remaking import with_loss
from lossary.verifier.rule import always, check

SAID = {
    "copy": "copy.deepcopy(loss)",
    "pickle": "pickle.loads(pickle.dumps(loss))",
    "configuration": "type(loss).from_config(loss.get_config())",
}


def _object(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    call = subject.candidate.call
    plain = not isinstance(call, Made) or hasattr(call.loss, "__code__")
    return "a function is stored by its name" if plain else None


@check(
    number=38,
    reason="A model is loaded with another loss than it was trained with, and trained on.",
    rule="FAIL where a copy, a pickle or a configuration gives other numbers, or where Keras'"
    " from_config cannot make it; WARN where that fails for want of a reduction or a name, and"
    " where an attribute cannot be pickled; INFO for the configuration of a class that has no"
    " get_config of its own and is not registered: nobody means to store it.",
    evidence=("keras#9377", "tensorflow#33229", "keras#5916"),
    applies=_object,
)
def serialisation(subject: Any) -> Iterable[Finding]:
    """Stored and loaded, a loss gives the same value."""
    for changed in _versions(eager(subject)):
        loss = changed.candidate.call.loss
        for way in ways(loss):
            found = _tried(changed, loss, way)
            if found is not None:
                yield found
                return


def _versions(subject: Any) -> Iterable[Any]:
    """Yield the loss as it is, and with each of its numbers changed, as a user would."""
    yield subject
    if not hasattr(subject.candidate.call.loss, "get_config"):
        return
    for name, value in subject.candidate.settings.items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            try:
                yield subject.changed(**{name: value * 0.5 + 0.2})
            except Unchangeable:
                continue


def _tried(subject: Any, loss: Any, way: str) -> Finding | None:
    batch = subject.typical
    try:
        first = once(subject, batch)
    except CandidateError:
        return None
    try:
        again = restored(loss, way)
    except Exception as error:  # whatever its author's own storing raises
        return _refused(subject, loss, way, error)
    found = once(with_loss(subject, again), batch)
    if same(first, found):
        return None
    with_ = "".join(f" with {name}={value:g}" for name, value in subject.changes.items())
    return (fail if way != "configuration" or _meant(loss) else info)(
        f"{SAID[way]}{with_} is another loss: {found.sum():.6g} where it was {first.sum():.6g}.",
        subject.example(subject.call(batch), expected=f"{first.sum():.6g} after {SAID[way]}"),
        cause="a setting that get_config leaves out, or an attribute that is not stored",
        mend="return every argument of __init__ in get_config: {**super().get_config(), …}",
    )


def _refused(subject: Any, loss: Any, way: str, error: Exception) -> Finding | None:
    words = f"{type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}"
    example = subject.example(subject.call(subject.typical), expected=f"{SAID[way]} works")
    if way == "configuration":
        return _unmade(loss, words)(
            f"{SAID[way]} raises {words}: a saved model cannot be loaded with this loss.",
            example,
            cause="get_config and __init__ do not agree",
            mend="return every argument of __init__ in get_config: {**super().get_config(), …}",
        )
    held = lambdas(loss)
    if not held:
        return None
    return warn(
        f"It cannot be stored: {SAID[way]} raises {words}; {', '.join(held)} is a function without"
        " a name.",
        example,
        cause="a lambda kept as an attribute",
        mend="a method, or a function at the top of the module",
    )


def _unmade(loss: Any, words: str) -> Any:
    """Say how grave it is that from_config raises: it does so loudly, and at the first try."""
    inherited = re.search(r"unexpected keyword argument '(reduction|name|dtype)'", words)
    return info if not _meant(loss) else warn if inherited else fail


def _meant(loss: Any) -> bool:
    """Say whether the author means the loss to be stored by its configuration."""
    return stores(loss) or registered(loss)
