"""What is asked: a table or the user's own rows, the target in it, and the metric that judges."""

from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from lossary.lab.tasks.table import Table, table
from lossary.lab.tasks.task import Task, read_task

_MANY_ROWS = 100_000
_SAMPLE = "sklearn:diabetes"


@runtime_checkable
class Own(Protocol):
    """Rows of the user's own, such as a TorchTask: they say themselves what is asked."""

    dataset: Any

    def read(
        self, metric: str | None = None, kind: str | None = None, positive: str | None = None,
        **roles: Any,
    ) -> Task: ...  # fmt: skip


def question(
    data: Any = None,
    target: Any = None,
    metric: str | None = None,
    *,
    seed: int = 0,
    task: str | None = None,
    positive: str | None = None,
    event: str | None = None,
    groups: str | None = None,
    order: str | None = None,
    weight: str | None = None,
    exposure: str | None = None,
    drop: Any = (),
) -> Task:
    """Read data and find out what is asked of them; what is found stands in the task's remarks.

    Args:
        data: a path to CSV or Parquet, `sklearn:name`, a data frame, arrays (X, y), a TorchTask, or
            a task that has been read; without it, a bundled sample.
        target: the column to predict, several of them for several labels, or an array.
        metric: what judges, by name; without it, a default for the kind of target.
        seed: of the rows that are drawn where there are more than a hundred thousand.
        task: regression, positive, nonnegative, count, proportion, binary, multiclass,
            classification, ordinal, multilabel or survival, where the detection is wrong.
        positive: which of two classes is to be found.
        event: the column that says whether the time in `target` was seen to its end.
        groups: the column whose rows of one value are never parted.
        order: the column in whose order rows came to be: training is on the past only.
        weight: the column of the rows' weights.
        exposure: the column of what counts are relative to, such as years insured.
        drop: columns to leave out.

    Raises:
        NotFoundError, ArgumentError: say what was given, what was expected and how to mend it.
    """
    roles: dict[str, Any] = {
        "event": event, "groups": groups, "order": order, "weight": weight, "exposure": exposure,
        "drop": drop,
    }  # fmt: skip
    if isinstance(data, Task):
        return data
    if isinstance(data, Own):
        return data.read(metric, task, positive, **roles)
    read, cut = _capped(table(_SAMPLE if data is None else data, target=target), seed)
    asked = read_task(read, target, metric, task, positive, **roles)
    return replace(asked, remarks=(*asked.remarks, *cut))


def _capped(read: Table, seed: int) -> tuple[Table, list[str]]:
    """Leave out rows by chance where there are very many."""
    rows = len(read.frame)
    if rows <= _MANY_ROWS:
        return read, []
    kept = read.frame.sample(_MANY_ROWS, random_state=seed).sort_index()
    return replace(read, frame=kept), [f"{_MANY_ROWS:,} of {rows:,} rows are used, drawn by chance"]
