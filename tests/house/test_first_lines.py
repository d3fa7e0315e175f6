"""The first line of every file says in one sentence, to a stranger, what the room is for."""

import ast

import pytest

from tests.house.rooms import FILES, name_of


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_begins_with_one_sentence_that_says_what_it_is_for(file):
    text = file.read_text()
    docstring = ast.get_docstring(ast.parse(text)) or ""
    sentence, *rest = docstring.splitlines() or [""]
    assert text.startswith(('"""', 'r"""')), "the first line is no docstring"
    assert sentence[:1].strip(), "the sentence does not begin on the first line"
    assert sentence.endswith((".", "?", "!")), f"no sentence ends on the first line: {sentence!r}"
    assert not "".join(rest[:1]), "what follows the sentence is parted from it by an empty line"
