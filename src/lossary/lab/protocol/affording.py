"""A plan brought within its budget: measured, and remembered for when it is taken up again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lossary.lab.protocol.budget import Rung, highest
from lossary.lab.protocol.capsule import fingerprint
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.planning import at_rung
from lossary.lab.protocol.timing import costs
from lossary.records.plain import written

_PAGE = "rung.json"


def afforded(plan: Plan, folder: str | Path, workers: int = 1) -> tuple[Plan, float]:
    """Return the plan as its budget allows, and about how many seconds it will take.

    A budget that was divided once in this folder is divided in the same way again, however fast
    the machine is today: a study that was killed goes on as it began.
    """
    known = remembered(plan, Path(folder))
    if known is not None:
        found = at_rung(plan, known)
        return found, costs(found, workers).planned
    measured = costs(plan, workers)
    if plan.budget is None:
        return plan, measured.planned
    rung = highest(plan.budget, measured.of, plan.asked.get("repeats"), plan.asked.get("trials"))
    _remember(plan, Path(folder), rung)
    return at_rung(plan, rung), measured.of(rung)


def remembered(plan: Plan, folder: Path) -> Rung | None:
    """Return how a plan's budget was divided in a folder, None where it was not."""
    found = None if plan.budget is None else _page(folder).get(_about(plan))
    return None if found is None else Rung(**found)


def _remember(plan: Plan, folder: Path, rung: Rung) -> None:
    page = json.dumps(_page(folder) | {_about(plan): asdict(rung)})
    written(folder / _PAGE, page + "\n")


def _page(folder: Path) -> dict[str, Any]:
    """Return all that a folder remembers: other budgets may have been divided there before."""
    path = folder / _PAGE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _about(plan: Plan) -> str:
    """Return what a remembered division was made for."""
    names = sorted(plan.name_of(arm) for arm in plan.arms)
    return fingerprint({"budget": plan.budget, "asked": plan.asked, "arms": names})
