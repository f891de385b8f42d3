"""Exports of a small made-up organization: the demo, the tests and the README use the same ones. Written by `make`."""
