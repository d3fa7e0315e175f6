"""Trees of arrays are taken apart and put together; where two differ, the place is told."""

from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass
from types import MappingProxyType

import pytest

from lossary.core.descent.trees import flat, matched, walked
from lossary.errors import ShapeError

Layer = namedtuple("Layer", "weight bias")
TREE = {"first": Layer(1, 2), "rest": [3, (4, OrderedDict(a=5))], "none": []}


def test_a_tree_comes_back_as_it_was():
    leaves, rebuild = flat(TREE)
    assert leaves == [1, 2, 3, 4, 5]
    again = rebuild(leaves)
    assert again == TREE
    assert type(again["first"]) is Layer
    assert type(again["rest"][1][1]) is OrderedDict


def test_a_mapping_keeps_what_it_knows():
    tree = defaultdict(list, a=1, b=(2,))
    again = flat(tree)[1]([10, 20])
    assert again == {"a": 10, "b": (20,)}
    assert again.default_factory is list


def test_what_jax_alone_knows_may_stand_anywhere():
    import jax

    @jax.tree_util.register_dataclass
    @dataclass
    class Node:
        weight: object
        bias: object

    tree = {"z": 1, "node": [Node(2, Layer(3, 4))]}
    leaves, rebuild = flat(tree)
    assert leaves == [2, 3, 4, 1]
    assert rebuild([20, 30, 40, 10]) == {"z": 10, "node": [Node(20, Layer(30, 40))]}
    assert matched(tree, tree, "gradient") == leaves
    assert [path for path, _ in walked(tree)][-2:] == ["['node'][0].bias.bias", "['z']"]
    with pytest.raises(ShapeError, match="gradient and the weights differ"):
        matched({"z": 1, "node": [2]}, tree, "gradient")


def test_leaves_are_told_by_their_places():
    found = dict(walked(TREE))
    assert found["['rest'][1][1]['a']"] == 5
    assert list(found.values()) == [1, 2, 3, 4, 5]


def test_another_order_of_keys_is_brought_to_the_same():
    other = MappingProxyType({"rest": (30, [40, {"a": 50}]), "none": (), "first": [10, 20]})
    assert matched(other, TREE, "gradient") == [10, 20, 30, 40, 50]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (7, "gradient: expected a dictionary of first, rest, none, as in weights, got a int"),
        (TREE | {"first": 1}, r"gradient\['first'\]: expected a Layer of 2, as in weights, got"),
        (TREE | {"first": ((1,), 2)}, r"gradient\['first'\]\[0\]: expected one array, as in"),
        (TREE | {"more": 1, "x": 2}, "gradient and the weights differ in 'more', 'x'."),
        (TREE | {"rest": [1, 2, 3, 4]}, r"gradient\['rest'\] and the weights differ in 2, 3."),
    ],
)
def test_where_trees_differ_is_told(other, told):
    with pytest.raises(ShapeError, match=told):
        matched(other, TREE, "gradient")
