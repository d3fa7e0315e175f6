"""A study planned before it begins, so that it can be said: what is asked, and who competes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import numpy as np

from lossary.core.loss import Loss
from lossary.errors import ArgumentError, nearest
from lossary.lab.arms.proposing import choose, propose
from lossary.lab.arms.spelling import split
from lossary.lab.diagnosis.diagnosing import diagnose
from lossary.lab.learners.learner import Effort
from lossary.lab.learners.shelf import learner_named, learners_for
from lossary.lab.protocol.budget import Rung, default_rung
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.sampling import known
from lossary.lab.tasks.enough import enough
from lossary.lab.tasks.folds import INNER, hold_out, too_few
from lossary.lab.tasks.question import question
from lossary.lab.tasks.task import Task

HELD_SHARE = 0.2
CAP = 600.0
_HALFWAY = (0.5,)  # saves a quarter of the steps; earlier, good settings that start slowly are lost


@dataclass(frozen=True)
class Wishes:
    """How a study is to be run, where a user says it; None leaves it to the lab."""

    losses: str | Loss | Iterable[Any] | None = None
    learners: str | Sequence[str] | None = None
    optimizers: str | Sequence[Any] | None = None
    incumbent: str | Loss | None = None
    folds: int = 5
    repeats: int | None = None
    trials: int | None = None
    sampler: str = "random"
    seed: int = 0
    hold_out: float = HELD_SHARE
    rope: float | None = None
    budget: float | None = None
    cap: float | None = None
    prune: bool = False


def plan(
    data: Any = None,
    target: Any = None,
    metric: str | None = None,
    losses: str | Loss | Iterable[Any] | None = None,
    folds: int = 5,
    seed: int = 0,
    *,
    learners: str | Sequence[str] | None = None,
    optimizers: str | Sequence[Any] | None = None,
    incumbent: str | Loss | None = None,
    repeats: int | None = None,
    trials: int | None = None,
    sampler: str = "random",
    hold_out: float = HELD_SHARE,
    rope: float | None = None,
    budget: float | None = None,
    cap: float | None = None,
    prune: bool = False,
    **roles: Any,
) -> Plan:
    """Read the table, find out what is asked, diagnose it, choose the arms; no arm is trained.

    Args:
        data: a path to CSV or Parquet, `sklearn:name`, a data frame, arrays (X, y), or a TorchTask;
            without it, a bundled sample.
        target: the column to predict, several for several labels, or an array.
        metric: what judges, by name; without it, a default for the kind of target.
        losses: arms by name or as losses; without it, those that fit the metric and the data.
        folds: into how many parts the rows are divided.
        seed: of folds, settings, first weights and the order of rows.
        learners: mlp, lightgbm, xgboost, linear; without it, those that suit the table.
        optimizers: of the networks, by name: each is crossed with every loss.
        incumbent: the loss that is used today, to be named in the verdict.
        repeats: how often the rows are divided; without it, three times where there are few.
        trials: how many settings each arm tries on every fold.
        sampler: random, grid, tpe, gp or qmc.
        hold_out: the share of rows that no choice may see, where there are rows enough; 0 for none.
        rope: how large a difference of the metric still counts as none.
        budget: seconds that all of it may take.
        cap: seconds that a trial may take, the same for every arm, ten minutes if nobody says; what
            it reached by then counts.
        prune: stop the worse half of an arm's settings half-way, judged by the metric; every arm
            keeps half of its own, so that what starts slowly is not lost to what starts fast.
        roles: what `question` takes: task, positive, event, groups, order, weight, exposure, drop.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    _known_roles(roles)
    wishes = Wishes(losses, learners, optimizers, incumbent, folds, repeats, trials, sampler, seed,
                    hold_out, rope, budget, cap, prune)  # fmt: skip
    return planned(question(data, target, metric, seed=seed, **roles), wishes)


def _known_roles(given: dict[str, Any]) -> None:
    """Raise an ArgumentError where a name is none that `plan` or `question` takes."""
    known = {*signature(plan).parameters, *signature(question).parameters} - {"roles"}
    for name in given:
        if name not in known:
            raise ArgumentError(
                f"{name}={given[name]!r}: nothing is called so. {nearest(name, known)}"
            )


def planned(task: Task, wishes: Wishes) -> Plan:
    """Plan a study of a task that has been read."""
    _sensible(wishes)
    dev, held = _divided(task, wishes)
    repeats = wishes.repeats if task.order is None else 1  # time runs once
    rung = default_rung(len(dev), repeats, wishes.trials)
    seen = _only(task, dev)
    enough(seen, wishes.folds, rung.repeats, wishes.seed)
    shown = diagnose(seen, wishes.seed)
    taught = _learners(task, wishes)
    competing = (taught, _listed(wishes.optimizers or ()), wishes.incumbent)
    if wishes.losses is None:
        arms, refused = propose(task, shown, *competing)
    else:
        arms, refused = choose(task, _listed(wishes.losses), *competing, diagnosis=shown)
    used = {each.name: each for each in taught if any(arm.learner == each.name for arm in arms)}
    learnt = int(len(dev) * (1 - 1 / wishes.folds) * (1 - INNER))
    made = Plan(
        task=task,
        diagnosis=shown,
        arms=arms,
        refused=refused,
        learners=used,
        efforts={name: _effort(each.effort(task, learnt), wishes) for name, each in used.items()},
        folds=wishes.folds,
        repeats=rung.repeats,
        seed=wishes.seed,
        sampler=known(wishes.sampler),
        trials=rung.trials,
        dev=dev,
        held=held,
        none_held=too_few(task, wishes.hold_out) if wishes.hold_out else "",
        rope=wishes.rope,
        budget=wishes.budget,
        asked={"repeats": repeats, "trials": wishes.trials},
    )
    return at_rung(made, rung)


def _effort(usual: Effort, wishes: Wishes) -> Effort:
    """Return what a learner needs, within what every arm may spend."""
    halvings = _HALFWAY if wishes.prune and usual.batch else usual.halvings
    return replace(usual, cap=wishes.cap or CAP, halvings=halvings)


def at_rung(plan: Plan, rung: Rung) -> Plan:
    """Return the plan with so many repeats and trials, each with a share of its steps.

    Learners that take no batches keep theirs: they end by themselves when they are done.
    """
    efforts = {
        name: replace(each, steps=max(1, round(each.steps * rung.share))) if each.batch else each
        for name, each in plan.efforts.items()
    }
    return replace(plan, repeats=rung.repeats, trials=rung.trials, efforts=efforts)


def _divided(task: Task, wishes: Wishes) -> tuple[np.ndarray, np.ndarray]:
    if wishes.hold_out == 0:
        return np.arange(len(task.target)), np.empty(0, int)
    return hold_out(task, wishes.hold_out, wishes.seed)


def _learners(task: Task, wishes: Wishes) -> list[Any]:
    if wishes.learners is None:
        return list(learners_for(task))
    return [learner_named(each) for each in _listed(wishes.learners)]


def _only(task: Task, rows: np.ndarray) -> Task:
    """Return the task with some of its rows: a hold-out is not looked at, not even to choose."""
    if len(rows) == len(task.target):
        return task
    columns = {name: getattr(task, name) for name in ("weight", "groups", "order")}
    kept: dict[str, Any] = {
        name: None if each is None else each[rows] for name, each in columns.items()
    }
    return replace(task, features=task.features.iloc[rows], target=task.target[rows], **kept)


def _listed(given: Any) -> list[Any]:
    if isinstance(given, str):
        return split(given)
    return [given] if isinstance(given, Loss) else list(given)


def _sensible(wishes: Wishes) -> None:
    """Refuse numbers with which no study can be run."""
    least = {"folds": 2, "repeats": 1, "trials": 1, "seed": 0}
    for name, low in least.items():
        given = getattr(wishes, name)
        if given is not None and given < low:
            raise ArgumentError(f"{name}={given}: at least {low} is needed.")
    if not 0 <= wishes.hold_out < 1:
        raise ArgumentError(f"hold_out={wishes.hold_out:g}: a share from 0 (none) to below 1.")
    for name in ("rope", "budget", "cap"):
        given = getattr(wishes, name)
        if given is not None and not given > 0:
            raise ArgumentError(f"{name}={given}: a number above zero is needed.")
