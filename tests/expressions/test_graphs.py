"""Graphs, slopes and LaTeX of formulas."""

import mpmath
import numpy as np
import pytest

from lossary.backends import backend_named
from lossary.errors import GradientError
from lossary.expressions import Symbolic, compiled, constant, derivative, latex, source, symbol
from lossary.expressions.derivative import one_sided
from lossary.slopes import SLOPES

xp, x, y = Symbolic(), symbol("x"), symbol("y")
NUMPY = backend_named("numpy").xp
SLOW = {
    "abs": abs, "sign": mpmath.sign, "exp": mpmath.exp, "expm1": mpmath.expm1, "log": mpmath.log,
    "log1p": mpmath.log1p, "sqrt": mpmath.sqrt, "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "negative": lambda x: -x, "add": lambda x, y: x + y, "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y, "divide": lambda x, y: x / y, "power": lambda x, y: x**y,
    "logaddexp": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
}  # fmt: skip


def number(node, **values):
    with np.errstate(all="ignore"):
        return float(compiled((node,), tuple(values))(NUMPY, *map(np.float64, values.values()))[0])


def test_every_rule_of_the_table_is_tried_here():
    assert set(SLOW) == set(SLOPES) - {"where"}


@pytest.mark.parametrize("op", sorted(SLOW))
@pytest.mark.parametrize("point", [(0.3, 1.7), (2.5, 0.4)])
def test_each_operation_has_its_slope_and_its_second(op, point):
    from lossary.expressions.graph import make

    count = 2 if op in ("add", "subtract", "multiply", "divide", "power", "logaddexp") else 1
    node = make(op, *(x, y)[:count])
    for place, by in enumerate((x, y)[:count]):
        first = derivative(node, by)
        second = derivative(first, by)
        with mpmath.workdps(40):
            orders = [tuple(n if i == place else 0 for i in range(count)) for n in (1, 2)]
            slow = [mpmath.diff(SLOW[op], point[:count], n) if count > 1
                    else mpmath.diff(SLOW[op], point[0], n[0]) for n in orders]  # fmt: skip
        assert number(first, x=point[0], y=point[1]) == pytest.approx(float(slow[0]), rel=1e-12)
        assert number(second, x=point[0], y=point[1]) == pytest.approx(float(slow[1]), abs=1e-12)


@pytest.mark.parametrize("at", [-800.0, -40.0, 0.0, 40.0, 800.0])
def test_stable_primitives_keep_stable_slopes(at):
    node = xp.softplus(x)
    for value in (
        number(derivative(node, x), x=at),
        number(derivative(derivative(node, x), x), x=at),
    ):
        assert np.isfinite(value)
    assert number(derivative(node, x), x=-40.0) == pytest.approx(np.exp(-40), rel=1e-12)
    joined = xp.logaddexp(x, y)
    assert number(derivative(joined, x), x=at, y=-at) + number(
        derivative(joined, y), x=at, y=-at
    ) == pytest.approx(1)


def test_a_branch_not_taken_leaves_no_nan():
    node = xp.where(x > 0, xp.log(x), 0.0 * x)
    assert number(derivative(node, x), x=-1.0) == 0
    clipped = xp.clip(abs(x), max=1.0) * (abs(x) - xp.clip(abs(x), max=1.0) / 2)
    assert number(derivative(clipped, x), x=np.inf) == 1


def test_the_curvature_at_a_kink_is_the_limit_from_the_right():
    node = abs(x) * abs(x) * abs(x) + abs(x) * abs(x) / 2
    second = derivative(derivative(node, x), x)
    assert number(one_sided(second), x=0.0) == 1


def test_shared_work_is_done_once():
    node = xp.exp(x) * xp.exp(x) + xp.exp(x)
    assert source([node, derivative(node, x)], ["x"]).count("xp.exp") == 1


def test_trivial_operations_fall_away():
    assert x + 0 is x
    assert 1 * x is x
    assert -(0 - x) is x
    assert x * 0 is constant(0)
    assert (x - 0) / 1 is x
    assert x**2 is x * x
    assert abs(x) * xp.sign(x) is x
    assert xp.where(x > 0, y, y) is y
    assert 2 * (3 * x) is 6 * x


def test_a_formula_must_not_ask_if():
    with pytest.raises(GradientError, match=r"xp\.where"):
        _ = 1 if x > 0 else 2
    with pytest.raises(GradientError, match="does not act entry by entry"):
        xp.cumsum(x)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ((x - y) ** 2, r"\left(x - y\right)^{2}"),
        (x - (y - x), r"x - \left(y - x\right)"),
        (x / (y + 1), r"\frac{x}{y + 1}"),
        (-(x + y), r"-\left(x + y\right)"),
        (xp.exp(-x) * y, r"e^{-x} \, y"),
        (abs(x) * (y - 2), r"\left|x\right| \, \left(y - 2\right)"),
        (xp.log1p(x), r"\log\left(1 + x\right)"),
        (xp.where(x > 0, x, y), r"\begin{cases} x & x > 0 \\ y & \text{otherwise} \end{cases}"),
        (xp.sqrt(x) ** y, r"\sqrt{x}^{y}"),
        (symbol("prediction") - symbol("target"), "p - t"),
    ],
)
def test_latex_reads_as_it_should(node, text):
    assert latex(node) == text
