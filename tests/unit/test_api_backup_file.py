"""The numbered invariants of `api.use_cases.backup_file`, each in a test named after its number."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from api.use_cases import backup_file
from api.use_cases.backup_file import MANIFEST, read_backup, write_backup
from graph.errors import ConfigError, StoreDamaged, ZerenError


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "one").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "two").write_bytes("第二".encode())
    write_backup(tmp_path / "made.backup", {"of": "a test"}, {"one": tmp_path / "one", "two": tmp_path / "two"})
    return tmp_path / "made.backup"


def read_parts(file: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    manifest = read_backup(file, lambda name: (folder / hashlib.sha256(name.encode()).hexdigest()).open("wb"))
    return {name: (folder / hashlib.sha256(name.encode()).hexdigest()).read_bytes() for name in manifest.parts}


def archive(file: Path, **members: bytes) -> Path:
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as out:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return file


def test_what_was_written_is_read(made: Path, tmp_path: Path) -> None:
    found = read_parts(made, tmp_path / "out")
    assert found == {"one": (tmp_path / "one").read_bytes(), "two": (tmp_path / "two").read_bytes()}
    assert read_backup(made).about == {"of": "a test"}
    assert made.stat().st_mode & 0o777 == 0o600


def test_1_cut_off_anywhere_it_is_refused(made: Path, tmp_path: Path) -> None:
    content = made.read_bytes()
    for length in [*range(0, len(content), 1_021), len(content) - 1]:
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(StoreDamaged, match="cut"):
            read_backup(tmp_path / "cut")
    (tmp_path / "cut").write_bytes(content + b"\0" * tarfile.RECORDSIZE)
    with pytest.raises(StoreDamaged, match="added"):
        read_backup(tmp_path / "cut")


def test_1_altered_in_any_part_or_the_manifest_it_is_refused(made: Path, tmp_path: Path) -> None:
    content = made.read_bytes()
    for needle in (b"a test", bytes(range(100, 120)), "第二".encode(), b'"sha256"', b"two"):
        place = content.index(needle)
        altered = bytearray(content)
        altered[place] ^= 1
        (tmp_path / "altered").write_bytes(altered)
        with pytest.raises(StoreDamaged, match="altered"):
            read_backup(tmp_path / "altered")


def test_1_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    (tmp_path / "empty").touch()
    archive(tmp_path / "other", readme_txt=b"hello")
    for name in ("text", "empty", "other"):
        with pytest.raises(StoreDamaged, match="no backup of ours"):
            read_backup(tmp_path / name)
    for text in (b"[]", b"{}", b"\xff", b'{"format": "x"}', b'{"format": 1, "sha256": ""}'):
        with pytest.raises(StoreDamaged, match="altered"):
            read_backup(archive(tmp_path / "bad", manifest_json=text))
    with pytest.raises(ConfigError, match="cannot be read"):
        read_backup(tmp_path / "none")


def test_2_a_later_format_is_refused(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = json.dumps({"format": 2, "what": "nobody knows"}).encode()
    with pytest.raises(StoreDamaged, match="of format 2, and this program reads up to 1: update it"):
        read_backup(archive(tmp_path / "later", manifest_json=later))
    monkeypatch.setattr(backup_file, "FORMAT", 0)
    with pytest.raises(StoreDamaged, match="update it"):
        read_backup(made)


def test_3_it_is_never_written_over_another_and_a_failure_leaves_nothing(made: Path, tmp_path: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(ConfigError, match="nothing is written over"):
        write_backup(made, {}, {"one": tmp_path / "one"})
    assert made.read_bytes() == before
    with pytest.raises(OSError):  # noqa: PT011 - whatever the machine says
        write_backup(tmp_path / "new", {}, {"none": tmp_path / "none"})
    assert sorted(each.name for each in tmp_path.iterdir()) == ["made.backup", "one", "two"]


def test_3_one_that_is_being_written_is_left_alone(tmp_path: Path, made: Path) -> None:
    (tmp_path / ".new.unfinished").write_text("another's")
    with pytest.raises(ConfigError, match="another backup is being written"):
        write_backup(tmp_path / "new", {}, {"one": tmp_path / "one"})
    assert (tmp_path / ".new.unfinished").read_text() == "another's"
    assert made.exists()


def test_4_names_in_the_archive_choose_no_place(tmp_path: Path) -> None:
    asked: list[str] = []

    def opened(name: str) -> io.BytesIO:
        asked.append(name)
        raise StoreDamaged(f"{name} is not known")

    content = b"mine"
    said = {"format": 1, "about": {}, "parts": {"../../x": {"bytes": 4, "sha256": hashlib.sha256(content).hexdigest()}}}
    said["sha256"] = backup_file._sha(said)
    file = tmp_path / "evil"
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as out:
        for name, text in ((MANIFEST, json.dumps(said).encode()), ("../../x", content)):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            out.addfile(member, io.BytesIO(text))
    with pytest.raises(ZerenError, match="not known"):
        read_backup(file, opened)
    assert asked == ["../../x"]
