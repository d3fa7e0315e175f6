"""Check 24: what an embedding that has collapsed to one point costs."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import bears, contrary, named
from lossary.verifier.rule import check

APART = ("info_nce", "infonce", "nt_xent", "ntxent", "simclr", "contrastive", "sup_con", "supcon",
         "clip", "siglip", "triplet", "npair", "n_pair", "multi_similarity", "barlow", "vicreg",
         "uniformity", "lifted", "circle", "coding_rate", "emp_ssl", "empssl", "mcr")  # fmt: skip
WIDTHS = (1.05, 2.0)
"""Standard deviations of the columns: a hinge of the spread is usually met at one."""
ALONE = ("uniformity", "coding_rate", "mcr", "triplet", "orthogonal", "decorrel", "variance")


def _embeddings(subject: Any) -> list[Any]:
    arguments = subject.contract.arguments
    if _two_views(arguments):
        return list(arguments)
    return [
        a
        for a in arguments
        if len(a.axes) == 2 and a.domain == "real" and a.role not in ("weight", "mask")
    ]


def _two_views(arguments: tuple[Any, ...]) -> bool:
    """Say whether two arrays of one shape are all that is taken, whatever was guessed of them."""
    alike = len(arguments) == 2 and arguments[0].axes == arguments[1].axes
    numbers = all(a.domain in ("real", "scores", "nonnegative") for a in arguments)
    scores = any(bears(a.name, "logit", "score", "prob", "target", "label") for a in arguments)
    return alike and len(arguments[0].axes) == 2 and numbers and not scores


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or a_metric(subject) or contrary(subject):
        return "it is no loss that is held to a target"
    if not named(subject, *APART):
        return "its name is not that of a loss of embeddings"
    if any(bears(a.name, "neg", "negative") for a in subject.contract.arguments):
        return "the negatives are handed over by name"
    return None if _embeddings(subject) else "no embeddings are handed over"


@check(
    number=24,
    reason="A loss of embeddings that is lowest when all rows are the same teaches a network to"
    " give one answer to everything.",
    rule="FAIL where a loss that by its name tells rows apart costs less at one point for all rows"
    " than at rows that are apart; INFO where both cost the same.",
    evidence=("pytorch-metric-learning#20", "caffe#8"),
    applies=_applies,
)
def collapse(subject: Any) -> Iterable[Finding]:
    """An embedding that has collapsed to one point costs more than one that tells rows apart."""
    yield from _views(subject)
    tried = list(_pairs(subject))
    if not tried:
        return
    apart, point, high, low = tried[0]
    example = subject.example(
        subject.call(apart, says="every row has a place of its own"),
        subject.call(point, says="all rows are the same"),
        expected=f"more than {high:.4g}",
    )
    if all(falls < rises - 1e-6 * max(1.0, abs(rises)) for _, _, rises, falls in tried):
        yield fail(
            f"Embeddings that have collapsed to one point cost less ({low:.4g}) than rows that are "
            f"apart ({high:.4g}): the loss rewards collapse.",
            example,
            cause="a sign: similar rows are pushed apart, or a spread is punished",
            mend="check the sign of each term at these two batches",
        )
    elif all(np.isclose(falls, rises) for _, _, rises, falls in tried):
        yield info(
            f"Embeddings that have collapsed to one point cost as little: {low:.4g}.", example
        )


def _pairs(subject: Any) -> Iterator[tuple[Batch, Batch, float, float]]:
    """Yield rows that are apart, the same rows at one point, and what the two cost."""
    spreads = [_apart(subject), *(_uncorrelated(subject, each) for each in WIDTHS)]
    for apart in spreads:
        point = _point(subject, apart)
        found = [subject.gives(each) for each in (apart, point)]
        values = [np.nan if isinstance(each, str) else float(np.sum(each)) for each in found]
        if np.isfinite(values).all():
            yield apart, point, values[0], values[1]


def _views(subject: Any) -> Iterable[Finding]:
    """Two views of each row cost less where they agree than where each meets another row's."""
    embeddings = _embeddings(subject)
    if len(embeddings) != 2 or len(subject.contract.arguments) != 2 or named(subject, *ALONE):
        return
    agreed, second = _apart(subject), embeddings[1].name
    if agreed[second].shape != agreed[embeddings[0].name].shape:
        return
    crossed = agreed.with_(second, np.roll(agreed[second], 1, axis=0))
    low, high = subject.number(agreed), subject.number(crossed)
    if low > high - 1e-6 * max(1.0, abs(high)):
        yield fail(
            f"Two views that agree row by row cost {low:.4g}, no less than views of which each "
            f"meets another row's ({high:.4g}): nothing draws the two together.",
            subject.example(
                subject.call(crossed, says="each row meets another row's view"),
                subject.call(agreed, says="each row meets its own"),
                expected=f"less than {high:.4g}",
            ),
            cause="the positives are not where they should be, as a row's own score is",
            mend="mask the diagonal, and let each row's positive be its other view",
        )


def _apart(subject: Any) -> Batch:
    """Return embeddings in which each row, or each label, has its own direction."""
    batch = subject.draw(n=3)
    labels = next((a for a in subject.contract.arguments if a.domain == "labels"), None)
    for each in _embeddings(subject):
        rows, width = batch[each.name].shape
        own = np.arange(rows) if labels is None else np.ravel(batch[labels.name])[:rows]
        ways = np.eye(max(width, int(own.max()) + 1))[own][:, :width]
        batch = batch.with_(each.name, 4.0 * ways)
    return batch


def _uncorrelated(subject: Any, width: float) -> Batch:
    """Return embeddings whose columns are centred, uncorrelated and of one standard deviation."""
    columns = max(subject.typical[each.name].shape[1] for each in _embeddings(subject))
    batch = subject.draw(n=2 * columns)
    if any(a.domain == "labels" for a in subject.contract.arguments):
        return _apart(subject).each(lambda rows: rows * width / 4, _names(subject))
    for each in _embeddings(subject):
        rows, own = batch[each.name].shape
        ways = np.eye(max(own, rows))[np.arange(rows) // 2][:, :own]
        signs = np.where(np.arange(rows) % 2, -1.0, 1.0)[:, None]
        batch = batch.with_(each.name, width * np.sqrt(rows / 2) * signs * ways)
    return batch


def _names(subject: Any) -> list[str]:
    return [each.name for each in _embeddings(subject)]


def _point(subject: Any, apart: Batch) -> Batch:
    """Bring all rows to one point, as far from the origin as they were."""
    batch = apart
    for name in _names(subject):
        one = np.zeros_like(batch[name])
        one[:, 0] = np.linalg.norm(batch[name], axis=1).max()
        batch = batch.with_(name, one)
    return batch
