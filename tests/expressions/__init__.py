"""Tests of the room `expressions`."""
