r"""The LaTeX of a stated formula as one line of plain text, as far as it can be read aloud."""

import re

_WORDS = {
    r"\left": "", r"\right": "", r"\quad": "  ", r"\sum": "Σ", r"\max": "max", r"\min": "min",
    r"\log": "log", r"\exp": "exp", r"\langle": "⟨", r"\rangle": "⟩", r"\cdot": "·",
    r"\cosh": "cosh",
    r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\epsilon": "ε", r"\tau": "τ",
    r"\sigma": "σ", r"\lambda": "λ", r"\pi": "π",
}  # fmt: skip
_LOW = str.maketrans("ijknpt0123456789", "ᵢⱼₖₙₚₜ₀₁₂₃₄₅₆₇₈₉")
_INNER = r"\{([^{}]*)\}"


def unlatex(text: str) -> str:
    r"""Write a formula plainly; what holds a word that is not known here stays LaTeX.

    >>> unlatex(r"1 - \frac{2 \sum p \, t + s}{\sum p + \sum t + s}")
    '1 − (2 Σ p·t + s)/(Σ p + Σ t + s)'
    """
    plain = text.replace(r"\|", "‖").replace(r" \, ", "·")
    plain = re.sub(r"\^\{2\}|\^2", "²", plain)
    plain = re.sub(r"_([ijknpt0-9])", lambda found: found[1].translate(_LOW), plain)
    for word, sign in _WORDS.items():
        plain = re.sub(re.escape(word) + r"(?![a-z])", sign, plain)
    before = ""
    while before != plain:  # from the innermost braces outwards
        before = plain
        plain = re.sub(rf"\\t?frac{_INNER}{_INNER}", _divided, plain)
        plain = re.sub(rf"\\sqrt{_INNER}", r"√(\1)", plain)
        plain = re.sub(rf"\^{_INNER}", _raised, plain)
    plain = re.sub(r" {3,}", "  ", plain.replace("-", "−"))
    plain = plain.replace("⟨ ", "⟨").replace(" ⟩", "⟩").replace(" / ", "/")
    return text if set("\\{}") & set(plain) else plain


def _divided(found: "re.Match[str]") -> str:
    return f"{_bracketed(found[1])}/{_bracketed(found[2])}"


def _raised(found: "re.Match[str]") -> str:
    return f"^({found[1]})" if "/" in found[1] else f"^{_bracketed(found[1])}"


def _bracketed(text: str) -> str:
    alone = re.fullmatch(r"[^\s+−-]+", text) or re.fullmatch(r"⟨[^⟩]*⟩", text)
    return text if alone else f"({text})"
