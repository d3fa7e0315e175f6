"""Arms drawn up for a study: crossed with learners and optimizers, each role borne by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lossary.core.catalogue import find
from lossary.lab.arms.arm import Arm
from lossary.lab.arms.crossing import PART, crossed, pairs, refusal
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.forming import given
from lossary.lab.learners.learner import Learner
from lossary.lab.rules.advising import Advice, Diagnosis
from lossary.lab.rules.rules import FIELD
from lossary.lab.tasks.task import Task

UNTUNED = "untuned"
_ORDER = ("default", "field", "incumbent", "")


class Proposal(NamedTuple):
    """The arms that compete, and a sentence for each that does not: "Huber · lightgbm: …"."""

    arms: tuple[Arm, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entrants:
    """Who takes part: the task, what is known of it, learners, and optimizers."""

    task: Task
    known: tuple[Advice, ...]
    diagnosis: Diagnosis
    learners: Sequence[Learner]
    optimizers: tuple[Any, ...]

    def drawn_up(self, arms: list[Arm], incumbent: Any) -> Proposal:
        """Cross arms with learners and optimizers; roles are borne by one arm each."""
        today = [] if incumbent is None else [self._incumbent(incumbent)]
        names = {arm.name for arm in arms}
        arms = [
            replace(arm, role="incumbent") if not arm.role and arm.name in {t.name for t in today}
            else arm for arm in arms
        ]  # fmt: skip
        arms = [arms[0], self._usual(), *(t for t in today if t.name not in names), *arms[1:]]
        found, refused = [], []
        for pair in pairs(self.learners, self.optimizers):
            for arm in arms:
                made = crossed(arm, pair, len(self.learners) > 1)
                why = refusal(made, pair, self.task)
                if why:
                    refused.append(f"{made.name}: {why}")
                else:
                    found.append(made)
        return Proposal(tuple(_once(found)), tuple(refused))

    def _incumbent(self, what: Any) -> Arm:
        arm = given(what, self.task, self.known, self.diagnosis)
        head_for(arm.loss, self.task)
        return replace(arm, role="incumbent", reason="what is trained with today")

    def _usual(self) -> Arm:
        """Return what most would have taken, as it stands: nothing of it is tuned."""
        loss = find(FIELD[self.task.kind])()
        reason = "as it stands, with usual settings: nothing of it is tuned"
        arm = Arm(loss.label, loss, reason, role="field")
        return replace(arm, name=f"{loss.label}{PART}{UNTUNED}")


def _once(arms: list[Arm]) -> Iterator[Arm]:
    """Yield each arm, a role only where none before bears it; what is usual is tried once."""
    borne: set[str] = set()
    for arm in sorted(arms, key=lambda arm: _ORDER.index(arm.role)):
        if arm.role == "field" and "field" in borne:
            continue
        yield replace(arm, role="") if arm.role in borne else arm
        borne |= {arm.role} - {""}
