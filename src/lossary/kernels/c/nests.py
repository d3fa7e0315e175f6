"""Two ways through rows: a long one alone, column by column, or a tile of short ones abreast."""

from collections.abc import Sequence
from dataclasses import dataclass

Kept = tuple[str, str, str]
"""What a loop keeps: a name, whether it is a "sum" or the "top", and the term of each column."""


@dataclass(frozen=True)
class Long:
    """One row: its columns stand in vectors; what is summed is summed block by block, in double."""

    said: str = "a row"
    opening: str = "{"
    results: tuple[str, str] = ("results[0]", "results[1]")
    to: str = "to[j]"

    def input(self, name: str) -> str:
        """Read a number that came in for the row."""
        return f"{name}[0]"

    def of(self, name: str) -> str:
        """Read a number of the row that was computed."""
        return name

    def declared(self, name: str) -> str:
        return f"real {name};"

    def at(self, name: str, column: str) -> str:
        """Read a row that came in."""
        return f"at_{name}[{column}]"

    def room(self, place: int, column: str) -> str:
        """Read or write a row that is kept from loop to loop."""
        return f"room_{place}[{column}]"

    def named(self, name: str, place: int) -> str:
        return f"const real *at_{name} = rows[{place}];"

    def roomed(self, place: int) -> str:
        return f"real *room_{place} = room + {place} * k;"

    def loop(self, stated: Sequence[str], kept: Sequence[Kept]) -> list[str]:
        """Write a loop over the columns."""
        lines = []
        for name, how, _ in kept:
            start = "real {} = -__builtin_inf();" if how == "top" else "double {} = 0;"
            lines.append(start.format(name))
        lines += [
            "for (int64_t first = 0; first < k; first += WIDTH) {",
            "    const int wide = k - first < WIDTH ? (int)(k - first) : WIDTH;",
            *(f"    real t_{name}[WIDTH];" for name, _, _ in kept),
            "    LOOP for (int i = 0; i < wide; i++) {",
            "        const place j = (place)first + i;",
            *(f"        {line}" for line in stated),
            *(f"        t_{name}[i] = {term};" for name, _, term in kept),
            "    }",
        ]
        for name, how, _ in kept:
            top, total = f"largest(t_{name}, wide, {name})", f"{name} + summed(t_{name}, wide)"
            lines.append(f"    {name} = {top if how == 'top' else total};")
        return [*lines, "}"]


@dataclass(frozen=True)
class Tile:
    """Short rows abreast: the rows stand in vectors, and the loop over columns is the outer one."""

    said: str = "n short rows"
    opening: str = "LOOP for (int r = 0; r < n; r++) {"
    results: tuple[str, str] = ("results[r]", "results[TILE + r]")
    to: str = "to[j * step_to + r]"

    def input(self, name: str) -> str:
        return f"{name}[r]"

    def of(self, name: str) -> str:
        return f"{name}[r]"

    def declared(self, name: str) -> str:
        return f"real {name}[TILE];"

    def at(self, name: str, column: str) -> str:
        return f"at_{name}[{column} * step_{name} + r]"

    def room(self, place: int, column: str) -> str:
        return f"room_{place}[{column} * TILE + r]"

    def named(self, name: str, place: int) -> str:
        step = f"const int64_t step_{name} = steps[{place}];"
        return f"const real *at_{name} = rows[{place}]; {step}"

    def roomed(self, place: int) -> str:
        return f"real *room_{place} = room + {place} * k * TILE;"

    def loop(self, stated: Sequence[str], kept: Sequence[Kept]) -> list[str]:
        lines = []
        for name, how, _ in kept:
            start = "-__builtin_inf()" if how == "top" else "0"
            lines.append(f"real {name}[TILE]; for (int r = 0; r < n; r++) {name}[r] = {start};")
        lines += ["for (place j = 0; j < k; j++) {", f"    {self.opening}"]
        lines += [f"        {line}" for line in stated]
        for name, how, term in kept:
            grown = f"r_max({name}[r], {term})" if how == "top" else f"{name}[r] + {term}"
            lines.append(f"        {name}[r] = {grown};")
        return [*lines, "    }", "}"]
