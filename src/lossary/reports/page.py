"""A study as one self-contained page: words first, then the table, the figures, the reasons."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lossary.core.references import all_references
from lossary.records import FoldRecord, StudyRecord
from lossary.reports.drawing import draw_curves, draw_rows
from lossary.reports.figures import curves, differences, scores
from lossary.reports.numbers import duration, number

_GRADES = {"A": "a theorem", "B": "found again and again", "C": "a rule of thumb"}


def write(record: StudyRecord, folder: str | Path) -> Path:
    """Write `report.html` into the folder, made if need be; gives the path."""
    path = Path(folder) / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(record), encoding="utf-8")
    return path


def page(record: StudyRecord) -> str:
    """Return the page; what comes from the user's table is escaped, in figures too."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "time": duration,
        "trained": _trained,
        "breakable": _breakable,
    }
    rows = [figure for figure in (scores(record), differences(record)) if figure.rows]
    keys = dict.fromkeys(key for arm in record.arms for key in arm.cites)
    return environment.get_template("study.html").render(
        record=record,
        sources={key: _cited(key) for key in (*keys, "nadeau2003")},
        arms={arm.name: arm for arm in record.arms},
        grades=_GRADES,
        figures=[(figure.title, Markup(draw_rows(figure))) for figure in rows],
        curves=[Markup(draw_curves(figure)) for figure in curves(record)],
    )


def _trained(fold: FoldRecord) -> str:
    """Say with which parameters a loss was trained on a fold, and where its decision was cut."""
    parameters = dict((fold.loss or {}).get("parameters", {}))
    if fold.unit != 1.0:
        parameters["unit"] = fold.unit
    if fold.threshold is not None:
        parameters["threshold"] = fold.threshold
    return ", ".join(
        f"{name} {number(value) if isinstance(value, float) else value}"
        for name, value in parameters.items()
    )


def _breakable(name: str) -> Markup:
    """Let a narrow screen break a loss's name where its words meet."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-z])(?=[A-Z(])|(?<=·)", name))


def _cited(key: str) -> str:
    known = all_references()
    return known[key].cited() if key in known else key
