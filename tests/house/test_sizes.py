"""Files and functions are small; where one is not, a room is missing."""

import ast
from statistics import median

from tests.house.rooms import FILES, name_of

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50
USUAL_LINES_OF_A_FILE = 70  # without docstrings; a loss takes 30, an emitter 110


def _lines(file):
    return len(file.read_text().splitlines())


def _functions(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name_of(file)}:{node.lineno} {node.name}", _lines_without_docstring(node)


def _lines_without_docstring(node):
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def test_no_file_is_long():
    assert {name_of(file): _lines(file) for file in FILES if _lines(file) > LINES_OF_A_FILE} == {}


def test_no_function_is_long():
    sizes = dict(function for file in FILES for function in _functions(file))
    assert sizes
    assert {name: lines for name, lines in sizes.items() if lines > LINES_OF_A_FUNCTION} == {}


def _lines_of_code(file):
    """Count lines without docstrings: shapes, units and errors are asked for, and are no code."""
    tree = ast.parse(file.read_text())
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = (
        each.body[0]
        for each in ast.walk(tree)
        if isinstance(each, kinds) and ast.get_docstring(each)
    )
    return _lines(file) - sum(each.end_lineno - each.lineno + 1 for each in told)


def test_the_usual_file_fits_on_a_screen():
    assert median(map(_lines_of_code, FILES)) <= USUAL_LINES_OF_A_FILE
