"""A snippet made from its template: what all hosts share is filled in here."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lossary.records import StudyRecord
from lossary.reports.code.chosen import Chosen
from lossary.reports.code.columns import columns
from lossary.reports.code.spelling import spelt

_SPARE = (("import numpy as np\n", "np."), ("import pandas as pd\n", "pd."))


@dataclass(frozen=True)
class Snippet:
    """Code for one host; where there is none, `remark` says why, else what is to be known."""

    host: str
    title: str
    text: str
    remark: str


def filled(template: str, own: Chosen, record: StudyRecord, **words: Any) -> str:
    """Fill a template with the table, the loss and the decision of a study."""
    decision = words.get("decision", ())
    text = (
        _environment()
        .get_template(template)
        .render(
            table=columns(record),
            loss=spelt(own.loss),
            shown="decide" if decision else "predict",
            decided=" ".join(record.protocol.decision.split()) or "the decision",
            unit=None if own.unit == 1.0 else repr(own.unit),
            **words,
        )
    )
    return _needed(text)


def _needed(text: str) -> str:
    """Leave out the imports that nothing uses."""
    for line, use in _SPARE:
        text = text if use in text else text.replace(line, "", 1)
    return text


def remark(own: Chosen, studied: bool, host: str) -> str:
    """Say how much of a snippet was studied."""
    title = own.learner.title if own.learner else own.arm
    if studied:
        return f"As in the study: numbers are medians over its folds ({title})."
    return (
        f"The loss is the study's. It did not learn by {host}, so the other numbers are ones to "
        f"begin with."
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "hosts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
