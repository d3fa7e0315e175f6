"""Where values may lie, and a safe value in each place, for entries that do not count."""

from dataclasses import dataclass
from math import inf
from typing import Any

Array = Any


@dataclass(frozen=True)
class Domain:
    """A place for numbers: an interval, or a few points of it.

    `safe` lies well inside; `mend` says what a user who is outside probably wants.
    """

    name: str
    low: float = -inf
    high: float = inf
    low_closed: bool = False
    high_closed: bool = False
    safe: float = 0.0
    points: tuple[float, ...] = ()
    without: float | None = None
    integer: bool = False
    mend: str = ""

    def contains(self, value: float) -> bool:
        """Say whether one Python number lies here."""
        if self.points:
            return value in self.points
        above = value >= self.low if self.low_closed else value > self.low
        below = value <= self.high if self.high_closed else value < self.high
        return above and below and value != self.without

    def outside(self, xp: Any, array: Array) -> Array:
        """Mark the entries that lie elsewhere; NaN lies nowhere."""
        if self.points:
            found = array != self.points[0]
            for point in self.points[1:]:
                found = found & (array != point)
            return found
        above = array >= self.low if self.low_closed else array > self.low
        below = array <= self.high if self.high_closed else array < self.high
        inside = above & below
        return ~(inside if self.without is None else inside & (array != self.without))

    def __str__(self) -> str:
        if self.points:
            return "{" + ", ".join(f"{point:g}" for point in self.points) + "}"
        if self.without is not None:
            return f"anything but {self.without:g}"
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{self.low:g}, {self.high:g}{right}"


@dataclass(frozen=True)
class Whole(Domain):
    """Whole numbers from `low` on: of steps, of rows, of what can be counted."""

    low_closed: bool = True

    def contains(self, value: float) -> bool:
        return value == value // 1 and super().contains(value)

    def __str__(self) -> str:
        return f"the whole numbers from {self.low:g} on"


@dataclass(frozen=True)
class Labels(Domain):
    """Integers that name one of k classes, 0 to k-1, where k is the size of the axis `axis`."""

    name: str = "labels"
    axis: str = "k"
    integer: bool = True
    low: float = 0.0
    low_closed: bool = True
    mend: str = "labels start at 0; leave entries out with mask=, not with a label such as -100"

    def outside(self, xp: Any, array: Array) -> Array:
        return array < 0  # the upper end is known where the classes are

    def __str__(self) -> str:
        return f"integers 0 to {self.axis}-1"


@dataclass(frozen=True)
class Distribution(Domain):
    """Rows of shares that are never negative and sum to one along the last axis."""

    name: str = "distribution"
    low: float = 0.0
    high: float = 1.0
    low_closed: bool = True
    high_closed: bool = True
    safe: float = 0.5
    mend: str = "divide each row by its sum"


real = Domain("real")
logit = Domain("logit", mend="hand over the network's raw output, without a sigmoid")
margin = Domain("margin", mend="hand over a raw score, whose sign decides")
scores = Domain(
    "scores", low_closed=True, mend="hand over the network's raw output, without a softmax"
)
probability = Domain(
    "probability", 0.0, 1.0, True, True, 0.5, mend="put a sigmoid or a softmax before this loss"
)
log_probability = Domain(
    "log_probability",
    high=0.0,
    low_closed=True,
    high_closed=True,
    safe=-1.0,
    mend="put a log-softmax before it",
)
log_amount = Domain("log_amount", mend="hand over the logarithm of the mean, as a log link does")
positive = Domain("positive", 0.0, safe=1.0)
nonnegative = Domain("nonnegative", 0.0, low_closed=True, safe=1.0)
nonzero = Domain(
    "nonzero", without=0.0, safe=1.0, mend="leave zero targets out with mask=, or set a floor"
)
censored_time = Domain(
    "censored_time",
    without=0.0,
    safe=1.0,
    mend="a time is above zero, and negative where it was censored; shift zero times by a little",
)
above_minus_one = Domain("above_minus_one", -1.0)
share = Domain("share", 0.0, 1.0, True, False, 0.5)
at_least_one = Domain("at_least_one", 1.0, low_closed=True, safe=2.0)
inner = Domain("inner", 0.0, 1.0, safe=0.5)
side = Domain("side", -1.0, 1.0, True, True, points=(-1.0, 0.0, 1.0), safe=1.0)
degree = Domain(
    "degree",
    0.0,
    1.0,
    True,
    True,
    0.5,
    mend="0 is no and 1 is yes; (target + 1) / 2 turns -1 into 0",
)
whole = Whole("whole", 0.0)
count = Whole("count", 1.0, safe=1.0)
labels = Labels()
distribution = Distribution()
weights = Domain("weight", 0.0, low_closed=True, safe=1.0)
