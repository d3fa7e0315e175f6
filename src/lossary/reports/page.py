"""A study as one self-contained page: words first, then the table, the figures, the reasons."""

import math
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lossary.core.references import all_references
from lossary.records import StudyRecord
from lossary.reports.drawing import draw_curves, draw_rows
from lossary.reports.figures import curves, differences, scores

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
    environment.filters |= {"number": _number, "time": _time}
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


def _number(value: float | None, digits: int = 4) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    text = f"{value:,.{digits}g}"
    return f"{value:,.0f}" if "e+" in text else text


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.1f} minutes"


def _cited(key: str) -> str:
    known = all_references()
    return known[key].cited() if key in known else key
