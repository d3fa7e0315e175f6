"""Check 23, for policies and values: what is good becomes likelier, and nothing follows the end."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import doc
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import bears, metric, named
from lossary.verifier.rule import check

GAINS = ("advantage", "adv", "return", "reward", "gae")
CHANCES = ("log_prob", "logprob", "logp", "log_pi", "new_log", "action_log", "old_log")
OLD = ("old", "behavior", "behaviour", "ref", "mu_log", "next")
ENDS = ("done", "terminal", "terminated", "is_terminal")
NEXT = ("next", "q_next", "v_next", "target_q", "bootstrap")
OTHERS = ("entropy", "critic", "value", "td", "q", "discriminator", "airl", "gail", "expert",
          "worst", "adversar")  # fmt: skip
"""Losses that are not the policy's."""
RISING = ("objective", "surrogate", "utility", "ascent")
"""Figures that are meant to rise, unless they are called a loss."""
GOING = re.compile(r"\b0(\.0)? (for|if|where|means|when|at) [^.;,\n]*(done|end|terminal)|not done")
GAIN, STEP = 10.0, 0.05
"""A gain above any baseline that is drawn beside it, and a step within any clip of a ratio."""


def argument(subject: Any, *words: str, without: tuple[str, ...] = ()) -> Any:
    """Return the one argument that bears one of these words, or None."""
    found = [a for a in subject.contract.arguments if bears(a.name, *words)]
    found = [a for a in found if not (without and bears(a.name, *without))]
    return found[0] if len(found) == 1 else None


def _policy(subject: Any) -> tuple[Any, Any, Any] | None:
    """Return the gains, the logarithms of chances that are learnt, and the old ones if any."""
    gain, new = argument(subject, *GAINS), argument(subject, *CHANCES, without=OLD)
    if gain is None or new is None or gain.axes != new.axes or new.role != "prediction":
        return None
    return gain, new, argument(subject, *OLD)


def chosen(subject: Any) -> tuple[Any, Any, Any] | None:
    """Return gains, logits and the actions that were chosen."""
    gain, action = argument(subject, *GAINS), argument(subject, "action")
    first = subject.contract.prediction if subject.contract.roles("prediction") else None
    if gain is None or action is None or first is None:
        return None
    if action.domain != "labels" or gain.axes != ("n",) or first.axes != ("n", "k"):
        return None
    return (gain, first, action) if first.domain in ("scores", "real") else None


def _ended(subject: Any) -> tuple[Any, Any] | None:
    """Return what says that an episode has ended, and the value of what would come next."""
    end, after = argument(subject, *ENDS), argument(subject, *NEXT)
    if end is None or after is None or GOING.search(doc(subject)):
        return None
    return None if bears(end.name, "not", "continue", "non", "mask") else (end, after)


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    known = _policy(subject) or _ended(subject) or chosen(subject)
    return None if known else "no advantages, returns or ends of episodes are handed over"


@check(
    number=23,
    reason="With the sign lost, a policy learns to avoid what pays; with the end of an episode"
    " turned round, values of states that never come are learnt.",
    rule="FAIL where the loss rises with the chance of an action of a high return, and less so"
    " with that of a low one; and where the value after the end of an episode counts, and none"
    " before.",
    evidence=("jvmncs/safe-grid-agents#28", "tensorflow/agents#156"),
    applies=_applies,
)
def returns(subject: Any) -> Iterable[Finding]:
    """What pays becomes likelier, and after the end of an episode nothing counts."""
    try:
        yield from _sign(subject)
        yield from _ends(subject)
    except CandidateError:
        return


def _sign(subject: Any) -> Iterator[Finding]:
    tried = _chances(subject) or _actions(subject)
    if (
        tried is None
        or metric(subject)
        or (named(subject, *OTHERS) and not named(subject, "actor"))
    ):
        return
    if named(subject, *RISING) and not named(subject, "loss"):
        return
    name, gain, likely, rare = tried
    paid, punished = (_moved(subject, gain, level, likely, rare) for level in (GAIN, -GAIN))
    if np.isfinite([paid, punished]).all() and paid > max(1e-9, punished + 1e-6 * abs(paid)):
        yield _unlearns(subject, name, _with(likely, gain, GAIN), _with(rare, gain, GAIN))


def _with(batch: Any, gain: str, level: float) -> Any:
    return batch.with_(gain, np.full(batch[gain].shape, level))


def _moved(subject: Any, gain: str, level: float, likely: Any, rare: Any) -> float:
    """Return how much dearer it is to do likely what it did, where all of it gained this much."""
    high, low = (subject.number(_with(each, gain, level)) for each in (likely, rare))
    return float(high - low)


def _unlearns(subject: Any, name: str, likely: Any, rare: Any) -> Finding:
    high, low = subject.number(likely), subject.number(rare)
    return fail(
        f"With gains of {GAIN:g} the loss rises from {low:.4g} to {high:.4g} as the chosen actions"
        f" become likelier in {name}: training unlearns what pays.",
        subject.example(
            subject.call(rare, says="the chosen actions are rare"),
            subject.call(likely, says="the chosen actions are likely"),
            expected=f"less than {low:.4g}",
        ),
        cause="a lost minus: the objective of a policy is maximised, and a loss is minimised",
        mend="return -(log_prob * advantage).mean(), or -min(unclipped, clipped).mean()",
    )


def _chances(subject: Any) -> tuple[str, str, Any, Any] | None:
    """Return batches in which logarithms of chances are a little higher, and lower."""
    found = _policy(subject)
    if found is None:
        return None
    gain, new, old = found
    batch = subject.typical
    level = np.full(batch[new.name].shape, -1.0)
    if old is not None and batch[old.name].shape == level.shape:
        batch = batch.with_(old.name, level)
    up, down = (batch.with_(new.name, level + by) for by in (STEP, -STEP))
    return new.name, gain.name, up, down


def _actions(subject: Any) -> tuple[str, str, Any, Any] | None:
    """Return batches with higher and with lower logits of the chosen actions."""
    found = chosen(subject)
    if found is None:
        return None
    gain, first, action = found
    batch = subject.typical
    taken = np.eye(batch[first.name].shape[1])[batch[action.name].astype(int)]
    up, down = (batch.with_(first.name, by * taken) for by in (0.5, -0.5))
    return first.name, gain.name, up, down


def _ends(subject: Any) -> Iterator[Finding]:
    """After the end of an episode the value of the next state does not count."""
    found = _ended(subject)
    if found is None:
        return
    end, after = found
    batch = subject.typical
    other = batch[after.name] + 1.0 if after.domain == "real" else subject.draw(50)[after.name]
    over = batch.with_(end.name, np.ones(batch[end.name].shape))
    moved = over.with_(after.name, other)
    going = batch.with_(end.name, np.zeros(batch[end.name].shape))
    here, there = subject.number(over), subject.number(moved)
    still = subject.number(going) == subject.number(going.with_(after.name, other))
    if np.isfinite([here, there]).all() and abs(here - there) > 1e-9 and still:
        yield fail(
            f"{after.name} counts where {end.name} is 1, and not where it is 0: {here:.4g} becomes"
            f" {there:.4g} when only what comes after the end changes.",
            subject.example(
                subject.call(over), subject.call(moved, says=f"another {after.name}"),
                expected=f"{here:.4g} again",
            ),
            cause=f"{end.name} in place of 1 - {end.name}",
            mend=f"reward + gamma * (1 - {end.name}) * {after.name}",
        )  # fmt: skip
