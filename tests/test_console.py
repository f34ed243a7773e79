"""How far something is: told at a terminal, and nowhere else."""

from __future__ import annotations

import sys

import pytest

from shoulders.console import waiting


def test_a_terminal_shows_how_far_it_is_and_nothing_of_it_stays(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with waiting("check") as done:
        done(3, 12)
    begun, quarter, cleared = capsys.readouterr().err.split("\r\033[K")[1:]
    assert begun.split() == ["check", "…"]
    assert quarter.split() == ["check", "25%"]
    assert cleared == ""


def test_what_was_begun_is_cleared_before_a_failure_is_told(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(ValueError, match="no"), waiting("check"):
        raise ValueError("no")
    assert capsys.readouterr().err.endswith("\r\033[K")


def test_what_is_no_terminal_hears_nothing(capsys):
    with waiting("check") as done:
        done(3, 12)
    said = capsys.readouterr()
    assert said.err == said.out == ""
