"""The answer of a study: the ranking, how sure one may be, and what the answer hangs on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StandingRecord:
    """One row of the ranking; `difference`: by how much the metric is worse than the leader's.

    `low` and `high` bound it, jointly over all arms. `better`, `same` and `worse` are the posterior
    probabilities, by the correlated t-test, that the arm is better than the default by more than
    the region of practical equivalence, within it, or worse; `p` is the corrected test against the
    default, adjusted over all arms (Holm). They are NaN for the default itself.
    """

    arm: str
    mean: float
    deviation: float
    difference: float
    low: float
    high: float
    together: bool
    gain: float
    gain_low: float
    gain_high: float
    p: float
    better: float
    same: float
    worse: float


@dataclass(frozen=True)
class SensitivityPointRecord:
    """The metric, averaged over folds, near one value of a parameter; `spread` over folds."""

    value: float
    metric: float
    spread: float
    trials: int


@dataclass(frozen=True)
class SensitivityRecord:
    """How the metric of one arm hangs on one parameter; `width`: how far it may be missed.

    `width` is in decades for a logarithmic scale, else in the parameter's units: the span of values
    whose metric stays within the region of practical equivalence of the best.
    """

    arm: str
    parameter: str
    scale: str
    points: tuple[SensitivityPointRecord, ...]
    width: float


@dataclass(frozen=True)
class InteractionRecord:
    """Whether the better of two losses depends on the optimizer or learner: a difference of gains.

    `difference` is (one - other with `first`) - (one - other with `second`), with its corrected
    interval; `found` where the interval leaves out zero.
    """

    losses: tuple[str, str]
    factor: str
    first: str
    second: str
    difference: float
    low: float
    high: float
    found: bool


@dataclass(frozen=True)
class OptimismRecord:
    """How much the score that selected a trial promised over what the fold then showed.

    `promised` and `kept` are means of the selected trials' inner and outer metric; `expected` is
    the mean outer metric when 1, 2, 3 … of the trials are allowed.
    """

    arm: str
    promised: float
    kept: float
    expected: tuple[float, ...]


@dataclass(frozen=True)
class VerdictRecord:
    """The answer, best arm first; `together` marks what cannot be told apart from the leader.

    `recommended` is the simplest and cheapest of those; `rope` is the region of practical
    equivalence, in units of the metric. `sure` says in words how sure one may be.
    """

    leader: str
    recommended: str
    default: str
    level: float
    rope: float
    standings: tuple[StandingRecord, ...]
    beats_constant: bool
    sentence: str
    advice: str
    sure: str
    caveats: tuple[str, ...] = ()
    sensitivity: tuple[SensitivityRecord, ...] = ()
    interaction: tuple[InteractionRecord, ...] = ()
    optimism: tuple[OptimismRecord, ...] = ()
