"""The sources that losses cite, read from the house's bibliography when one is first asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lossary.errors import FormatError, NotFoundError, nearest

FILE = Path(__file__).parents[1] / "references.bib"
_ENTRY = re.compile(r"^@\w+\{([^,\s]+),\n((?:  \w+ = \{.*\},\n)+)\}$", flags=re.MULTILINE)
_FIELD = re.compile(r"  (\w+) = \{(.*)\},\n")


@dataclass(frozen=True)
class Reference:
    """One source. `venue` is where it stands, with its pages; `note` says where to look in it."""

    key: str
    authors: tuple[str, ...]
    title: str
    year: int
    venue: str
    doi: str = ""
    note: str = ""

    def cited(self) -> str:
        """Write the source in one line.

        >>> reference("kullback1951").cited()  # doctest: +ELLIPSIS
        'Solomon Kullback and Richard A. Leibler (1951). On Information and Sufficiency. ...'
        """
        *others, last = self.authors
        authors = f"{', '.join(others)} and {last}" if others else last
        link = f" https://doi.org/{self.doi}" if self.doi else ""
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return f"{authors} ({self.year}). {title} {self.venue}.{link}"


def reference(key: str) -> Reference:
    """Return the source of a key.

    Raises:
        NotFoundError: no source bears the key; the nearest ones are told.
    """
    known = all_references()
    if key not in known:
        raise NotFoundError(f"no source is called {key!r}. {nearest(key, known)}")
    return known[key]


@cache
def all_references() -> Mapping[str, Reference]:
    """Return every source, by its key."""
    return MappingProxyType(read(FILE.read_text(encoding="utf-8")))


def read(text: str) -> dict[str, Reference]:
    """Read a bibliography in BibTeX with one field on each line.

    Raises:
        FormatError: a line cannot be read, or an entry lacks what every source has.
    """
    unread = _ENTRY.sub("", text).strip()
    if unread:
        raise FormatError(f"{FILE.name}: cannot read {unread.splitlines()[0]!r}.")
    return {key: _made(key, dict(_FIELD.findall(body))) for key, body in _ENTRY.findall(text)}


def _made(key: str, fields: dict[str, str]) -> Reference:
    try:
        authors, title, year = fields["author"].split(" and "), fields["title"], int(fields["year"])
    except (KeyError, ValueError) as error:
        raise FormatError(f"{FILE.name}: {key} needs an author, a title and a year.") from error
    doi, note = fields.get("doi", ""), fields.get("note", "")
    return Reference(key, tuple(authors), title, year, _venue(fields), doi, note)


def _venue(fields: dict[str, str]) -> str:
    """Say where a source stands: the journal with its volume, the book, or the archive."""
    places = ("journal", "booktitle", "publisher")
    name = next((fields[place] for place in places if place in fields), "")
    if "eprint" in fields and not name:
        name = f"{fields.get('archiveprefix', 'arXiv')}:{fields['eprint']}"
    issue = f"({fields['number']})" if "number" in fields else ""
    volume = f" {fields['volume']}{issue}" if "volume" in fields else ""
    pages = f", {fields['pages']}" if "pages" in fields else ""
    return f"{name}{volume}{pages}".replace("--", "–")
