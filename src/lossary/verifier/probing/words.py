"""What the names of arguments tell: who is the prediction, and what kind of numbers it holds."""

import re
from dataclasses import dataclass, field

from lossary.verifier.probing.text import spelt

LAYER = r"(linear|lm_head|head|classifier|proj(ection)?|embedding|kernel|layer|fc)_weights?"
"""Weights of a layer that the loss applies itself, and not of rows."""
LENGTHS = (
    r"(\w+_)?(lengths?|lens?|seq_?lens?|(num|n)_(frames|steps|tokens|timesteps)|sizes)|"
    r"(num|n)_valid"
)
"""How many steps of each row count."""
ROLES = (
    ("other", LAYER),
    ("length", LENGTHS),
    (
        "weight",
        (
            "weights?|w|(sample|pixel|class|cost|pos|importance)_?(weight|wt)s?|"
            r"\w+_weights?|num_items\w*|advantages?|adv|indicator|exposure|"
            r"(\w+_)?(visibilit(y|ies)|visible|vis)|importance"
        ),
    ),
    ("mask", r"(\w+_)?masks?|valid(_\w+)?|is_valid|where|padding|keep|\w+_mask"),
    (
        "target",
        (
            r"y_?true|(\w+_)?targets?|targ|tgt|tgts|y|yt|t|ys|(\w+_)?labels?|lbls?|gt|gts|"
            r"\w+_gts?|gt_\w+|\w*truths?|ground_?truth\w*|true|true_\w+|\w+_true|actuals?|"
            r"truth_\w+|real_y|teacher\w*|observ(ed|ations?)|obs|expected|correct|"
            "answers?|class(es)?|class_(idx|index|indices|ids?)|one_?hots?|relevances?|"
            r"rel|targets?_\w+|label_\w+|reference|ref|r_true|y_obs|durations?|events?|"
            r"times?|event_\w+|counts?|soft_targets"
        ),
    ),
    (
        "prediction",
        (
            r"y_?(pred|hat|score|prob|proba)s?|(\w+_)?pred(iction|icted|s)?(_\w+)?|"
            r"predictions|inputs?|input_\d|x|xs|outputs?|out|(\w+_)?logits?|logit_\w+|"
            r"logits_\w+|(\w+_)?scores?|(\w+_)?prob(s|a|abilit(y|ies))?|log_?probs?|"
            r"log_?p|logps?|log_?q|log_softmax|estimat(e|es|ed|ions?)|est|\w+_hat|"
            r"hyp(othesis)?|z|f|fx|h|margins?|student\w*|recon\w*|hazards?|log_?(h|hz|"
            "hazards?|risks?)|risks?|risk_scores?|mu|means?|loc|lam(bda_?)?|rates?|"
            r"log_?(rates?|lambda|lam|mu)|embed(ding)?s?\w*|emb\w*|feat(ure)?s?\w*|"
            r"model_out\w*|approx|yp|raw\w*|net(work)?_out\w*|eta|theta|anchors?|"
            r"positives?|negatives?|pos|neg|z_?[ab12ij]|x_?[12]|boxes\w*|projections?|"
            r"image_\w+|text_\w+|variances?|var|log_?var|log_?sigma|sigma|std|scale|"
            r"view\w*|fake\w*|real\w*"
        ),
    ),
)
"""Roles by a full match of the name; the first that fits."""
KINDS = (
    ("logits", 6, "(^|_)logits?($|_)|^raw|^margins?$|^eta$"),
    (
        "logprobs",
        6,
        (
            "(^|_)log_?(probs?|p|q|softmax|probabilit(y|ies)|pred(iction)?s?|targets?)$|"
            "^logps?$|^logq$"
        ),
    ),
    ("probs", 6, "(^|_)prob(s|a|as|abilit(y|ies))?$|^proba$|softmax_out|sigmoid_out"),
    ("probs", 2, "^[pq]$"),
    ("lograte", 5, "^log_?(rates?|lambda|lam|mu|mean|intensity)$"),
    ("positive", 4, "^(rates?|lam(bda_?)?|intensit(y|ies)|var|variances?|sigma|std|scale)$"),
    ("box", 8, "b?box(?!.*loss)"),
    (
        "embedding",
        4,
        (
            "emb|feat|^z_?[ab12ij]?$|^anchors?$|project|^view|^image_f|^text_f|"
            r"^reps?\d?$|representation"
        ),
    ),
    ("embedding", 1, "^x_?[12]$|^input[_]?[12]$"),
    ("labels", 3, "(^|_)labels?$|^class_(?!loss)|_idx$|_ids?$|^classes$"),
    ("shares", 6, r"one_?hot|soft_(target|label)s?|teacher_prob|target_(probs|dist\w*)$|^p_true$"),
    ("scores", 2, r"^teacher(_logits|_scores|_out\w*)?$|^student|^teacher"),
    ("count", 3, "counts?$"),
    ("degree", 2, "^(gt_)?masks?$|^events?$|^event_indicator"),
)
"""Kinds of numbers by a part of the name, each with its weight."""


@dataclass(frozen=True)
class Word:
    """What one argument's name says; `kinds` weighs kinds of numbers."""

    name: str
    role: str | None
    kinds: dict[str, float] = field(default_factory=dict)


def read(name: str) -> Word:
    """Read the name of one argument."""
    plain = spelt(name)
    role = next((role for role, found in ROLES if re.fullmatch(found, plain)), None)
    kinds: dict[str, float] = {}
    for kind, weight, found in KINDS:
        if re.search(found, plain):
            kinds[kind] = max(kinds.get(kind, 0.0), float(weight))
    if "logprobs" in kinds:
        kinds.pop("probs", None)
    return Word(name, role, kinds)


def read_all(names: list[str]) -> list[Word]:
    """Read names beside each other: of two predictions, or two targets, one is the other."""
    words = [read(name) for name in names]
    plain = [spelt(name) for name in names]
    if sum(each.role != "length" for each in words) < 2:  # then lengths are what is predicted
        words = [Word(w.name, None, w.kinds) if w.role == "length" else w for w in words]
    roles = [each.role for each in words]
    if "prediction" in roles and "target" not in roles:
        for place in range(len(plain)):
            if roles[place] == "mask" and roles.count("mask") == 1 and len(names) == 2:
                words[place] = Word(names[place], "target", {"degree": 2.0})
    if sorted(plain) == ["p", "q"]:
        words = [Word(n, None, {"probs": 5.0, "shares": 5.0}) for n in names]
    if len(plain) == 2 and roles == ["prediction", "prediction"]:
        words[1] = Word(names[1], None, words[1].kinds)
    if len(plain) == 2 and plain[0] == "x" and plain[1] == "y":
        words = [Word(names[0], None), Word(names[1], None)]
    return words
