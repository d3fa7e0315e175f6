"""Studies as the lab records them, with names that mean harm."""

from dataclasses import replace

from lossary.records import ColumnRecord, DataRecord
from tests.reports.studies import regression

HARM = '<script>alert("1")</script> & $\\frac{$'
NAN = float("nan")


def record():
    """Return a study in which every text that a user may choose means harm."""
    found = regression()
    renamed = {found.arms[1].name: f"Sum {HARM}"}
    arms = tuple(replace(each, name=renamed.get(each.name, each.name)) for each in found.arms)
    standings = tuple(
        replace(each, arm=renamed.get(each.arm, each.arm)) for each in found.verdict.standings
    )
    roles = (*found.data.columns, ColumnRecord(HARM, "number", HARM))
    verdict = replace(
        found.verdict, standings=standings, caveats=(HARM,), sentence=f"Huber leads over {HARM}.",
        sensitivity=tuple(replace(each, parameter=HARM) for each in found.verdict.sensitivity),
    )  # fmt: skip
    return replace(
        found, arms=arms, verdict=verdict,
        data=DataRecord(f"{HARM}.csv", "0a1b", 1234, roles),
        question=replace(found.question, target=HARM, remarks=(HARM,)),
        diagnosis=tuple(replace(each, title=HARM, detail=HARM) for each in found.diagnosis),
        holdout=replace(found.holdout, scores={f"Sum {HARM}": 42.0, "AbsoluteError": 43.0}),
    )  # fmt: skip
