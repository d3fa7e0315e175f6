"""A study as one self-contained page: words first, then the table, the figures, the reasons."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lossary.core.references import all_references
from lossary.records import FoldRecord, StudyRecord
from lossary.reports import words
from lossary.reports.drawing import draw_panel
from lossary.reports.figures import Panel
from lossary.reports.numbers import brief, chance, duration, number, parameter, plain, share
from lossary.reports.repeating import call
from lossary.reports.sections import ranked, sections

_TEST = "nadeau2003"  # what the intervals are made by


def write(record: StudyRecord, folder: str | Path) -> Path:
    """Write `report.html` into the folder, made if need be; gives the path."""
    path = Path(folder) / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(record), encoding="utf-8")
    return path


def page(record: StudyRecord) -> str:
    """Return the page; what comes from the user's table is escaped, in figures too."""
    return (
        _environment()
        .get_template("page.html")
        .render(
            record=record,
            question=record.question,
            verdict=record.verdict,
            protocol=record.protocol,
            arms={arm.name: arm for arm in record.arms},
            ranked=ranked(record),
            sections=sections(record),
            sources={key: _cited(key) for key in _cites(record)},
            grades=words.GRADES,
            roles=words.ROLES,
            words=words,
            call=call(record),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "time": duration,
        "brief": brief,
        "chance": chance,
        "plain": plain,
        "share": share,
        "trained": _trained,
        "breakable": _breakable,
        "panel": _panel,
        "parameter": parameter,
        "sentence": _sentence,
    }
    return environment


def _panel(panel: Panel) -> Markup:
    return Markup(draw_panel(panel))


def _cites(record: StudyRecord) -> list[str]:
    """Return every source that is named on the page, once."""
    keys = dict.fromkeys(key for arm in record.arms for key in arm.cites)
    keys |= dict.fromkeys(key for each in record.diagnosis for key in each.cites)
    return list(keys | {_TEST: None})


def _trained(fold: FoldRecord) -> str:
    """Say with which parameters and settings a loss was trained on a fold."""
    pairs = [*_parameters(fold.loss or {})]
    if fold.unit != 1.0:
        pairs.append(("unit", fold.unit))
    pairs += [*(fold.setting or {}).items(), *(fold.decision or {}).items()]
    return words.values([(name, value) for name, value in pairs if not name.startswith("loss.")])


def _parameters(loss: dict[str, object]) -> list[tuple[str, object]]:
    found = loss.get("parameters")
    return list(found.items()) if isinstance(found, dict) else []


def _breakable(name: str) -> Markup:
    """Let a narrow screen break a loss's name where its words meet."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-z])(?=[A-Z(])|(?<=·)|(?<==)", name))


def _sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def _cited(key: str) -> str:
    known = all_references()
    return known[key].cited() if key in known else key
