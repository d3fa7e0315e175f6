"""The decision layer of a study as code: what was tuned after training, with its numbers."""

from typing import Any

_ODDS = "np.log({p} / (1 - {p}))"


def decision_of(numbers: dict[str, Any], kind: str, score: str, chance: str) -> tuple[str, ...]:
    """Return the lines of a function that decides; none where nothing was tuned.

    `score` and `chance` are code for what a threshold is held against, and for probabilities.
    """
    if "threshold" in numbers or "thresholds" in numbers:
        return _thresholds(numbers, kind, score)
    if "offsets" in numbers:
        logs = f"np.log({chance}) + np.array({numbers['offsets']!r})"
        return (f"return np.array(classes)[({logs}).argmax(1)]",)
    if "cuts" in numbers:
        return (f"return np.array(classes)[np.searchsorted({numbers['cuts']!r}, {chance})]",)
    if "slope" in numbers and "shift" in numbers:
        odds = _ODDS.format(p="chance")
        return (
            f"chance = {chance}",
            f"odds = {numbers['slope']!r} * {odds} + {numbers['shift']!r}",
            "return 1 / (1 + np.exp(-odds))",
        )
    return _with_prior(numbers, chance) if "prior" in numbers else ()


def _thresholds(numbers: dict[str, Any], kind: str, score: str) -> tuple[str, ...]:
    cut = numbers.get("threshold", numbers.get("thresholds"))
    if not score:
        return ()
    if kind == "multilabel":
        return (f"return {score} > np.array({cut!r})",)
    return (f"return np.array(classes)[({score} > {cut!r}).astype(int)]",)


def _with_prior(numbers: dict[str, Any], chance: str) -> tuple[str, ...]:
    return (
        "shares = np.bincount(y) / len(y)",
        f"logs = {numbers['slope']!r} * np.log({chance}) + {numbers['prior']!r} * np.log(shares)",
        "return np.exp(logs) / np.exp(logs).sum(1, keepdims=True)",
    )
