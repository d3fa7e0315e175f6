"""Which checks are tried: all of them, some by name, or all but some."""

from collections.abc import Sequence

from lossary.errors import NotFoundError, nearest
from lossary.verifier.rule import Check, shelf


def chosen(only: Sequence[str] = (), skip: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of the checks to try; a number or words with blanks or hyphens do too.

    Raises:
        NotFoundError: no check bears a name; the nearest ones are told.
    """
    wanted = {named(each).name for each in only} or {each.name for each in shelf()}
    unwanted = {named(each).name for each in skip}
    return tuple(each.name for each in shelf() if each.name in wanted - unwanted)


def named(name: str) -> Check:
    """Return the check of a name or number.

    Raises:
        NotFoundError: no check bears it; the nearest ones are told.
    """
    word = name.strip().lower().replace("-", "_").replace(" ", "_")
    for each in shelf():
        if word in (each.name, str(each.number)):
            return each
    names = [each.name for each in shelf()]
    raise NotFoundError(f"no check is called {name!r}. {nearest(word, names)}")
