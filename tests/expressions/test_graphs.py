"""Graphs, slopes and LaTeX of formulas."""

import mpmath
import numpy as np
import pytest

from lossary.backends import backend_named
from lossary.errors import GradientError
from lossary.expressions import (
    Symbolic,
    compiled,
    constant,
    derivative,
    latex,
    row_gradient,
    source,
    symbol,
)
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
    bend = derivative(derivative(node, x), x)
    assert number(bend, x=40.0) == number(bend, x=-40.0) == pytest.approx(np.exp(-40), rel=1e-12)
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
    for node, bend in (
        (abs(x) * (abs(x) + abs(x) * abs(x)) / 2, 1),
        (xp.exp(abs(x)), 1),
        (xp.log1p(abs(x)), -1),
    ):
        second = derivative(derivative(node, x), x)
        assert number(one_sided(second), x=0.0) == number(one_sided(second), x=1e-300) == bend


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
    assert xp.where(constant(2.0) == 2.0, x, y) is x
    assert xp.where(constant(2.0) == 3.0, x, y) is y
    assert xp.where(x > 0, xp.where(x > 0, x, y), 1.0) is xp.where(x > 0, x, 1.0)
    assert xp.where(x > 0, 1.0, xp.where(x > 0, x, y)) is xp.where(x > 0, 1.0, y)


def test_a_program_computes_what_was_written():
    assert number(constant(-2.0) ** x, x=2.0) == 4
    assert number(x - constant(-2.0), x=1.0) == 3
    assert number(-(x**2), x=3.0) == -9


@pytest.mark.parametrize("name", ["numpy", "torch"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_two_bare_numbers_take_the_dtype_of_the_arrays(name, precision):
    backend = backend_named(name)
    given = backend.array(np.asarray([-1.0, 1.0]), precision)
    (found,) = compiled((xp.where(x > 0, 0.1, 0.3),), ("x",))(backend.xp, given)
    assert found.dtype == given.dtype
    assert backend.numpy(found).tolist() == np.asarray([0.3, 0.1], dtype=precision).tolist()


def test_a_formula_must_not_ask_if():
    with pytest.raises(GradientError, match=r"xp\.where"):
        _ = 1 if x > 0 else 2
    with pytest.raises(GradientError, match=r"xp\.cumsum is no word of a formula"):
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


ROW, LABEL = symbol("row", ndim=1), symbol("label")
SLOW_ROWS = {
    "sum": (lambda r: mpmath.fsum(r), xp.sum(ROW)),
    "mean": (lambda r: mpmath.fsum(r) / len(r), xp.mean(ROW)),
    "logsumexp": (lambda r: mpmath.log(mpmath.fsum(map(mpmath.exp, r))), xp.logsumexp(ROW)),
    "log_softmax": (
        lambda r: r[1] - mpmath.log(mpmath.fsum(map(mpmath.exp, r))),
        xp.pick(xp.log_softmax(ROW), LABEL),
    ),
    "pick": (lambda r: r[1] ** 2, xp.pick(ROW * ROW, LABEL)),
    "an entry among rows": (
        lambda r: mpmath.fsum((each - r[1]) ** 2 for each in r),
        xp.sum((ROW - xp.pick(ROW, LABEL)) ** 2),
    ),
    "a sum that every entry meets": (
        lambda r: mpmath.fsum(each * mpmath.fsum(r) ** 2 for each in r) / len(r),
        xp.mean(ROW * xp.sum(ROW) ** 2),
    ),
    "a number added to every entry": (
        lambda r: (len(r) + 1) * mpmath.fsum(r),
        xp.sum(ROW + xp.sum(ROW)),
    ),
    "branches": (
        lambda r: mpmath.fsum(max(each, mpmath.mpf(0.5)) for each in r),
        xp.sum(xp.clip(ROW, min=0.5)),
    ),
}


@pytest.mark.parametrize("name", SLOW_ROWS)
def test_each_way_to_make_one_number_of_a_row_has_its_slopes(name):
    slow, node = SLOW_ROWS[name]
    rows, label = np.asarray([[0.3, -1.2, 2.0, 0.7]]), np.asarray([1])
    program = compiled((node, row_gradient(node, ROW)), ("row", "label"))
    value, slopes = program(NUMPY, rows, label)
    expected = []
    with mpmath.workdps(40):
        exact = [mpmath.mpf(each) for each in rows[0]]
        for place in range(4):
            moved = lambda x, i=place: slow([*exact[:i], x, *exact[i + 1 :]])  # noqa: E731
            expected.append(float(mpmath.diff(moved, exact[place])))
        assert value[0] == pytest.approx(float(slow(exact)), rel=1e-13)
    np.testing.assert_allclose(
        np.broadcast_to(slopes, rows.shape)[0], expected, rtol=1e-12, atol=1e-15
    )


def test_a_formula_sums_over_rows_only():
    with pytest.raises(GradientError, match="last axis of rows only"):
        xp.sum(x)
    with pytest.raises(GradientError, match=r"x\[\.\.\., None\] only"):
        ROW[0]
