"""Every finished trial is kept at once, in any database that Optuna's storage takes."""

import json
import os
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from lossary.errors import ArgumentError
from lossary.lab.arms.arm import Arm
from lossary.lab.protocol.jobs import Key, Tried
from lossary.lab.protocol.plan import HELD, Plan
from lossary.lab.protocol.sampling import distributions
from lossary.records import PointRecord, TrialRecord

_FACTS, _KEPT = "facts", "lossary"


class Store:
    """The trials of one study: a database of trials, and a folder of answers beside it.

    An arm's trials stand in one study of Optuna, a study of ours in several; what all of them hang
    on (data, code, versions, machine, protocol) is kept with them, and another is refused.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.answers = folder / "answers"
        self.shared, own = url is not None, f"sqlite:///{(folder / 'trials.db').resolve()}"
        self.url = url or own
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.database = _opened(self.url)
        self.studies: dict[str, Any] = {}

    def open(self, plan: Plan) -> None:
        """Make ready for a plan; raise an ArgumentError where another one's trials stand here."""
        data = f" {plan.task.table.sha256[:12]} {plan.task.name}" if self.shared else ""
        about = self._study(f"lossary{data}", plan)
        known = about.user_attrs.get(_FACTS)
        if known is None:
            about.set_user_attr(_FACTS, plan.facts)
        elif known != _through_json(plan.facts):
            other = "--storage" if self.shared else "--out"
            raise ArgumentError(_differs(known, _through_json(plan.facts), self.url, other))

    def finished(self, plan: Plan, arm: Arm) -> dict[Key, Tried]:
        """Return all trials of an arm that were kept."""
        study = self._study(plan.name_of(arm), plan)
        rows = [each.user_attrs for each in study.get_trials(deepcopy=False)]
        found = [_read(each) for each in rows if _KEPT in each]
        whole = [self._with_answers(plan, arm, each) for each in found]
        return {each.key: each for each in whole if each is not None}

    def keep(self, plan: Plan, arm: Arm, tried: list[Tried]) -> None:
        """Keep trials that have just been finished."""
        study, ways = self._study(plan.name_of(arm), plan), distributions(plan.space_of(arm))
        for each in tried:
            if each.answers is not None:
                self._write_answers(plan, arm, each)
            study.add_trial(_told(each, ways))

    def _study(self, name: str, plan: Plan) -> Any:
        if name not in self.studies:
            direction = "maximize" if plan.task.metric.greater_is_better else "minimize"
            self.studies[name] = optuna.create_study(
                storage=self.database, study_name=name, direction=direction, load_if_exists=True
            )
        return self.studies[name]

    def _path(self, plan: Plan, arm: Arm, each: Tried) -> Path:
        stem = "-".join(map(str, each.key))
        return self.answers / plan.name_of(arm).split()[-1] / f"{stem}.npy"

    def _write_answers(self, plan: Plan, arm: Arm, each: Tried) -> None:
        """Write whole or not at all, also where the power fails."""
        path = self._path(plan, arm, each)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")  # another process may write it too
        with part.open("wb") as file:
            np.save(file, np.asarray(each.answers))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _with_answers(self, plan: Plan, arm: Arm, each: Tried) -> Tried | None:
        """Give back the answers too; a trial whose answers are lost counts as not done.

        So does one whose answers cannot be read.
        """
        if each.repeat not in (0, HELD):
            return each
        try:
            answers = np.load(self._path(plan, arm, each))
        except (OSError, ValueError, EOFError):
            return None
        return Tried(**{**vars(each), "answers": answers})


def _opened(url: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return optuna.storages.RDBStorage(url)
    except Exception as error:  # a driver may fail in any way
        raise ArgumentError(
            f"storage {url}: cannot be opened ({str(error).strip()[:200]}). Give a folder with "
            f"--out, or a database as sqlite:///study.db or postgresql://user@host/name."
        ) from error


def _told(each: Tried, ways: dict[str, Any]) -> Any:
    failed = not np.isfinite(each.trial.inner)
    kept = asdict(each) | {"answers": None}
    return optuna.trial.create_trial(
        params=each.trial.setting,
        distributions=ways,
        value=None if failed else each.trial.inner,
        state=optuna.trial.TrialState.FAIL if failed else optuna.trial.TrialState.COMPLETE,
        user_attrs={_KEPT: kept},
    )


def _read(attributes: dict[str, Any]) -> Tried:
    kept = dict(attributes[_KEPT])
    kept["trial"] = TrialRecord(**kept["trial"])
    kept["curve"] = tuple(PointRecord(**each) for each in kept["curve"])
    return Tried(**kept)


def _through_json(facts: dict[str, Any]) -> Any:
    return json.loads(json.dumps(facts))


def _differs(known: dict[str, Any], wanted: dict[str, Any], url: str, other: str) -> str:
    told = [
        _told_apart(name, known.get(name), wanted[name])
        for name in wanted
        if known.get(name) != wanted[name]
    ]
    return (
        f"{url}: holds trials of another study, which may not be read together with this one: "
        f"{'; '.join(told)}. Give another {other}, or go back to what made them."
    )


def _told_apart(name: str, one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        names = [each for each in other if one.get(each) != other[each]]
        return f"{name} ({', '.join(names)} changed)"
    if isinstance(other, str) and len(other) == 64:
        return f"the {name} changed"
    return f"{name} was {one}, is {other}"
