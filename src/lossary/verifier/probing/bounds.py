"""What a loss leaves out, and how low it can fall, as its settings and its name say."""

import re
from typing import Any

from lossary.verifier.contract import Contract
from lossary.verifier.probing.text import Text

IGNORED = (
    "ignore_index",
    "ignore_label",
    "ignore_class",
    "ignore_value",
    "ignored_index",
    "padding_idx",
    "pad_idx",
    "pad_id",
    "pad_token_id",
    "ignore_idx",
    "ignore",
)
DISTANCES = (
    r"\b(mse|mae|rmse|mean squared error|mean absolute error|huber|smooth l1|log ?cosh|"
    "squared error|absolute error|charbonnier|pinball|quantile|l1|l2|msle|rmsle|mape|"
    r"smape|brier|wing)\b"
)
CHOICES = (
    r"\b(bce|ce|xent|cross ?entropy|binary cross ?entropy|binary crossentropy|focal|hinge|"
    r"soft margin|log loss|logloss|info ?nce|nt ?xent|triplet|categorical crossentropy)\b"
)
CONTRARY = (
    r"negat\w*|reward|gain|score|neg\b|regulari\w*|penal\w*|entropy reg|confidence|"
    r"smooth(?!ing| l1)|noise|temperature|evidential|complement\w*|unlikelihood|advers\w*|"
    r"poly\w*|symmetric|bootstrap|similarity|relative|barron|constant|weight(ed)?|reverse|"
    r"taylor|contrib|margin|adaptive|log likelihood|nll|uncertain\w*|hetero\w*|asymmetric|"
    r"lq|generali[sz]ed|soft|label|smoothed|smoothing|mixup|conf\w*"
)


def bounded(text: Text, contract: Contract) -> dict[str, Any]:
    """Return ignore and infimum, with who says so, as far as anybody does."""
    facts: dict[str, Any] = {}
    known: dict[str, str] = {}
    value = next((v for n, v in text.candidate.settings.items() if n in IGNORED), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        facts["ignore"], known["ignore"] = float(value), "named"
    if _never_below_zero(text, contract):
        facts["infimum"], known["infimum"] = 0.0, "named"
    return {**facts, "known": known}


def _never_below_zero(text: Text, contract: Contract) -> bool:
    name = text.name.replace("_", " ")
    prediction, target = contract.prediction, contract.target
    if target is None or re.search(
        rf"\b({CONTRARY})\b", re.sub("smooth l1|soft margin", "l1", name)
    ):
        return False
    if len(contract.arguments) > 2:
        return False
    if re.search(DISTANCES, name):
        return prediction.axes == target.axes or "q" in prediction.axes
    coded = target.domain in ("labels", "degree", "distribution", "side")
    return coded and bool(re.search(CHOICES, name)) and prediction.domain != "real"
