"""Which settings an arm tries: its defaults first, then by chance, on a grid, or as Optuna learns.

Chance is common to all arms: the third setting of any two has the same learning rate, so that their
difference is the loss's and not the draw's.
"""

import warnings
from collections.abc import Sequence
from functools import partial
from itertools import product
from math import exp, log
from typing import Any
from zlib import crc32

import numpy as np
import optuna

from lossary.errors import NotFoundError, nearest
from lossary.lab.learners.learner import Setting
from lossary.records import SpaceRecord

Space = Sequence[SpaceRecord]
Past = Sequence[tuple[Setting, float]]
PLAIN = ("random", "grid")
LEARNING: dict[str, Any] = {
    "tpe": partial(optuna.samplers.TPESampler, n_startup_trials=4),  # ten would be all an arm has
    "gp": partial(optuna.samplers.GPSampler, n_startup_trials=4),
    "qmc": optuna.samplers.QMCSampler,
}
ROUND = 4
"""How many settings a sampler that learns hands out before it hears of them."""


def known(sampler: str) -> str:
    """Return the name of a sampler; raise a NotFoundError with the nearest where there is none."""
    names = (*PLAIN, *LEARNING)
    if sampler not in names:
        hint = nearest(sampler, names)
        raise NotFoundError(f"sampler {sampler!r}: there is none of that name. {hint}")
    return sampler


def default(space: Space) -> Setting:
    """Return the setting in which everything stands where it usually does."""
    return {each.name: each.default for each in space}


def planned(space: Space, sampler: str, trials: int, seed: int) -> list[Setting]:
    """Return all settings of a sampler that does not learn."""
    some = _grid(space, trials) if sampler == "grid" else _random(space, trials - 1, seed)
    return ([default(space)] + [each for each in some if each != default(space)])[:trials]


def asked(
    space: Space, sampler: str, count: int, seed: int, past: Past, maximise: bool
) -> list[Setting]:
    """Return the next settings of a sampler that learns from the past; the default is the first.

    The same past gives the same settings: a sampler is made anew for each round.
    """
    if not past:
        return planned(space, "random", count, seed)
    study = _study(sampler, seed + len(past), maximise)
    ways = distributions(space)
    study.add_trials([_told(ways, each, value) for each, value in past])
    return [dict(study.ask(ways).params) for _ in range(count)]


def distributions(space: Space) -> dict[str, Any]:
    """Return a space as Optuna writes it."""
    return {
        each.name: optuna.distributions.CategoricalDistribution(each.choices)
        if each.choices
        else optuna.distributions.FloatDistribution(each.low, each.high, log=each.scale == "log")
        for each in space
    }


def _study(sampler: str, seed: int, maximise: bool) -> Any:
    with warnings.catch_warnings():  # some of Optuna's samplers call themselves experimental
        warnings.simplefilter("ignore")
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        direction = "maximize" if maximise else "minimize"
        made = LEARNING[sampler](seed=seed)
        return optuna.create_study(direction=direction, sampler=made)


def _told(ways: dict[str, Any], setting: Setting, value: float) -> Any:
    failed = not np.isfinite(value)
    return optuna.trial.create_trial(
        params=setting,
        distributions=ways,
        value=None if failed else value,
        state=optuna.trial.TrialState.FAIL if failed else optuna.trial.TrialState.COMPLETE,
    )


def _random(space: Space, count: int, seed: int) -> list[Setting]:
    columns = {
        each.name: np.random.default_rng([seed, crc32(each.name.encode())]).random(max(count, 0))
        for each in space
    }
    return [{each.name: _at(each, columns[each.name][i]) for each in space} for i in range(count)]


def _grid(space: Space, trials: int) -> list[Setting]:
    """Return a full grid of at most so many settings: finer in what stands first in the space."""
    levels = [1] * len(space)
    grown = True
    while grown:
        grown = False
        for place, each in enumerate(space):
            more = [*levels[:place], levels[place] + 1, *levels[place + 1 :]]
            if levels[place] < (len(each.choices) or trials) and np.prod(more) <= trials:
                levels, grown = more, True
    axes = [_levels(each, count) for each, count in zip(space, levels, strict=True)]
    names = [each.name for each in space]
    return [dict(zip(names, values, strict=True)) for values in product(*axes)]


def _levels(each: SpaceRecord, count: int) -> list[Any]:
    if count == 1:
        return [each.default]
    return [_at(each, (place + 0.5) / count) for place in range(count)]


def _at(each: SpaceRecord, share: float) -> Any:
    """Return the value at a share of the way through a parameter's range."""
    if each.choices:
        return each.choices[min(int(share * len(each.choices)), len(each.choices) - 1)]
    if each.scale == "log":
        return exp(log(each.low) + share * (log(each.high) - log(each.low)))
    return each.low + share * (each.high - each.low)
