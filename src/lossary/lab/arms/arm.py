"""An arm of a study: a loss that competes with its learner, why, and what is set of it where."""

from dataclasses import dataclass
from typing import Any

from lossary.core.loss import Loss
from lossary.lab.tasks.bench import Facts
from lossary.records import SpaceRecord

BEND = 1.345  # Huber: 95 % as good as squares where there is nothing to guard against
OF_LOSS = "loss."
"""What stands before a loss's own parameters in a setting: `loss.delta`."""


@dataclass(frozen=True)
class Arm:
    """A loss that competes, the learner that is to learn by it, and the optimizer, if it is named.

    `fitted` says what is set anew from the training rows of every fold, `space` what of the loss is
    searched beside the learner's nuisance parameters; numbers that are fitted are searched as
    factors of what was fitted. `role` is "default", "field", "incumbent" or nothing.
    """

    name: str
    loss: Loss
    reason: str
    grade: str = ""
    cites: tuple[str, ...] = ()
    caution: str = ""
    fitted: str = ""
    learner: str = "mlp"
    optimizer: Any = None
    role: str = ""
    space: tuple[SpaceRecord, ...] = ()
    seed: int = 0
    """Added to the study's: another number is another draw of first weights and order of rows."""

    def made(self, facts: Facts, setting: dict[str, Any] | None = None) -> tuple[Any, float]:
        """Return the loss as it is trained, and the unit in which it sees prediction and target."""
        own = {
            name.removeprefix(OF_LOSS): value
            for name, value in (setting or {}).items()
            if name.startswith(OF_LOSS)
        }
        loss: Any = self.loss
        if self.fitted == "delta":
            return loss.replace(delta=BEND * facts.spread * own.pop("delta", 1.0), **own), 1.0
        if self.fitted == "classes":
            each = tuple(1 / (len(facts.shares) * facts.shares))
            return loss.replace(class_weight=each, **own), 1.0
        made = loss.replace(**own) if own else loss
        return made, facts.spread if self.fitted == "unit" else 1.0
