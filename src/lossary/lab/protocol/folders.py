"""Where a study is kept that nobody gave a folder: by what it asks, and never over another one."""

import re
from pathlib import Path

from lossary.errors import ArgumentError
from lossary.lab.protocol.affording import afforded, remembered
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.planning import at_rung
from lossary.lab.protocol.storage import Store


def free(plan: Plan, workers: int = 1) -> tuple[Path, Plan, float]:
    """Return a folder that is new or holds this very study, the plan as afforded, and its seconds.

    So a command that is given again goes on where it was stopped, and another one starts anew.
    """
    stem = plan.task.table.name.split()[0].removesuffix(".gz").rsplit(".", 1)[0]
    name = f"study-{stem}-{plan.task.name}-{plan.task.metric.spelled}"
    base = re.sub(r"[^\w.-]+", "-", name).strip("-")
    place = 1
    while True:
        folder = Path(base if place == 1 else f"{base}-{place}")
        if not (folder / "trials.db").exists() or _same(plan, folder):
            return folder, *afforded(plan, folder, workers)
        place += 1


def _same(plan: Plan, folder: Path) -> bool:
    """Say whether a folder holds this study; another one's is neither measured for nor changed."""
    known = remembered(plan, folder)
    if plan.budget is not None and known is None:
        return False
    try:
        Store(folder).open(plan if known is None else at_rung(plan, known))
    except ArgumentError:
        return False
    return True
