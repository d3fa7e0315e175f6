"""What is said of rounds grown one by one: kept, logged, and used to stop early."""

import sys
from types import SimpleNamespace
from typing import Any

from lossary.adapters.catboost.training import Run


class History:
    """The judge's numbers after each round; the last of the watched rows decide."""

    def __init__(self, run: Run) -> None:
        self.judge, self.callbacks = run.judge, run.asked.told("callbacks", ())
        several = len(run.watched) > 1
        names = [f"validation_{i}" if several else "validation" for i in range(len(run.watched))]
        self.result: dict[str, dict[str, list[float]]] = {
            name: {run.judge.name: []} for name in ("learn", *names)
        }
        self.patience = int(run.asked.told("early_stopping_rounds", run.asked.told("od_wait", 0)))
        self.best = 0
        """The round after which the last of the watched rows were judged best."""
        self.cuts = bool(names) and bool(run.asked.told("use_best_model", True))
        self.period = _period(run)
        self.out = run.asked.told("log_cout", sys.stdout)

    @property
    def rounds(self) -> int:
        """How many rounds there were."""
        return len(self.result["learn"][self.judge.name])

    @property
    def kept(self) -> int:
        """How many rounds the model keeps."""
        return self.best + 1 if self.cuts else self.rounds

    @property
    def told(self) -> dict[str, Any]:
        """What CatBoost's estimators tell of it: all numbers, the best of each set, and where."""
        pick = max if self.judge.greater_is_better else min
        score = {
            name: {metric: pick(values) for metric, values in said.items()}
            for name, said in self.result.items()
        }
        return {"result": self.result, "score": score, "best": self.best if self.cuts else None}

    def goes_on(self, number: int, said: list[float]) -> bool:
        """Note what was said after a round; say whether another one is to follow."""
        for values, value in zip(self.result.values(), said, strict=True):
            values[self.judge.name].append(value)
        watched = list(self.result.values())[-1][self.judge.name]
        if self._better(watched[-1], watched[self.best]):
            self.best = number
        self._log(number, said)
        told = SimpleNamespace(iteration=number + 1, metrics=self.result)
        called = [each.after_iteration(told) for each in self.callbacks]
        tired = len(said) > 1 and 0 < self.patience <= number - self.best
        return all(called) and not tired

    def _better(self, new: float, old: float) -> bool:
        return new > old if self.judge.greater_is_better else new < old

    def _log(self, number: int, said: list[float]) -> None:
        if not self.period or number % self.period:
            return
        words = [f"{number}:", f"learn: {said[0]:.7f}", *(f"test: {each:.7f}" for each in said[1:])]
        line = "\t".join(words)
        (self.out.write if hasattr(self.out, "write") else self.out)(line + "\n")


def _period(run: Run) -> int:
    """Return after how many rounds to log; 0 for never."""
    if run.asked.told("silent") or run.asked.told("logging_level") == "Silent":
        return 0
    told: Any = run.asked.told("verbose", run.asked.told("verbose_eval", True))
    period = int(run.asked.told("metric_period", 1))
    return period if told is True else int(told)
