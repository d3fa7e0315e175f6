"""Check 23, for a student and a teacher: nothing costs less than to agree with the teacher."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import bears, contrary, named
from lossary.verifier.rule import check

STUDENTS, TEACHERS = ("student", "stu"), ("teacher", "tea", "tutor")
DISTILLATIONS = ("distil", "kd", "student_teacher", "teacher_student", "knowledge_distil")
APART = ("contrast", "nce", "diversity", "orthogonal", "margin", "generator", "disagree",
         "discrepan", "adversar")  # fmt: skip
DRAWS, ENOUGH = range(12), {"n": 6, "k": 5, "d": 5}
"""Of two rows or two classes a correlation is a sign, and says nothing."""
OFTEN = 0.25


def _pair(subject: Any) -> tuple[str, str] | None:
    """Return the names of a student's array and of a teacher's that is like it."""
    arguments = subject.contract.arguments
    if len(arguments) != 2 or (arguments[0].axes, arguments[0].domain) != (
        arguments[1].axes,
        arguments[1].domain,
    ):
        return None
    students = [a.name for a in arguments if bears(a.name, *STUDENTS)]
    teachers = [a.name for a in arguments if bears(a.name, *TEACHERS)]
    if len(students) == len(teachers) == 1 and students != teachers:
        return students[0], teachers[0]
    shorts = {a.name.lower().rpartition("_")[2]: a.name for a in arguments}
    if named(subject, *DISTILLATIONS) and set(shorts) == {"s", "t"}:
        return shorts["s"], shorts["t"]
    return None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or a_metric(subject):
        return "it is no loss"
    if contrary(subject) or named(subject, *APART):
        return "its name says that the two may differ"
    if any(each.kind == "parameter" for each in subject.candidate.state().values()):
        return "what it learns stands between student and teacher"
    return None if _pair(subject) else "it takes no student and teacher that are alike"


@check(
    number=23,
    reason="A similarity that is added where its complement is meant drives a student away from"
    " its teacher, and the other terms hide it.",
    rule="FAIL where in a quarter of the draws or more a student that knows nothing of the teacher"
    " costs less than one that equals it; silent for contrastive and adversarial names, and where"
    " the loss has parameters of its own.",
    evidence=("torchdistill 3e4373c",),
    applies=_applies,
)
def imitation(subject: Any) -> Iterable[Finding]:
    """A student that equals its teacher costs no more than one that knows nothing of it."""
    student, teacher = _pair(subject) or ("", "")
    try:
        tried = [_drawn(subject, student, teacher, seed) for seed in DRAWS]
    except CandidateError:
        return
    span = max(abs(value) for _, equal, other in tried for value in (equal, other))
    worse = [each for each in tried if each[1] > each[2] + 1e-3 * span]
    if len(worse) < OFTEN * len(tried):
        return
    stranger, equal, other = max(worse, key=lambda each: each[1] - each[2])
    yield fail(
        f"A {student} that equals {teacher} costs {equal:.4g}, and one that knows nothing of it "
        f"{other:.4g}: agreeing is not what is learnt.",
        subject.example(
            subject.call(stranger, says="a student that knows nothing of the teacher"),
            subject.call(stranger.with_(student, stranger[teacher]), says="it equals the teacher"),
            expected=f"less than {other:.4g}",
        ),
        cause="one of the terms is a similarity where a distance is meant, or has a lost minus",
        mend="1 - similarity in every term",
    )


def _drawn(subject: Any, student: str, teacher: str, seed: int) -> tuple[Batch, float, float]:
    """Return a batch of two strangers, and what student = teacher and the strangers cost."""
    batch = subject.draw(seed, **ENOUGH)
    values = [subject.number(each) for each in (batch.with_(student, batch[teacher]), batch)]
    return batch, *((float(v) if np.isfinite(v) else 0.0) for v in values)
