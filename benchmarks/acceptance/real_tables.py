"""Ask real tables and hold the answers to rows kept aside: `… acceptance.real_tables FOLDER`."""

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.acceptance.holding import scores_on_hold_out
from benchmarks.acceptance.questions import QUESTIONS, Question, planned
from benchmarks.acceptance.real_words import page
from benchmarks.machine import described
from lossary.lab import Plan
from lossary.lab.protocol.holding import held
from lossary.lab.protocol.recording import arms_of, judged
from lossary.lab.protocol.running import Run
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.workers import workers
from lossary.records import VerdictRecord

parser = argparse.ArgumentParser(
    prog="python -m benchmarks.acceptance.real_tables", description=__doc__
)
parser.add_argument("folder", type=Path, help="where the tables lie, as TABLE.csv")
parser.add_argument("--seeds", type=int, default=2)
parser.add_argument("--trials", type=int, default=4)
parser.add_argument("--learners", default="mlp,lightgbm")
parser.add_argument("--share", type=float, default=0.4, help="of the steps that networks take")
parser.add_argument("--only", default="", help="part of the names of questions")
parser.add_argument("--into", type=Path, default=Path(__file__).parents[1] / "results")


def shortened(plan: Plan, share: float) -> Plan:
    """Return the plan with fewer steps for what learns step by step."""
    efforts = {
        name: replace(each, steps=round(share * each.steps)) if each.batch else each
        for name, each in plan.efforts.items()
    }
    return replace(plan, efforts=efforts)


def answered(plan: Plan) -> dict[str, Any]:
    """Run a study, then train all its arms for the hold-out, and compare."""
    began = time.perf_counter()
    with TemporaryDirectory() as folder, workers(1, None) as alone:
        run = Run(plan, Store(Path(folder)), alone, lambda share, doing: None)
        run.go()
        verdict = judged(run, arms_of(run))
        last = held(run, verdict)
        seconds = time.perf_counter() - began
        scores = scores_on_hold_out(run)
    assert last is not None
    return compared(plan, verdict, scores) | {
        "compared": last.compared,
        "difference": last.difference, "low": last.low, "high": last.high,
        "seconds": seconds,
    }  # fmt: skip


def compared(plan: Plan, verdict: VerdictRecord, scores: dict[str, float]) -> dict[str, Any]:
    """Say what was recommended, and how it does on the hold-out beside the field's and the best.

    `loss` and `regret` are positive where the recommended arm is worse, in shares of what the
    default learns beyond the constant (of which the region of practical equivalence is 1 %).
    """
    field = next((arm.name for arm in plan.arms if arm.role == "field"), verdict.default)
    sign = -1 if plan.task.metric.greater_is_better else 1
    errors = {name: sign * score for name, score in scores.items() if np.isfinite(score)}
    best, mine = min(errors, key=errors.__getitem__), errors[verdict.recommended]
    unit = 100 * verdict.rope
    return {
        "rows": len(plan.dev), "held": len(plan.held), "arms": len(plan.arms),
        "recommended": verdict.recommended, "default": verdict.default, "field": field,
        "best": best, "sentence": verdict.sentence, "scores": scores,
        "no_difference": verdict.sentence.startswith("No difference"),
        "gain": (errors[field] - mine) / unit, "regret": (mine - errors[best]) / unit,
        "regret_of_field": (errors[field] - errors[best]) / unit,
        "regret_of_default": (errors[verdict.default] - errors[best]) / unit,
    }  # fmt: skip


def asked(question: Question, seed: int, given: argparse.Namespace) -> dict[str, Any]:
    """Ask one question with one seed."""
    plan = planned(question, given.folder, seed, given.learners, given.trials)
    found = answered(shortened(plan, given.share))
    return {"question": question.name, "metric": question.metric, "seed": seed} | found


def main() -> None:
    """Ask every question, seed after seed; what was found is written down after each."""
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"machine": described(os.cpu_count() or 1), "rows": []}
    found |= {name: getattr(given, name) for name in ("trials", "share", "learners")}
    for seed in range(given.seeds):
        for question in (each for each in QUESTIONS if given.only in each.name):
            row = asked(question, seed, given)
            found["rows"].append(row)
            print(f"{row['question']}, seed {seed}: {row['sentence']} ({row['seconds']:.0f} s)")
            _write(found, given.into)


def _write(found: dict[str, Any], into: Path) -> None:
    (into / "real_tables.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (into / "real_tables.md").write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
