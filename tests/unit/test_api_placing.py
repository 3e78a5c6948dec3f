"""The invariants of `api.use_cases.placing`, one test a number."""

import errno
import os
from pathlib import Path

import pytest

from api.use_cases.placing import placed, sweep
from graph.errors import ConfigError


def writes(text, *, folder=False, meanwhile=lambda: None):
    """Return a writer of a file or folder that lets something happen while it writes."""

    def make(made: Path) -> str:
        place = made
        if folder:
            made.mkdir()
            place = made / "a.csv"
        place.write_text(text, encoding="utf-8")
        meanwhile()
        return text

    return make


def said(out: Path) -> str:
    return (out / "a.csv" if out.is_dir() else out).read_text(encoding="utf-8")


def anything(_there: Path) -> None:
    """Let anything be replaced."""


@pytest.mark.parametrize("folder", [False, True])
def test_1_nothing_is_there_before_it_is_whole_and_nothing_stays_of_what_was_not(tmp_path, folder):
    """1. Nothing is under the name before it is whole, and nothing stays of what was not finished."""
    out = tmp_path / "out"
    assert placed(out, writes("mine", folder=folder, meanwhile=lambda: None if not out.exists() else pytest.fail("half"))) == "mine"
    assert said(out) == "mine"

    def torn() -> None:
        raise KeyboardInterrupt

    for see in (None, anything):
        with pytest.raises(KeyboardInterrupt):
            placed(tmp_path / "other", writes("half", folder=folder, meanwhile=torn), see)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("folder", [False, True])
@pytest.mark.parametrize("theirs", ["file", "folder", "link"])
def test_2_what_appeared_in_the_meantime_stays(tmp_path, folder, theirs):
    """2. What appeared under the name in the meantime stays as it is unless it may be replaced."""
    out = tmp_path / "out"

    def appear() -> None:
        if theirs == "folder":
            out.mkdir()
            (out / "a.csv").write_text("theirs", encoding="utf-8")
        elif theirs == "file":
            out.write_text("theirs", encoding="utf-8")
        else:
            out.symlink_to(tmp_path / "nowhere")

    with pytest.raises(ConfigError, match="is there already; give --force"):
        placed(out, writes("mine", folder=folder, meanwhile=appear))
    assert out.is_symlink() if theirs == "link" else said(out) == "theirs"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("folder", [False, True])
def test_2_two_who_write_to_one_place_never_write_into_each_other(tmp_path, folder):
    """2. ... two who write to one place never write into each other."""
    out = tmp_path / "out"
    with pytest.raises(ConfigError, match="is there already"):
        placed(out, writes("first", folder=folder, meanwhile=lambda: placed(out, writes("second", folder=folder))))
    assert said(out) == "second"
    placed(out, writes("third", folder=folder, meanwhile=lambda: placed(out, writes("4", folder=folder), anything)), anything)
    assert said(out) == "third"
    assert list(tmp_path.iterdir()) == [out]


def test_2_also_on_a_disk_without_links(tmp_path, monkeypatch):
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    out = tmp_path / "out"
    assert placed(out, writes("mine")) == "mine"
    with pytest.raises(ConfigError, match="is there already"):
        placed(out, writes("other"))
    assert said(out) == "mine"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("folder", [False, True])
def test_3_what_may_not_be_replaced_goes_back(tmp_path, folder):
    """3. What is replaced is moved aside and looked at there; what may not be replaced goes back."""
    out = tmp_path / "out"
    placed(out, writes("precious", folder=folder))
    seen = []

    def never(there: Path) -> None:
        seen.append((said(there), out.exists()))
        raise ConfigError("precious")

    with pytest.raises(ConfigError, match="precious"):
        placed(out, writes("mine", folder=folder), never)
    assert seen == [("precious", False)]
    assert said(out) == "precious"
    assert list(tmp_path.iterdir()) == [out]


def test_3_what_cannot_go_back_is_kept_and_named(tmp_path):
    """3. ... what may not be replaced goes back, or is kept beside and named, where somebody else has its name by then."""
    out = tmp_path / "out"
    placed(out, writes("precious"))

    def never(_there: Path) -> None:
        out.write_text("quicker", encoding="utf-8")
        raise ConfigError("precious")

    with pytest.raises(ConfigError, match=r"what stood there is kept as .*before-out"):
        placed(out, writes("mine"), never)
    assert said(out) == "quicker"
    assert [said(each) for each in tmp_path.glob(".zeren-*/before-out")] == ["precious"]


def test_1_what_somebody_left_who_was_killed_can_be_swept_away(tmp_path, monkeypatch):
    monkeypatch.setattr("api.use_cases.placing.remove", lambda _: None)
    placed(tmp_path / "out", writes("mine"))
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.undo()
    sweep(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
