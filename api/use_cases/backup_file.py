"""The file of a backup: a tar archive of a manifest and the parts, in a fixed order, each with its length and SHA-256.

Invariants (tests/unit/test_api_backup_file.py holds one test a number)
1. A file that was cut off anywhere, or in which any part or the manifest was altered, is refused with the reason.
2. A file of a later format is refused, and the message says so; nothing of it is read further.
3. It appears under its name when it is whole and on the disk, and never over another file.
4. Nothing is written outside the places that the reader gives: names in the archive choose nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from graph.errors import ConfigError, StoreDamaged
from graph.store.file_copy import sync

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_MOST: Final = 1_000_000
"""Bytes of a manifest at most."""
_CHUNK: Final = 1 << 20
Open = Callable[[str], IO[bytes]]
"""Opens the place of a part, for writing."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: `about` by whoever made it, `parts` with length and SHA-256."""

    about: dict[str, Any]
    parts: dict[str, tuple[int, str]]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, with its own hash."""
        parts = {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in self.parts.items()}
        said = {"format": FORMAT, "about": self.about, "parts": parts}
        return {**said, "sha256": _sha(said)}


def write_backup(out: Path, about: dict[str, Any], parts: Mapping[str, Path], unfinished: Path | None = None) -> Manifest:
    """Write a backup, read it again, and give it its name.

    Parameters
    ----------
    out : Path
        The file.
    about : dict
        What is told of it.
    parts : mapping
        Name -> file of each part.
    unfinished : Path, optional
        Where it is until it is whole, on the same disk.

    Raises
    ------
    ConfigError
        Something stands there already, or it cannot be written.
    """
    manifest = Manifest(about, {name: _measured(place) for name, place in parts.items()})
    unfinished = unfinished or out.with_name(f".{out.name}.unfinished")
    try:
        with unfinished.open("xb") as file:
            unfinished.chmod(0o600)
            _archive(file, manifest, parts)
        sync(unfinished)
        read_backup(unfinished)
        free(out)
        unfinished.rename(out)
        sync(out.parent)
    except FileExistsError:
        raise ConfigError(
            f"{unfinished} is there: another backup is being written, or was cut off; then remove it",
            zh=f"{unfinished} 已存在：另一备份正在写入，或已中断（如已中断请删除）",
        ) from None
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ConfigError(f"{out}: cannot be written: {error.strerror}", zh=f"{out}：不能写入：{error.strerror}") from error
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return manifest


def free(*places: Path) -> None:
    """Refuse to write where something stands.

    Raises
    ------
    ConfigError
        Something does.
    """
    if there := [str(place) for place in places if place.exists()]:
        raise ConfigError(
            f"{', '.join(there)}: there already, and nothing is written over; move it away, or give another place",
            zh=f"{'、'.join(there)}：已存在，不予覆盖；请移走，或另选位置",
        )


def read_backup(file: Path, opened: Open | None = None) -> Manifest:
    """Read a backup to its end, check every byte that counts, and write the parts where they go.

    Parameters
    ----------
    file : Path
        The backup.
    opened : callable, optional
        Opens the place of a part; without it the parts are checked alone.

    Raises
    ------
    StoreDamaged
        It is none, was cut off or altered, or is of a later format.
    """
    try:
        with _archived(file) as archive:
            manifest = _manifest(file, archive)
            for name, (size, sha256) in manifest.parts.items():
                _part(file, archive, name, (size, sha256), opened)
            if archive.next() is not None or file.stat().st_size != _length(archive.offset):
                raise StoreDamaged(
                    f"{file.name} does not end where it should: it was cut off, or something was added",
                    zh=f"{file.name} 的结尾不对：被截断，或被追加了内容",
                )
    except (tarfile.TarError, EOFError) as error:
        raise StoreDamaged(
            f"{file.name} is no backup of ours, or was cut off or altered ({error}): take another",
            zh=f"{file.name} 不是本系统的备份，或已被截断、改动（{error}）：请用另一份",
        ) from error
    return manifest


def _archive(file: IO[bytes], manifest: Manifest, parts: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        text = json.dumps(manifest.as_json(), ensure_ascii=False, indent=1).encode()
        archive.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        for name, (size, _) in manifest.parts.items():
            with parts[name].open("rb") as part:
                archive.addfile(_member(name, size), part)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def _archived(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        opened = file.open("rb")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}", zh=f"{file}：不能读取：{error.strerror}") from error
    with opened, tarfile.open(fileobj=opened, mode="r:") as archive:
        yield archive


def _manifest(file: Path, archive: tarfile.TarFile) -> Manifest:
    text = io.BytesIO()
    _copied(file, archive, MANIFEST, _MOST, lambda _: text)
    try:
        said = json.loads(text.getvalue())
        if said["format"] > FORMAT:
            raise StoreDamaged(
                f"{file.name} is of format {said['format']}, and this program reads up to {FORMAT}: update it",
                zh=f"{file.name} 的格式为 {said['format']}，本程序只能读到 {FORMAT}：请升级程序",
            )
        if said.pop("sha256") != _sha(said):
            raise StoreDamaged(f"{file.name}: its manifest was altered", zh=f"{file.name}：清单被改动")
        parts = {name: (part["bytes"], part["sha256"]) for name, part in said["parts"].items()}
        return Manifest(said["about"], parts)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreDamaged(
            f"{file.name}: its manifest cannot be read, so that it was altered or is none of ours",
            zh=f"{file.name}：清单不能读取，已被改动或不是本系统的备份",
        ) from error


def _part(file: Path, archive: tarfile.TarFile, name: str, expected: tuple[int, str], opened: Open | None) -> None:
    found = _copied(file, archive, name, expected[0], opened)
    if found != expected:
        raise StoreDamaged(
            f"{file.name}: {name} is not what the manifest says: it was altered", zh=f"{file.name}：{name} 与清单不符，已被改动"
        )


def _copied(file: Path, archive: tarfile.TarFile, name: str, most: int, opened: Open | None) -> tuple[int, str]:
    member = archive.next()
    if member is None or member.name != name or not member.isreg() or member.size > most:
        raise StoreDamaged(
            f"{file.name} is no backup of ours, or was cut off or altered: {name} is not where it should be",
            zh=f"{file.name} 不是本系统的备份，或已被截断、改动：{name} 不在应在的位置",
        )
    source = archive.extractfile(member)
    assert source is not None  # noqa: S101 - it is a regular file
    into = opened(name) if opened else None
    try:
        size, hashed = 0, hashlib.sha256()
        while chunk := source.read(_CHUNK):
            hashed.update(chunk)
            size += len(chunk)
            if into is not None:
                into.write(chunk)
    finally:
        if into is not None and not isinstance(into, io.BytesIO):
            into.close()
    if size != member.size:
        raise StoreDamaged(f"{file.name} was cut off within {name}", zh=f"{file.name} 在 {name} 中被截断")
    return size, hashed.hexdigest()


def _measured(place: Path) -> tuple[int, str]:
    with place.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return place.stat().st_size, sha256


def _length(end: int) -> int:
    """Return how long an archive is whose last part ends there."""
    return -(-(end + 2 * tarfile.BLOCKSIZE) // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def _sha(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
