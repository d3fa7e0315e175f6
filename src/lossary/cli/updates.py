r"""The LaTeX of an update as lines of plain text: one for each assignment."""

import re

from lossary.cli.unlatex import unlatex

_WORDS = {
    r"\leftarrow": "←", r"\eta": "η", r"\lambda": "λ", r"\rho": "ρ", r"\mu": "μ", r"\psi": "ψ",
    r"\phi": "φ", r"\theta": "θ", r"\Delta": "Δ", r"\nabla": "∇", r"\infty": "∞", r"\prod": "Π",
    r"\pm": "±", r"\lVert": "‖", r"\rVert": "‖", r"\ell": "ℓ", r"\top": "ᵀ", r"\le": "≤",
    r"\cos": "cos", r"\pi": "π", r"\ge": "≥", r"\left": "", r"\right": "",
    r"\mid": "divides", r"\Big": "", r"\hat": "^", r"\bar": "¯", r"\tfrac": r"\frac",
}  # fmt: skip
_OVER = {"^": "\u0302", "¯": "\u0304"}
_LOW = str.maketrans("ijknptx0123456789+-", "ᵢⱼₖₙₚₜₓ₀₁₂₃₄₅₆₇₈₉₊₋")
_HIGH = str.maketrans("+-", "⁺⁻")


def lines(formula: str) -> list[str]:
    r"""Write an update plainly, an assignment to a line.

    >>> lines(r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta\, (g + \mu v)")
    ['v ← μ v + g', 'w ← w − η·(g + μ v)']
    """
    said = re.split(r"[,;:]?(?:\\quad|\\\\(?![^{]*\\end)|\\;(?=\\text\{every))\s*", _cases(formula))
    return [_line(each) for each in said if each.strip()]


def _line(text: str) -> str:
    text = re.sub(r"\\(?:text|operatorname|mathrm)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"frac(\d)(\d)", r"frac{\1}{\2}", text.replace(r"\#", "number of "))
    text = re.sub(r"\\sqrt (\w)", r"\\sqrt{\1}", text)
    for word, sign in _WORDS.items():
        text = re.sub(re.escape(word) + r"(?![a-zA-Z])", sign.replace("\\", r"\\"), text)
    text = re.sub(r"([\^¯]) ([a-zA-Z])", lambda found: found[2] + _OVER[found[1]], text)
    text = re.sub(r"\\overline\{([^{}]*)\}", r"mean(\1)", text)
    text = text.replace(r"\,}", "}").replace(r"{\,", "{")
    text = re.sub(r"(?<=[\w)\]}ηλρμαβ'])\\,\s*(?=[\\\w(√^])", "·", text)
    text = re.sub(r"\\[,; ]\s*", " ", text.replace(r"\!", ""))
    text = re.sub(r"\\[{}]", "", text)
    text = re.sub(r"\^\{?([+-])\}?(?![\d\w])", lambda found: found[1].translate(_HIGH), text)
    text = re.sub(r"_\{([^{}]*)\}", _low, text).replace("^ᵀ", "ᵀ").replace("^*", "*")
    plain = unlatex(text.strip()).replace("‖ ", "‖").replace(" ‖", "‖")
    return re.sub(r" {2,}", " ", re.sub(r"([(]) | ([),])", r"\1\2", plain)).rstrip(".,")


def _cases(formula: str) -> str:
    """Write cases in a row: (a if …; b else)."""

    def row(found: "re.Match[str]") -> str:
        parts = [each.split("&") for each in found[1].split(r"\\")]
        told = [f"{what.strip()} if {when.strip()}" for what, when in parts]
        return "(" + "; ".join(told).replace(r"if \text{else}", "else") + ")"

    return re.sub(r"\\begin\{cases\}(.*?)\\end\{cases\}", row, formula, flags=re.DOTALL)


def _low(found: "re.Match[str]") -> str:
    inside = found[1].replace(" ", "").replace("\\", "")
    low = inside.translate(_LOW)
    return low if not re.search(r"[a-zA-Z,≤]", low) else f"_{inside}"
