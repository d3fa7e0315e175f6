"""Count false alarms in studies without a difference: `python -m benchmarks.null_studies`."""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.machine import described
from lossary.lab.verdict.differences import between
from lossary.lab.verdict.ranking import verdict
from lossary.lab.verdict.self_test import null_rate
from lossary.lab.verdict.words import CONSTANT
from lossary.records import ArmRecord, FoldRecord

ROWS, SEEN, ALLOWED = 150, 3, 0.05
PAIRS = ((1, 10), (10, 10))
"""Repeats and folds for two arms, judged by each of the usual tests."""
GAINS = (
    (2, 3, 0.0), (2, 3, 0.1), (2, 3, 0.2), (2, 3, 0.4), (6, 1, 0.0), (6, 1, 0.2), (6, 1, 0.4),
    (6, 1, 0.8), (6, 3, 0.0), (6, 3, 0.2), (6, 3, 0.4), (6, 3, 0.8),
)  # fmt: skip
"""Arms, repeats of five folds, and by how much more the features of one arm weigh."""
VERDICTS = (
    (2, 1, 5), (2, 3, 5), (2, 10, 10), (6, 1, 5), (6, 3, 5), (6, 5, 5), (12, 1, 5), (12, 3, 5),
)  # fmt: skip
"""Arms, repeats and folds, judged by the verdict."""

parser = argparse.ArgumentParser(prog="python -m benchmarks.null_studies", description=__doc__)
parser.add_argument("--studies", type=int, default=2000)
parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")


def scores_of_equals(
    seed: int, arms: int = 2, repeats: int = 1, folds: int = 5, rows: int = ROWS, gain: float = 0.0
) -> np.ndarray:
    """Return the errors of equally good arms over folds, of shape (arms, repeats · folds).

    The target is the sum of all features and noise. Each arm is a ridge regression that sees three
    features of its own, which are drawn as those of the others are: no arm is better than another.
    On the rows at hand one seems better in every fold, since folds share rows. That is the trap.
    With a `gain` the last arm is better indeed: its features weigh so much more in the target.
    """
    random = np.random.default_rng(seed)
    features = random.normal(size=(arms, rows, SEEN))
    share = np.where(np.arange(arms) == arms - 1, 1 + gain, 1.0)
    target = share @ features.sum(axis=2) + random.normal(size=rows)
    judged = np.concatenate([random.permutation(rows).reshape(folds, -1) for _ in range(repeats)])
    seen, wanted = features[:, judged], target[judged]
    square = np.einsum("arf,arg->afg", features, features)[:, None] - np.einsum(
        "ajrf,ajrg->ajfg", seen, seen
    )
    product = np.einsum("arf,r->af", features, target)[:, None] - np.einsum(
        "ajrf,jr->ajf", seen, wanted
    )
    weights = np.linalg.solve(square + np.eye(SEEN), product[..., None])[..., 0]
    return np.abs(np.einsum("ajrf,ajf->ajr", seen, weights) - wanted).mean(axis=-1)


def by_runs(scores: np.ndarray, repeats: int) -> np.ndarray:
    """Return the mean of every run over all folds."""
    return scores.reshape(len(scores), repeats, -1).mean(axis=-1)


TESTS: dict[str, Callable[[np.ndarray, int], float]] = {
    "paired t": lambda scores, repeats: stats.ttest_rel(*scores).pvalue,
    "Wilcoxon on folds": lambda scores, repeats: stats.wilcoxon(*scores).pvalue,
    "Wilcoxon on means of runs": lambda scores, repeats: (
        stats.wilcoxon(*by_runs(scores, repeats)).pvalue if repeats > 1 else np.nan
    ),
    "corrected t (Nadeau and Bengio)": lambda scores, repeats: (
        between(*scores, ratio=1 / (scores.shape[1] / repeats - 1)).p
    ),
}


def by_test(studies: int) -> Iterator[dict[str, Any]]:
    """Yield how often each test tells two equal arms apart."""
    for repeats, folds in PAIRS:
        drawn = [scores_of_equals(seed, 2, repeats, folds) for seed in range(studies)]
        for name, test in TESTS.items():
            values = np.array([test(scores, repeats) for scores in drawn])
            if np.isfinite(values).all():
                told = int((values <= ALLOWED).sum())
                yield _row(name, 2, repeats, folds, told, studies)


def by_verdict(studies: int) -> Iterator[dict[str, Any]]:
    """Yield how often the verdict tells any of several equal arms apart."""
    for arms, repeats, folds in VERDICTS:
        equals = partial(scores_of_equals, arms=arms, repeats=repeats, folds=folds)
        found = null_rate(equals, studies, 1 / (folds - 1))
        yield _row("the verdict", arms, repeats, folds, found.told, studies)


def _row(test: str, arms: int, repeats: int, folds: int, told: int, studies: int) -> dict[str, Any]:
    bounds = stats.binomtest(told, studies).proportion_ci(method="exact")
    return {
        "test": test, "arms": arms, "repeats": repeats, "folds": folds, "studies": studies,
        "told": told, "rate": told / studies, "low": bounds.low, "high": bounds.high,
    }  # fmt: skip


def by_gain(studies: int) -> Iterator[dict[str, Any]]:
    """Yield what the verdict makes of an arm that is better than the default and all others."""
    for arms, repeats, gain in GAINS:
        shown, taken, kept = 0, 0, 0
        for seed in range(studies):
            scores = scores_of_equals(seed, arms, repeats, gain=gain)
            found = verdict(_arms(scores), "error", False, ratio=1 / 4)
            best = next(each for each in found.standings if each.arm == str(arms - 1))
            shown += best.p <= ALLOWED and best.gain > 0
            taken += found.recommended == best.arm
            kept += found.recommended == found.default
        yield {
            "arms": arms, "repeats": repeats, "gain": gain, "studies": studies,
            "shown": shown / studies, "taken": taken / studies, "kept": kept / studies,
        }  # fmt: skip


def _arms(scores: np.ndarray) -> list[ArmRecord]:
    """Return arms with these scores, the first of them the default, and a constant far behind."""
    folds = [tuple(FoldRecord(0, 0, each) for each in row) for row in scores.tolist()]
    roles = ["default"] + [""] * len(scores)
    far = tuple(FoldRecord(0, 0, 2 * each.score) for each in folds[0])
    return [
        *(ArmRecord(str(number), None, "", "", (), "", each, role=roles[number])
          for number, each in enumerate(folds)),
        ArmRecord(CONSTANT, None, "", "", (), "", far),
    ]  # fmt: skip


COLUMNS = ("judged by", "arms", "repeats × folds", "false alarms", "95 % interval")
HEAD = f"""# False alarms in studies without a difference

Every arm is a ridge regression on {SEEN} features of its own, drawn as those of the others, over
{ROWS} rows: no arm is better than another, and on the rows at hand one seems so in every fold. A
false alarm is a test that tells two arms apart, or a verdict that tells any arm from the leader or
from the default. 5 % are allowed. Intervals are Clopper and Pearson's.
"""


GAINED = ("arms", "repeats × folds", "weight", "shown", "taken", "default kept")
SECOND = """
## And where one arm is better

The features of one arm weigh more in the target, the others' by 1 as before. It is *shown* to be
better where Holm's test says so, and *taken* where the verdict recommends it. The default is one of
the others; it is *kept* where the odds are too poor to leave it. Where all weigh the same, nothing
is lost by leaving it.
"""


def page(found: dict[str, Any]) -> str:
    """Write both tables."""
    first = _table(COLUMNS, map(_line, found["rows"]))
    second = _table(GAINED, map(_gained, found["gains"]))
    end = (
        f"{found['rows'][0]['studies']:,} studies for each line of the first table, "
        f"{found['gains'][0]['studies']:,} of the second; {found['seconds']:.0f} s in all.\n"
    )
    return "\n".join((HEAD, first, SECOND, second, "", end))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _gained(row: dict[str, Any]) -> tuple[str, ...]:
    shares = (f"{100 * row[each]:.0f} %" for each in ("shown", "taken", "kept"))
    return str(row["arms"]), f"{row['repeats']} × 5", f"{1 + row['gain']:g}", *shares


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    bounds = f"{100 * row['low']:.1f} % to {100 * row['high']:.1f} %"
    shape = f"{row['repeats']} × {row['folds']}"
    return row["test"], str(row["arms"]), shape, f"{100 * row['rate']:.1f} %", bounds


def run(studies: int) -> dict[str, Any]:
    """Count all false alarms."""
    began = time.perf_counter()
    rows, gains = [*by_test(studies), *by_verdict(studies)], [*by_gain(max(studies // 4, 1))]
    return {
        "machine": described(os.cpu_count() or 1),
        "seconds": time.perf_counter() - began,
        "rows": rows,
        "gains": gains,
    }


def main() -> None:
    """Count, and write null_studies.json and null_studies.md."""
    given = parser.parse_args()
    found = run(given.studies)
    given.into.mkdir(parents=True, exist_ok=True)
    (given.into / "null_studies.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (given.into / "null_studies.md").write_text(page(found), "utf-8")
    print(page(found))


if __name__ == "__main__":
    main()
