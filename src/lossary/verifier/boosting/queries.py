"""What tells that rows of an objective are meant to hang together: queries, ranks, survival."""

import re
from typing import Any

from lossary.adapters.foreign.objective_calls import DatasetCall, EstimatorCall
from lossary.adapters.foreign.objective_signs import codes_of

MEANT = re.compile(
    r"rank|pair|list|cox|surviv|hazard|group|query|auc|ndcg|corr|contrast|sharpe", re.IGNORECASE
)
SORTS = {"argsort", "sort", "cumsum", "get_group", "outer", "lexsort", "rankdata", "unique"}
ASKED = {"get_group", "get_uint_info", "get_field"}


def meant(subject: Any) -> bool:
    """Say whether the name or the code ranks, sorts or groups."""
    candidate = subject.candidate
    return bool(MEANT.search(f"{candidate.name} {candidate.doc}")) or bool(SORTS & called(subject))


def asks_for_queries(subject: Any) -> str | None:
    """Return None where an objective asks for the sizes of queries, else why not."""
    call = subject.candidate.call
    by_rows = isinstance(call, DatasetCall) and ASKED & called(subject)
    asks = by_rows or (isinstance(call, EstimatorCall) and call.grouped)
    return None if asks else "it does not ask for queries"


def called(subject: Any) -> set[str]:
    """Return the names of functions and attributes in an objective's code."""
    return {name for code in codes_of(subject.candidate.given) for name in code.co_names}
