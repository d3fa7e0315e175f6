"""A card says what the loss says, also of losses that other people wrote."""

import json

import pytest

from lossary.cli.card import card, domain_reads, reading
from lossary.cli.formulas import formulas
from lossary.cli.unlatex import unlatex
from lossary.core import catalogue
from lossary.core.catalogue import all_of, define, find
from lossary.core.derived import Derived
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import facts_of
from lossary.core.shapes import sentence
from lossary.domains import labels, logit, nonzero, real, side

by_name = pytest.mark.parametrize("cls", all_of(), ids=lambda cls: cls.__name__)


@by_name
def test_a_card_is_plain_data_and_leaves_nothing_open(cls):
    facts = card(cls)
    assert json.loads(json.dumps(facts)) == facts
    for fact in ("does", "formula", "letters", "kind_reads", "accumulation", "cites", "example"):
        assert facts[fact], fact
    assert [row["name"] for row in facts["parameters"]] == list(facts_of(cls))
    assert all(row["meaning"] for row in facts["parameters"])
    assert [len(each["text"]) > 40 for each in facts["cites"]] == [True] * len(cls.cites)


@by_name
def test_every_formula_can_be_read_without_latex(cls):
    facts = card(cls)
    lines = [facts["formula"], *facts["gradient"], *facts["curvature"]["formulas"]]
    assert [line["plain"] for line in lines if set("\\{}_") & set(line["plain"])] == []
    assert all(line["latex"] for line in lines)


@pytest.mark.parametrize("cls", all_of(Derived), ids=lambda cls: cls.__name__)
def test_a_trainable_loss_shows_a_slope_for_each_number_and_each_kind_of_target(cls):
    lines = [line["of"] for line in card(cls)["gradient"]]
    several = [domains[1].name for domains in cls().domains if len(cls().domains) > 1]
    names = list(getattr(cls, "components", ())) or several or [cls().names[0]]
    assert lines == (names if cls.trainable else [])


KNOWN = {
    "SquaredError": ("(p − t)²", "2·(p − t)"),
    "AbsoluteError": ("|p − t|", "sign(p − t)"),
    "Huber": ("min(|e|, δ)·(|e| − min(|e|, δ)/2)", "δ·sign(e)  where |e| > δ;  e  otherwise"),
    "Hinge": ("max(1 − s·p, 0)", "0  where 1 − s·p < 0;  −s  otherwise"),
    "PoissonNLL": ("exp(p) − t·p", "exp(p) − t"),
    "BinaryCrossEntropy": ("t·softplus(−p) + (1 − t)·softplus(p)", "(1 − t)·σ(p) − t·σ(−p)"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_card_shows_the_formula_of_the_textbook(name):
    said = formulas(find(name)())
    assert (str(said.value), str(said.slopes["prediction"])) == KNOWN[name]


def test_the_slope_of_cross_entropy_is_softmax_minus_truth():
    slope = formulas(find("CrossEntropy")()).slopes["labels"]
    assert str(slope) == "softmax(p) − (ε/K + (1 − ε)·[k = t])"


def test_a_parameter_that_is_zero_by_default_stands_in_the_formula():
    assert str(formulas(find("MAPE")()).value) == "|p − t|/max(|t|, floor)"


@pytest.mark.parametrize("name", ["Huber", "CrossEntropy", "Exponential", "GaussianNLL", "Tversky"])
def test_the_letters_of_a_formula_are_explained(name):
    letters = {said.partition(" = ")[0] for said in formulas(find(name)()).legend}
    wanted = {
        "Huber": {"e", "p", "t", "δ"},
        "CrossEntropy": {"p", "t", "ε", "K", "[k"},
        "Exponential": {"s", "p"},
        "GaussianNLL": {"m", "v", "t"},
        "Tversky": {"p", "t", "α", "β", "s"},
    }
    assert letters == wanted[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Huber", "numerator, denominator"),
        ("RootMeanSquaredError", "squares, weights"),
        ("InfoNCE", "gather all rows"),
    ],
)
def test_a_card_says_what_is_exact_over_micro_batches(name, words):
    assert words in card(find(name))["accumulation"]


def test_a_curvature_that_is_not_the_second_derivative_gives_its_reason():
    assert card(find("SquaredError"))["curvature"]["rule"] == "exact: the second derivative itself"
    rule = card(find("AbsoluteError"))["curvature"]["rule"]
    assert "flat but for the kink" in rule
    assert "step only" in rule
    assert "may fall below" in card(find("GaussianNLL"))["curvature"]["rule"]


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (real, "any real number"),
        (logit, "logit, any real number"),
        (side, "side in {-1, 0, 1}"),
        (nonzero, "anything but 0"),
        (labels, "integers 0 to k-1"),
    ],
)
def test_a_domain_reads(domain, text):
    assert domain_reads(domain) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("..., ... -> ", "one loss for the whole batch"),
        ("n ... k, n ... -> n k", "each row and class"),
        ("n d, n d -> n", "compared with all rows"),
        ("n a, n b -> n a", "one loss for each of (n a)"),
    ],
)
def test_a_shape_sentence_reads(text, said):
    assert said in reading(sentence(text))


def test_a_formula_with_a_word_that_is_not_known_stays_latex():
    assert unlatex(r"\oint_k p") == r"\oint_k p"
    assert unlatex(r"\sqrt{\frac{a}{b + c}}^{2}") == "√(a/(b + c))²"


def test_a_loss_of_other_people_has_a_card_too(monkeypatch):
    monkeypatch.setitem(catalogue._SHELVES, "loss", dict(catalogue._SHELVES["loss"]))

    @define
    class Cubed(Elementwise):
        """Cube every error."""

        cites = ("somebody2031",)

        def value(self, xp, prediction, target):
            return xp.abs(prediction - target) ** 3

    facts = card(Cubed)
    assert facts["cites"] == [{"key": "somebody2031", "text": "somebody2031", "note": ""}]
    assert facts["formula"]["plain"] == "|p − t|³"
    assert facts["gradient"][0]["plain"] == "3·(p − t)²·sign(p − t)"
    assert facts["example"] == facts["hazards"] == ""
