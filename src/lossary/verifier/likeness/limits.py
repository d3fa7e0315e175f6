"""Where one loss becomes another as a parameter reaches a special value: a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """At `setting = value`, a loss whose name holds `words` becomes one of `families`."""

    words: tuple[str, ...]
    setting: tuple[str, ...]
    value: float
    families: tuple[str, ...]
    but: tuple[str, ...] = ()
    """Words in the name with which it need not hold."""

    def meets(self, name: list[str]) -> bool:
        return all(word in name for word in self.words) and not any(w in name for w in self.but)


CROSS = ("BinaryCrossEntropy", "CrossEntropy", "NegativeLogLikelihood")
LIMITS = (
    Limit(("focal",), ("gamma", "focusing", "g"), 0.0, CROSS, ("tversky", "dice", "quality")),
    Limit(("huber",), ("delta", "d", "huber_delta"), 1e5, ("SquaredError",),
          ("quantile", "modified")),
    Limit(("pinball",), ("q", "tau", "quantile", "level", "alpha"), 0.5, ("AbsoluteError",)),
    Limit(("quantile",), ("q", "tau", "quantile", "level", "alpha"), 0.5, ("AbsoluteError",),
          ("huber",)),
    Limit(("expectile",), ("tau", "q", "expectile", "level"), 0.5, ("SquaredError",)),
    Limit(("smoothing",), ("label_smoothing", "smoothing", "epsilon", "eps", "alpha"), 0.0, CROSS),
    Limit(("generalized", "cross", "entropy"), ("q",), 1e-6, CROSS),
    Limit(("poly",), ("epsilon", "eps", "eps1", "epsilon1"), 0.0, CROSS),
    Limit(("poly1",), ("epsilon", "eps", "eps1", "epsilon1"), 0.0, CROSS),
)  # fmt: skip
