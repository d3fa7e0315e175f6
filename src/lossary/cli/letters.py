"""What the letters of a written formula stand for."""

import re
from typing import Any

from lossary.cli.plain import SYMBOLS

_WORDS = {
    "softplus": "softplus(x) = log(1 + exp(x))",
    "σ": "σ(x) = 1/(1 + exp(−x))",
    "logaddexp": "logaddexp(x, y) = log(exp(x) + exp(y))",
    "K": "K = length of a row",
    r"\[k": "[k = t] = 1 for the class of the label, else 0",
}
_SUBSCRIPTS = str.maketrans(
    {low: f" {letter}" for low, letter in zip("ᵢⱼₖₙₚₜ", "ijknpt", strict=True)}
)


def legend(loss: Any, text: str, difference: str = "") -> tuple[str, ...]:
    """Say what the letters in a text stand for; `difference` is what it calls e, if it does."""
    text = f"{text.translate(_SUBSCRIPTS)} {difference}"
    arrays = [*loss.components, *loss.names[1:]] if getattr(loss, "components", ()) else loss.names
    letters = {SYMBOLS.get(name, name[0]): name.replace("_", " ") for name in arrays}
    letters |= {SYMBOLS[name]: name for name in loss.__dataclass_fields__ if name in SYMBOLS}
    if "s" not in letters:
        letters["s"] = "side of the target: 1, or −1 for 0 and −1"
    used = [f"{each} = {said}" for each, said in letters.items() if _stands(each, text)]
    used = [f"e = {difference}", *used] if difference else used
    return (*used, *(said for word, said in _WORDS.items() if _stands(word, text)))


def _stands(letter: str, text: str) -> bool:
    return re.search(rf"(?<![a-zα-ω]){letter}(?![a-zα-ω])", text) is not None
