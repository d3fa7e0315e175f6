"""What the name, the docstring and the source of a loss say of its rows; numbers cannot know."""

import ast
import inspect
import re
import textwrap
from typing import Any

ROWS = frozenset((
    "mse", "mae", "msle", "mape", "smape", "huber", "pseudohuber", "charbonnier", "logcosh",
    "crossentropy", "ce", "xent", "nll", "bce", "focal", "brier", "hinge", "quantile", "pinball",
    "expectile", "poisson", "kl", "kld", "kldiv", "distillation", "kd", "tweedie", "logloss",
    "logistic", "crps", "smoothl1", "bcelogits", "gaussiannll", "sce", "softmaxloss", "wing",
))  # fmt: skip
"""A name with one of these words promises a mean or a sum over rows."""
PHRASES = (
    "cross entropy", "squared error", "absolute error", "negative log likelihood", "log likelihood",
    "label smoothing", "smooth l1", "log cosh", "log loss", "kl divergence", "mean squared",
    "softmax loss",
)  # fmt: skip
TOGETHER = re.compile(
    r"contrast|info ?nce|nt ?xent|sig ?lip|sup ?con|dice|tversky|jaccard|\biou\b|lovasz|cox|"
    r"partial likelihood|concordance|correlat|pearson|spearman|\bccc\b|\bmmd\b|coral|\bauc|"
    r"rank|listwise|listnet|pairwise|barlow|vic ?reg|redundancy|covarian|\bmcc\b|matthews|\bf1\b|"
    r"hard(est)?[ -]?(neg|mini|ex)|"
    r"\bmin(ed|ing)\b|n ?pair|sinkhorn|wasserstein|transport|prototyp|cluster|relation|in-batch|"
    r"across the batch|batch statistic|ohem|bootstrap|sorted|order of the rows|normali[sz]ed by|"
    r"effective number|sequence|temporal|time series|time-series|autoregress|next[ -]step|"
    r"triplet|siamese|metric learning|diversity|mutual information|relativistic|energy distance|"
    r"maximum mean|batch.?norm|total variation|smoothness|\bdro\b|cvar"
)
"""A loss that speaks of one of these may well look at several rows at once, or at their order."""
CODE = re.compile(
    r"top_?k|\bsort\(|argsort|cumsum|cumulative|logcumsum|\.std\(|\.var\(|reduce_std|reduce_variance|"
    r"\bcov\(|corrcoef|@|\bmm\(|matmul|einsum|tensordot|cdist|pairwise|bincount|unique|histogram|"
    r"\.quantile\(|percentile|median|kthvalue|\.dot\(|batch_?norm|all_gather|np\.diff|\bdiff\("
)
"""Operations with which several rows are meant to be looked at together."""


def source(subject: Any) -> str:
    """Return the source of the loss without its comments and docstrings, "" where there is none."""
    if "source" not in subject.memory:
        subject.memory["source"] = _source(subject.candidate.given)
    return str(subject.memory["source"])


def _source(given: Any) -> str:
    loss = given if inspect.isroutine(given) or inspect.isclass(given) else type(given)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(loss))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = [*node.body[1:], ast.Pass()]
    return ast.unparse(tree)


def doc(subject: Any) -> str:
    """Return the docstrings of the loss itself, in lower case, and not those that it inherits."""
    given = subject.candidate.given
    kind = given if inspect.isclass(given) else type(given)
    if inspect.isroutine(given) or not hasattr(kind, "__mro__") or "function" in kind.__name__:
        return (inspect.getdoc(given) or subject.candidate.doc or "").lower()
    own = [vars(kind).get("__doc__")]
    own += [getattr(vars(kind).get(each), "__doc__", None) for each in METHODS]
    return "\n".join(filter(None, own)).lower()


METHODS = ("forward", "call", "__call__")


def name(subject: Any) -> str:
    """Return the loss's name in lower case, its words apart: focal_loss, FocalLoss -> focal loss"""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", subject.candidate.name)
    return re.sub(r"[\W_]+", " ", apart.lower()).strip()


def sentence(subject: Any) -> str:
    """Return the first sentence of the docstring, in lower case."""
    head = doc(subject).strip().split("\n\n")[0]
    return re.sub(r"[^\w.]+", " ", head).split(". ")[0]


def together(subject: Any) -> bool:
    """Say whether anything hints that rows are meant to be looked at together, or in order."""
    words = f"{name(subject)} {doc(subject)} {_names(subject)}"
    named = re.search(r"\bclip\b", name(subject))
    return bool(named or TOGETHER.search(words) or CODE.search(source(subject)))


def by_rows(subject: Any) -> str | None:
    """Say why the loss promises a mean or sum over rows, or None where nothing promises it."""
    contract = subject.contract
    if hasattr(subject.candidate.ours, "sums"):
        return None  # ours adds up sums of the whole batch, and says so
    if contract.known.get("structure") == "declared":
        return "it is declared so" if contract.structure in ("entries", "rows") else None
    if together(subject):
        return None
    said = name(subject)
    word = next((each for each in said.split() if each in ROWS), None)
    if word is None:
        heard = f"{said} {sentence(subject)}"
        word = next((each for each in PHRASES if each in heard), None)
    if word is not None:
        return f"as {word} does"
    return "as a classifier's loss does" if _classifies(subject) else None


def _classifies(subject: Any) -> bool:
    contract = subject.contract
    target, prediction = contract.target, contract.prediction
    named = re.search(r"logit|pred|prob|score|output|y_hat", prediction.name.lower())
    return bool(named and target and target.domain == "labels" and "k" in prediction.axes)


def _names(subject: Any) -> str:
    """Return the arguments' names, where two of them are told apart as positive and negative."""
    spelt = " ".join(each.name.lower() for each in subject.contract.arguments)
    apart = re.search(
        r"\bpos(?!_?weight)|\bneg(?!_?weight)|anchor|\breal\b|\bfake\b|embed|\bz_?\d|view|image|text",
        spelt,
    )
    return "contrast" if apart else ""
