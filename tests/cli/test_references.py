"""The bibliography: every source whole, every mistake in it told."""

import pytest

from lossary.core.references import FILE, Reference, all_references, read, reference
from lossary.errors import FormatError, NotFoundError

ENTRY = """@article{huber1964,
  author = {Peter J. Huber},
  title = {Robust Estimation},
  journal = {Annals},
  year = {1964},
  volume = {35},
  number = {1},
  pages = {73--101},
  doi = {10.1/2},
}
"""


def test_every_entry_of_the_file_is_read():
    assert len(all_references()) == FILE.read_text(encoding="utf-8").count("\n@") + 1


@pytest.mark.parametrize("key", all_references())
def test_a_source_has_authors_a_title_a_year_and_a_place(key):
    source = reference(key)
    assert source.key == key
    assert all(source.authors)
    assert source.title
    assert source.venue
    assert 1700 < source.year < 2100
    assert key.endswith(str(source.year))
    assert not {"{", "}", "--", "\\"} & set(source.cited())


def test_a_source_is_cited_in_one_line():
    assert read(ENTRY)["huber1964"].cited() == (
        "Peter J. Huber (1964). Robust Estimation. Annals 35(1), 73–101. https://doi.org/10.1/2"
    )


def test_several_authors_are_joined_as_in_a_sentence():
    source = Reference("x2000", ("A", "B", "C"), "Why?", 2000, "arXiv:1")
    assert source.cited() == "A, B and C (2000). Why? arXiv:1."


def test_a_source_that_is_not_there_is_met_with_the_nearest():
    with pytest.raises(NotFoundError, match="huber1964"):
        reference("hubert1964")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (ENTRY.replace("{Annals},", "{Annals}"), "cannot read '@article{huber1964,'"),
        (ENTRY.replace("  year", "year"), "cannot read"),
        (ENTRY + "stray\n", "cannot read 'stray'"),
        (ENTRY.replace("{1964}", "{MCMLXIV}"), "huber1964 needs an author, a title and a year"),
        (ENTRY.replace("  title = {Robust Estimation},\n", ""), "needs an author"),
    ],
)
def test_a_line_that_cannot_be_read_is_told(wrong, told):
    with pytest.raises(FormatError, match=told):
        read(wrong)
