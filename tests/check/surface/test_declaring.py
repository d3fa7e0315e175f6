"""What is declared by a wrong name or a wrong word is refused, and the right ones are told."""

import pytest

import lossary
from lossary.errors import ArgumentError


def brier(p, y):
    return ((p - y) ** 2).mean()


WRONG = {
    "name": ({"predicton": "real"}, "predicton= declares nothing. Did you mean prediction"),
    "other_name": ({"delta": 2.0}, "delta= declares nothing"),
    "reduction": ({"reduction": "average"}, "'average' is none of mean, sum, none, other"),
    "structure": ({"structure": "pairs"}, "none of entries, rows, batch"),
    "per": ({"per": "rows"}, "none of entry, row, valid, weight"),
    "prediction": ({"prediction": "logit_s"}, "is no kind of numbers. Did you mean logit"),
}


@pytest.mark.parametrize(("facts", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_declared_is_refused(facts, told):
    with pytest.raises(ArgumentError, match=told):
        lossary.check(brier, **facts)


def test_a_declaration_above_a_loss_is_refused_where_it_stands():
    with pytest.raises(ArgumentError, match=r"shape= declares nothing\. Did you mean shapes"):
        lossary.contract(shape="n, n")(brier)
