"""Finding a good start: range tests on curves that are known, searches of minima that are known."""
