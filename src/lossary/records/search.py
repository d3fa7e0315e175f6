"""What a global search found: every restart, the minima they ended in, and what is still unseen."""

from dataclasses import dataclass

from lossary.records.plain import FORMAT, Record


@dataclass(frozen=True)
class StandRecord:
    """The loss of a restart after so many of its own evaluations."""

    evaluations: int
    loss: float


@dataclass(frozen=True)
class RestartRecord:
    """One restart: where it ended, and in which basin; only one that settled has a basin.

    `ended` is "settled"; "under way", where its evaluations ended before it had settled;
    "dropped", where others were given them; or "nowhere", at no finite loss.
    """

    first: float
    loss: float
    weights: tuple[float, ...]
    evaluations: int
    ended: str
    basin: int | None
    course: tuple[StandRecord, ...]


@dataclass(frozen=True)
class BasinRecord:
    """One minimum, or several that are the same function: how many restarts settled in it."""

    loss: float
    weights: tuple[float, ...]
    count: int


@dataclass(frozen=True)
class MoreRecord:
    """What one more restart would bring, with intervals at `level`.

    `chance` is that it ends below the best so far, at most `chance_high`; `gain` is by how much it
    lowers the best on average. `unseen` is the chance that, once settled, it is in a basin that no
    restart has found yet, and `basins` how many there are at the least.
    """

    restarts: int
    level: float
    chance: float
    chance_high: float
    gain: float
    gain_low: float
    gain_high: float
    unseen: float | None
    unseen_low: float | None
    unseen_high: float | None
    basins: float | None


@dataclass(frozen=True)
class SearchRecord(Record):
    """A whole search: basins best first, restarts as they began.

    Of `unsettled` restarts the evaluations ended before they had settled. An evaluation is one
    loss of one vector of weights, or one gradient. `more` is None where the restarts were not
    alike, or only one.
    """

    method: str
    seed: int
    budget: int
    losses: int
    gradients: int
    loss: float
    weights: tuple[float, ...]
    basins: tuple[BasinRecord, ...]
    restarts: tuple[RestartRecord, ...]
    dropped: int
    unsettled: int
    more: MoreRecord | None
    sentence: str
    format: int = FORMAT

    @property
    def evaluations(self) -> int:
        """Losses and gradients together."""
        return self.losses + self.gradients
