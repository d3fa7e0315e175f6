"""Studies as the lab records them, with numbers drawn by chance around what is plausible."""

from dataclasses import dataclass, replace

import numpy as np

from lossary.records import (
    ArmRecord,
    CapsuleRecord,
    ColumnRecord,
    DataRecord,
    FoldRecord,
    HoldoutRecord,
    InteractionRecord,
    LearnerRecord,
    OptimismRecord,
    PointRecord,
    ProtocolRecord,
    QuestionRecord,
    SensitivityPointRecord,
    SensitivityRecord,
    SpaceRecord,
    StandingRecord,
    StudyRecord,
    SymptomRecord,
    TrialRecord,
    VerdictRecord,
)
from tests.reports.portraits import amounts_portrait, classes_portrait

NAN = float("nan")
CONSTANT = "the best constant"
RATE = SpaceRecord("learning_rate", 0.01, 0.001, 0.1, "log")
DECAY = SpaceRecord("weight_decay", 0.01, 1e-4, 1.0, "log")
MLP = LearnerRecord("mlp", "perceptron, 2 × 64 SiLU, AdamW", 24, 16, (RATE, DECAY))
LEAVES = SpaceRecord("num_leaves", 31.0, 8.0, 128.0, "log")
TREES = LearnerRecord("lightgbm", "LightGBM, gradient boosting", 20, 0, (RATE, LEAVES))
OWN = LearnerRecord("module", "your own module", 24, 16, (RATE, DECAY))
FOLDS, REPEATS = 5, 2
SETTINGS = {
    "mlp": {"weight_decay": 0.05},
    "lightgbm": {"num_leaves": 11.7, "min_child_samples": 5.2, "subsample": 0.9, "reg_lambda": 2.0},
    "xgboost": {"max_depth": 3.3, "min_child_weight": 2.0},
    "linear": {},
    "module": {"weight_decay": 0.05},
}


@dataclass(frozen=True)
class Entry:
    """An arm as it shall come out: its mean, its noise over folds, and whether it leads."""

    name: str
    loss: str
    mean: float
    parameters: dict
    role: str = ""
    learner: str = "mlp"
    grade: str = "A"
    together: bool = False
    failed: bool = False
    cites: tuple = ("gneiting2011",)
    unit: float = 1.0
    decision: dict | None = None


def _fold(entry, rng, repeat, fold):
    score = NAN if entry.failed else entry.mean * (1 + rng.normal(0, 0.04))
    rate = 0.02 * float(np.exp(rng.normal(0, 0.4)))
    setting = {"learning_rate": rate} | SETTINGS[entry.learner]
    setting = {"penalty": rate} if entry.learner == "linear" else setting
    parameters = {
        name: value * float(np.exp(rng.normal(0, 0.1))) if name == "delta" else value
        for name, value in entry.parameters.items()
    }
    trials = tuple(
        TrialRecord(setting, score * (0.95 + place / 50),
                    score * (1 + place / 50), 18, 0.4, "halved" if place == 3 else "")
        for place in range(4)
    )  # fmt: skip
    curve = () if entry.failed else tuple(
        PointRecord(step, 3 * entry.mean / (1 + step / 4) + rng.normal(0, 0.01) * entry.mean,
                    score * (1 + 1.5 * np.exp(-step / 4)) + rng.normal(0, 0.004) * entry.mean)
        for step in range(0, 25, 2)
    )  # fmt: skip
    return FoldRecord(
        repeat, fold, score, score * 1.04 if entry.decision else score, 2.5,
        {"loss": entry.loss, "version": 1, "parameters": parameters}, entry.unit, setting, 18,
        entry.decision, trials, curve,
    )  # fmt: skip


def arm(entry, rng, portrait=None):
    """Return the record of an arm, fold by fold."""
    folds = tuple(_fold(entry, rng, r, f) for r in range(REPEATS) for f in range(FOLDS))
    return ArmRecord(
        entry.name, {"loss": entry.loss, "version": 1, "parameters": entry.parameters},
        "its best constant is what the metric rewards", entry.grade, entry.cites,
        "its best constant is the mean; mae rewards the median" if entry.role == "field" else "",
        folds, entry.learner, "", entry.role, 25.0 if entry.learner == "mlp" else 9.0,
        (SpaceRecord("delta", 1.0, 0.1, 10.0, "log"),) if entry.loss == "Huber" else (), portrait,
    )  # fmt: skip


def constant(score):
    """Return the record of the prediction that never looks."""
    folds = tuple(FoldRecord(r, f, score) for r in range(REPEATS) for f in range(FOLDS))
    reason = "never looks at a feature (always 140 on the last fold): what every loss must beat"
    return ArmRecord(CONSTANT, None, reason, "", (), "", folds)


def standing(entry, leader, default, sign):
    """Return one row of the ranking."""
    if entry.failed:
        return StandingRecord(entry.name, *[NAN] * 5, False, *[NAN] * 7)
    behind, noise = sign * (entry.mean - leader.mean), 0.02 * abs(leader.mean)
    gain = sign * (default.mean - entry.mean)
    against = (NAN,) * 7 if entry is default else (
        gain, gain - noise, gain + noise, 0.21 if entry.together else 0.0004, 0.62, 0.3, 0.08
    )  # fmt: skip
    low, high = (0.0, 0.0) if entry is leader else (behind - 1.5 * noise, behind + 1.5 * noise)
    return StandingRecord(
        entry.name, entry.mean, 0.03 * abs(entry.mean), behind, low, high, entry.together, *against
    )


def sensitivity(entry):
    """Return how the metric hangs on the learning rate, and on the loss's delta."""
    rates = np.geomspace(1e-3, 1e-1, 6)
    points = tuple(
        SensitivityPointRecord(float(rate), entry.mean * (1 + 0.1 * np.log10(rate / 0.02) ** 2),
                               0.02 * entry.mean, 7)
        for rate in rates
    )  # fmt: skip
    found = [SensitivityRecord(entry.name, "learning_rate", "log", points, 1.2)]
    if entry.loss == "Huber":
        found.append(SensitivityRecord(entry.name, "loss.delta", "log", points, 0.6))
    return tuple(found)


SYMPTOMS = (
    SymptomRecord("outliers", "Outliers among the residuals", 0.031, "share of the rows", 0.005,
                  True, "3.1 % lie beyond six robust deviations; the centre moves by 0.4 of them",
                  "bend the loss: Huber, or the absolute error", "large amounts are real and their "
                  "mean is wanted", "A", ("huber1964",)),
    SymptomRecord("skew", "Skewed residuals", 0.4, "", 1.0, False, "hardly skewed"),
    SymptomRecord("shift", "Shift over time", NAN, "AUC", 0.7, False, "no column orders the rows"),
)  # fmt: skip


def columns(target, kind, numbers=("age", "bmi"), texts=("ward",), **others):
    """Return what each column is for; `others` are roles and their columns."""
    return (
        ColumnRecord(target, "target", kind),
        *(ColumnRecord(name, "number", "") for name in numbers),
        *(ColumnRecord(name, "category", "3 kinds") for name in texts),
        *(ColumnRecord(name, role, "named by you") for role, name in others.items()),
        ColumnRecord("patient_id", "left out", "names the rows"),
    )


def study(entries, question, *, seed=0, portrait=None, learners=(MLP,), name="patients.csv",
          table=None, decision="", **words):  # fmt: skip
    """Return a whole study of some entries, best first; all optional parts are there."""
    rng = np.random.default_rng(seed)
    sign = -1.0 if question.greater_is_better else 1.0
    sound = [each for each in entries if not each.failed]
    leader = sound[0]
    default = next(each for each in entries if each.role == "default")
    field = next((each for each in entries if each.role == "field"), default)
    drawn = portrait or (lambda rng, spread: None)
    arms = [
        arm(each, rng, None if each.failed else drawn(rng, 1 + place / 4))
        for place, each in enumerate(entries)
    ]
    floor = leader.mean * (2.2 if sign > 0 else 0.4)
    last = Entry(CONSTANT, "", floor, {})
    standings = [standing(each, leader, default, sign) for each in (*sound, last)]
    standings += [standing(each, leader, default, sign) for each in entries if each.failed]
    recommended = words.pop("recommended", leader.name)
    verdict = VerdictRecord(
        leader.name, recommended, default.name, 0.95, 0.01 * leader.mean, tuple(standings), True,
        words["sentence"], words["advice"], words["sure"],
        ("Eight arms were compared on one table: another table may rank them otherwise.",),
        tuple(row for each in sound for row in sensitivity(each)),
        (InteractionRecord((leader.name, field.name), "learner", "mlp", "lightgbm", 0.4, 0.1, 0.7,
                           True),),
        tuple(OptimismRecord(each.name, each.mean * 0.97, each.mean, tuple(
            each.mean * (1 + 0.2 / k) for k in range(1, 13))) for each in sound),
    )  # fmt: skip
    return StudyRecord(
        "2026-01-01T00:00:00+00:00", 1234.0,
        DataRecord(name, "0a1b" * 16, 1234, table or columns(question.target, question.kind)),
        question, SYMPTOMS,
        ProtocolRecord(FOLDS, REPEATS, 0, 0.2, "folds of equal spread of the target", decision,
                       "random", 12, 247, tuple(learners), 1800.0, "the budget ran out"),
        (*arms, constant(floor)), verdict,
        HoldoutRecord(247, {each.name: each.mean * 1.02 for each in sound}, recommended, field.name,
                      0.05 * leader.mean, 0.01 * leader.mean, 0.09 * leader.mean, 0.95),
        CapsuleRecord("f00d" * 16, "c0de" * 16, {"python": "3.11.7", "lossary": "0.1.0"},
                      "Linux 6.1, x86_64", f"lossary study {name} --target {question.target} "
                      f"--metric {question.metric}"),
    )  # fmt: skip


def regression():
    """Return a study of an amount: six losses, two learners, one clear loser."""
    entries = [
        Entry("TweedieDeviance(power=1.5)", "TweedieDeviance", 42.1, {"power": 1.5}, together=True),
        Entry("Huber(delta=1.345·spread)", "Huber", 42.6, {"delta": 55.3}, together=True,
              grade="B", cites=("huber1964",)),
        Entry("AbsoluteError", "AbsoluteError", 43.0, {}, "default", together=True),
        Entry("AbsoluteError · LightGBM", "AbsoluteError", 43.4, {}, "", "lightgbm"),
        Entry("LogCosh(error/spread)", "LogCosh", 44.5, {}, grade="C", unit=41.0, cites=()),
        Entry("SquaredError", "SquaredError", 46.9, {}, "field", grade="C", cites=()),
    ]  # fmt: skip
    return study(
        entries, QuestionRecord("cost", "positive", (), "mae", "mean absolute error", False,
                                ("cost is read as a positive amount",)),
        portrait=amounts_portrait, learners=(MLP, TREES),
        sentence="TweedieDeviance(power=1.5) leads (mae 42.1), but cannot be told apart from Huber"
        " and AbsoluteError; SquaredError, the field's default, is worse by 4.8.",
        advice="Take AbsoluteError: nothing is shown to beat it, and it is the simplest in front.",
        sure="Quite sure that it beats the squared error: in 98 of 100 such studies it would. Not"
        " sure that it is the best of the three in front.",
        recommended="AbsoluteError",
    )  # fmt: skip


def no_difference():
    """Return a study in which no loss can be told from another."""
    entries = [
        Entry("SquaredError", "SquaredError", 10.0, {}, "default", together=True),
        Entry("Huber(delta=1.345·spread)", "Huber", 10.1, {"delta": 2.0}, together=True),
    ]
    return study(
        entries, QuestionRecord("cost", "regression", (), "rmse", "root of the mean squared error",
                                False),
        portrait=amounts_portrait,
        sentence="No difference: the two losses cannot be told apart (rmse 10 at best).",
        advice="Take SquaredError: it is the default, and nothing is shown to beat it.",
        sure="Sure that it does not matter much: the difference is below 1 % with 90 %.",
    )  # fmt: skip


def binary(metric="log_loss"):
    """Return a study of two classes, with probabilities before and after the decision layer."""
    decision = {"threshold": 0.31} if metric == "f1" else {"slope": 0.8, "shift": 0.1}
    entries = [
        Entry("BinaryCrossEntropy", "BinaryCrossEntropy", 0.41, {}, "default", together=True,
              decision=decision, cites=("gneiting2007",)),
        Entry("SigmoidFocal(gamma=2)", "SigmoidFocal", 0.44, {"gamma": 2.0, "alpha": None},
              decision=decision, grade="B"),
        Entry("Exponential", "Exponential", 0.47, {}, decision=decision),
    ]  # fmt: skip
    return study(
        entries, QuestionRecord("ill", "binary", ("no", "yes"), metric, "log loss", False),
        portrait=classes_portrait,
        decision="probabilities are calibrated on the inner hold-out for every arm",
        sentence="BinaryCrossEntropy is best (log_loss 0.41).", advice="Take BinaryCrossEntropy.",
        sure="Sure: the probability that it is the best is above 99 %.",
    )  # fmt: skip


def with_a_failed_arm():
    """Return the study of an amount where one loss came to no number at all."""
    found = regression()
    entry = Entry("SquaredLogarithmicError", "SquaredLogarithmicError", NAN, {}, failed=True)
    arms = (*found.arms, arm(entry, np.random.default_rng(1)))
    standings = (*found.verdict.standings, standing(entry, entry, entry, 1.0))
    return replace(found, arms=arms, verdict=replace(found.verdict, standings=standings))


def bare(found=None):
    """Return a study without any part that may be absent."""
    found = found or regression()
    arms = tuple(
        replace(each, portrait=None, space=(), folds=tuple(
            replace(fold, curve=(), trials=(), setting=None, decision=None, step=None)
            for fold in each.folds))
        for each in found.arms
    )  # fmt: skip
    verdict = replace(found.verdict, caveats=(), sensitivity=(), interaction=(), optimism=())
    protocol = replace(found.protocol, budget_seconds=None, stopped="", holdout_rows=0)
    return replace(found, arms=arms, verdict=verdict, protocol=protocol, diagnosis=(), holdout=None)
