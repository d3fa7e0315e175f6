"""A fair comparison of losses: planned and said first, then run, and judged by the metric alone.

Every arm gets the same folds, first weights, order of rows, number of settings and steps. The
metric on an inner hold-out chooses the setting and the step; the metric on the fold, never seen
until then, is the score. Values of different losses are never compared.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lossary.lab.protocol.capsule import now
from lossary.lab.protocol.holding import held
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.planning import plan as make_plan
from lossary.lab.protocol.recording import arms_of, judged, recorded
from lossary.lab.protocol.running import Progress, Run
from lossary.lab.protocol.storage import Store
from lossary.lab.protocol.workers import workers
from lossary.records import StudyRecord


def run(
    plan: Plan,
    folder: str | Path,
    *,
    storage: str | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> StudyRecord:
    """Train and judge every arm on every fold; what stands in the folder already is not done again.

    Args:
        plan: what `plan` returned.
        folder: where trials are kept as they are finished, and the record at the end.
        storage: another database than the folder's own, by its URL, as Optuna takes it.
        jobs: how many processes; None takes as many as there are cores.
        cluster: `ray`, `ray://host:port`, `dask` or `dask://host:port`.
        progress: hears the share that is done, from 0 to 1, and what is being done.

    Raises:
        ArgumentError: another study's trials stand there; the storage or cluster does not answer.
    """
    created = now()
    with workers(jobs, cluster) as found:
        running = Run(plan, Store(Path(folder), storage), found, progress or _unheard)
        running.go()
        arms = arms_of(running)
        verdict = judged(running, arms)
        holdout = held(running, verdict)
    record = recorded(running, arms, verdict, holdout, created)
    record.write(folder)
    return record


def study(
    data: Any = None,
    target: Any = None,
    metric: str | None = None,
    losses: Any = None,
    folds: int = 5,
    seed: int = 0,
    *,
    out: str | Path | None = None,
    storage: str | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> StudyRecord:
    """Compare losses on a task and return what was found.

    The arguments are those of `plan` and of `run`. Without `out`, nothing is left behind.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    planned = make_plan(data, target, metric, losses, folds, seed, **more)
    told: dict[str, Any] = {
        "storage": storage, "jobs": jobs, "cluster": cluster, "progress": progress
    }  # fmt: skip
    if out is not None:
        return run(planned, out, **told)
    with TemporaryDirectory(prefix="lossary-") as folder:
        return run(planned, folder, **told)


def _unheard(share: float, doing: str) -> None:
    """Hear nothing."""
