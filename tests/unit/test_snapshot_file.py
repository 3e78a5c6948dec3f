import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from graph.snapshot.file import SnapshotUnusable, let_go, load, save
from graph.snapshot.gather import from_facts
from graph.snapshot.walk import holders
from tests.builder import Case


@pytest.fixture
def columns():
    case = Case()
    case.company("A").legal_representative("王示例", since="2015", bearer="1").shareholder("李示例")
    return from_facts(case.facts, version=7)


def test_1_what_is_loaded_answers_as_what_was_saved(columns, tmp_path):
    save(columns, tmp_path / "s", store="one")
    loaded = load(tmp_path / "s", store="one", check=True)
    assert (loaded.version, loaded.codes, list(loaded.nodes)) == (7, columns.codes, list(columns.nodes))
    assert list(loaded.mentions) == list(columns.mentions)
    for day in (date(2014, 1, 1), date(2015, 5, 5), None):
        ours, theirs = (holders(c, [c.node("test:A")], [day]) for c in (columns, loaded))
        assert ours.node.tolist() == theirs.node.tolist()
        assert ours.truth.tolist() == theirs.truth.tolist()


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="this machine does not say what is mapped")
def test_4_what_is_let_go_takes_no_memory_and_answers_as_before(columns, tmp_path):
    """4. What is let go takes no memory until it is looked at again, and answers then as before."""
    save(columns, tmp_path / "s", store="one")
    loaded = load(tmp_path / "s", store="one")
    before = list(loaded.nodes)
    assert mapped(tmp_path) > 0
    let_go(loaded)
    assert mapped(tmp_path) == 0
    assert list(loaded.nodes) == before == list(columns.nodes)
    let_go(columns)  # of what is in memory alone nothing is let go
    assert list(columns.nodes) == before


def mapped(folder):
    """KiB of the files of a folder that are in the memory of this process."""
    ours, size = False, 0
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if re.match("[0-9a-f]+-[0-9a-f]+ ", line):
            ours = str(folder) in line
        elif ours and line.startswith("Rss:"):
            size += int(line.split()[1])
    return size


def test_1_an_empty_graph_is_saved_too(tmp_path):
    save(from_facts([]), tmp_path / "s", store="one")
    assert len(load(tmp_path / "s", store="one")) == 0


def cut(folder):
    path = folder / "in_edges.npy"
    path.write_bytes(path.read_bytes()[:-3])


def later(folder):
    header = json.loads((folder / "header.json").read_text())
    (folder / "header.json").write_text(json.dumps(header | {"format": 99}))


def torn(folder):
    (folder / "header.json").write_text("{")


def lost(folder):
    (folder / "kinds.npy").unlink()


@pytest.mark.parametrize(("spoil", "said"), [(cut, "cut short"), (later, "format 99"), (torn, "no snapshot"), (lost, "missing")])
def test_2_what_cannot_stand_for_the_store_is_refused(columns, tmp_path, spoil, said):
    save(columns, tmp_path / "s", store="one")
    spoil(tmp_path / "s")
    with pytest.raises(SnapshotUnusable, match=said):
        load(tmp_path / "s", store="one")


def test_2_another_store_no_folder_and_an_altered_byte_are_refused(columns, tmp_path):
    save(columns, tmp_path / "s", store="one")
    with pytest.raises(SnapshotUnusable, match="another store"):
        load(tmp_path / "s", store="two")
    with pytest.raises(SnapshotUnusable, match="no snapshot"):
        load(tmp_path / "t", store="one")
    path = tmp_path / "s" / "in_edges.npy"
    array = np.load(path)
    array["other"] = 0
    np.save(path, array)
    load(tmp_path / "s", store="one")
    with pytest.raises(SnapshotUnusable, match="altered"):
        load(tmp_path / "s", store="one", check=True)


def test_3_saving_again_replaces_the_folder_and_leaves_nothing_beside_it(columns, tmp_path):
    save(columns, tmp_path / "s", store="one")
    save(from_facts([], version=8), tmp_path / "s", store="one")
    assert load(tmp_path / "s", store="one").version == 8
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_3_a_file_in_the_way_goes_once(columns, tmp_path):
    (tmp_path / "s").write_text("no folder", encoding="utf-8")
    for _ in range(2):
        save(columns, tmp_path / "s", store="one")
    assert load(tmp_path / "s", store="one").version == 7
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_3_a_failed_write_leaves_the_old_folder(columns, tmp_path, monkeypatch):
    save(columns, tmp_path / "s", store="one")

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="no space"):
        save(from_facts([], version=8), tmp_path / "s", store="one")
    assert load(tmp_path / "s", store="one").version == 7
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
