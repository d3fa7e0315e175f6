"""Global search behind one call: many starts, one budget, and an honest word on what is unseen."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from typing import Any

import numpy as np

from lossary.errors import ArgumentError, HostError, nearest
from lossary.records import BasinRecord, RestartRecord, SearchRecord
from lossary.search.basins import Probe, sorted_out
from lossary.search.counted import Array, Counted, Objective, Progress
from lossary.search.estimates import more
from lossary.search.path import Path
from lossary.search.space import Start, space
from lossary.search.wording import said

METHODS = {"multistart": "multistart", "basin_hopping": "hopping", "cma_es": "evolution"}
"""The methods, and the files they stand in."""
_NEEDED = {"multistart": ("scipy",), "basin_hopping": ("scipy",), "cma_es": ("cma",)}


def minimise(
    objective: Objective,
    *,
    bounds: tuple[Any, Any] | None = None,
    start: Start | None = None,
    method: str = "multistart",
    budget: int = 10_000,
    restarts: int | None = None,
    seed: int = 0,
    gradient: Objective | None = None,
    probe: Probe | None = None,
    tolerance: float = 0.001,
    lower_bound: float | None = None,
    like: Array | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> SearchRecord:
    """Look for the lowest of many minima, and count the basins.

    Args:
        objective: takes weights of the shape (vectors, size), returns one loss for each vector.
        bounds: (lows, highs), two vectors; the search does not leave them.
        start: `start(generator)` draws first weights; without it, evenly between the bounds.
        method: "multistart" (options: rungs, optimizer, polish), "basin_hopping" (hop, warmth) or
            "cma_es" (growth, population, spread).
        budget: how many evaluations may be made. One loss of one vector is one, and so is one
            gradient, in every method; a probe's predictions are not counted.
        restarts: how many there are; each begins elsewhere.
        seed: the same seed gives the same record, bit for bit.
        gradient: takes what the objective takes, returns a row of slopes for each vector. Without
            it, the framework differentiates; on NumPy, a tape that knows the usual functions.
        probe: takes weights as the objective does, returns predictions for each vector. Minima
            that predict the same are the same, such as networks with exchanged hidden units.
        tolerance: ends whose losses and predictions (or weights) differ by less than this share of
            what the restarts' first weights make of them are one minimum.
        lower_bound: what the loss cannot fall below, if that is known: it bounds what one more
            restart can bring, minima that nobody has seen included. A loss that does is an error.
        like: an array that shows the framework, the precision and the device of the weights that
            the objective is handed; NumPy's double precision, if None.
        progress: `progress(done, budget, method)` hears of every evaluation.

    Raises:
        ArgumentError, ShapeError, GradientError, HostError: say how to mend it.

    >>> import numpy as np
    >>> double = lambda w: np.sum((w**2 - 1) ** 2 + 0.3 * w, axis=-1)  # the left one is lower
    >>> found = minimise(double, bounds=([-2.0], [2.0]), budget=4000)
    >>> round(found.weights[0], 2), len(found.basins), found.evaluations <= 4000
    (-1.04, 2, True)
    """
    search = _method(method, options)
    _counts(budget, restarts, tolerance)
    room = space(bounds, start, seed)
    hear = (lambda spent: None) if progress is None else lambda s: progress(s, budget, method)
    counted = Counted(objective, gradient, np.zeros(()) if like is None else like, budget, hear)
    counted.bound = lower_bound
    with np.errstate(all="ignore"):  # a search may look where a loss overflows
        paths = search(counted, room, restarts, **options)
        places, heads = sorted_out(counted, paths, probe, tolerance)
    alike = method != "cma_es" or options.get("growth", 2.0) == 1
    return _recorded((method, seed, budget), counted, paths, (places, heads, alike, lower_bound))


def _recorded(
    asked: tuple[str, int, int],
    counted: Counted,
    paths: list[Path],
    sorted_: tuple[list[int | None], list[int], bool, float | None],
) -> SearchRecord:
    (method, seed, budget), (places, heads, alike, lower_bound) = asked, sorted_
    best = min(paths, key=lambda path: path.loss)
    # Ends in one basin differ by rounding only; their differences are no gain.
    pairs = list(zip(paths, places, strict=True))
    bottoms = [path if place is None else paths[heads[place]] for path, place in pairs]
    ends = np.array([path.loss for path in bottoms])
    dropped = sum(path.dropped for path in paths)
    basins = tuple(
        BasinRecord(float(paths[head].loss), _plain(paths[head].weights), places.count(basin))
        for basin, head in enumerate(heads)
    )
    unsettled = sum(path.ended == "under way" for path in paths)
    whole = None if dropped else [place for place in places if place is not None]
    enough = alike and len(paths) > 1 and np.isfinite(ends).all()
    generator = np.random.default_rng([seed, 2**32 - 1])
    bring = more(ends, whole, generator, lower_bound) if enough else None
    return SearchRecord(
        method=method,
        seed=seed,
        budget=budget,
        losses=counted.losses,
        gradients=counted.gradients,
        loss=float(best.loss),
        weights=_plain(best.weights),
        basins=basins,
        restarts=tuple(_restart(path, place) for path, place in pairs),
        dropped=dropped,
        unsettled=unsettled,
        more=bring,
        sentence=said(float(best.loss), basins, (dropped, unsettled), bring),
    )


def _restart(path: Path, basin: int | None) -> RestartRecord:
    return RestartRecord(
        first=float(path.first),
        loss=float(path.loss),
        weights=_plain(path.weights),
        evaluations=path.evaluations,
        ended=path.ended,
        basin=basin,
        course=tuple(path.course),
    )


def _method(name: str, options: dict[str, Any]) -> Callable[..., list[Path]]:
    if name not in METHODS:
        raise ArgumentError(f"method={name!r}: {nearest(str(name), METHODS)}")
    missing = [tool for tool in _NEEDED[name] if find_spec(tool) is None]
    if missing:
        raise HostError(
            f"method={name!r} needs {', '.join(missing)}, which is not installed here.\n"
            f'Hint: pip install "lossary[search]"'
        )
    found: Callable[..., list[Path]] = getattr(
        import_module(f"lossary.search.{METHODS[name]}"), name
    )
    known = [
        each for each in signature(found).parameters.values() if each.kind == each.KEYWORD_ONLY
    ]
    for option in options:
        if option not in {each.name for each in known}:
            told = nearest(option, [each.name for each in known])
            raise ArgumentError(f"minimise({option}=...): {name} has no such option. {told}")
    return found


def _counts(budget: int, restarts: int | None, tolerance: float) -> None:
    if budget < 1:
        raise ArgumentError(f"budget={budget}: expected at least one evaluation.")
    if restarts is not None and restarts < 1:
        raise ArgumentError(f"restarts={restarts}: expected at least one.")
    if not 0 < tolerance < 1:
        raise ArgumentError(f"tolerance={tolerance}: expected a share between 0 and 1.")


def _plain(weights: np.ndarray) -> tuple[float, ...]:
    return tuple(map(float, weights))
