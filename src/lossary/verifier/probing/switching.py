"""Finds targets that are only asked which of two they are: scores[labels == 1]."""

import re

from lossary.verifier.probing.text import Text

ASKED = re.compile(
    r"ARRAY(?:\.\w+\([^()]*\))* (==|!=|>|<|>=|<=) (-?[01](?:\.0)?|0?\.5|True|False)(?![\w.])"
)
"""A comparison with one of two answers."""
MEANT = re.compile(
    r"~?ARRAY\.bool\(\)|ARRAY\.(astype|to)\((torch\.|np\.)?bool_?\)|logical_not\(ARRAY\)"
)


SIDES = re.compile(r"cosine|hinge|margin|\bsvm|perceptron|rank")
"""Names of losses whose two answers are -1 and 1 by custom."""


def two_of(text: Text, name: str) -> str | None:
    """Say "side" or "degree" where code asks an array for nothing else than one of two answers."""
    asked: list[tuple[str, str]] = []
    for code in text.codes_for(name):
        body = re.sub(r"^\s*(def|class) .*$", "", code, flags=re.MULTILINE)
        body = re.sub(r"^\s*\w+ = ARRAY$", "", body, flags=re.MULTILINE)
        body = re.sub(r"\bARRAY\.(shape|size\(\d?\)|device|dtype|ndim|numel\(\))", "", body)
        body = re.sub(r"(like|len|type_as)\(ARRAY[^()]*\)", "", body)
        found = ASKED.findall(body)
        left = ASKED.sub("", MEANT.sub("", body))
        if re.search(r"\bARRAY\b", left):
            return None
        asked += found or [("", "") for _ in MEANT.findall(body)]
    return _answers(text, asked) if asked else None


def _answers(text: Text, asked: list[tuple[str, str]]) -> str:
    """Tell 0 and 1 from -1 and 1; where code asks for 1 alone, the loss's name has to say."""
    zero = {sign for sign, level in asked if level in ("0", "0.0")}
    levels = {level for _, level in asked}
    if any(level.startswith("-") for level in levels) or {"<", ">"} <= zero:
        return "side"
    alone = levels <= {"1", "1.0"} or (zero <= {">", ">="} and levels <= {"0", "0.0"})
    return "side" if alone and SIDES.search(text.head) else "degree"
