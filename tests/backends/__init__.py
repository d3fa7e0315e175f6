"""Tests of the room `backends`."""
