"""Mappings as files: those that ship with Zeren, by name, and a user's own, by path."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from graph import strict_yaml
from graph.errors import ConfigError, NotFound
from loaders.mapping import Mapping

_HERE: Final = Path(__file__).resolve().parent
_MADE_BY: Final = {"synthetic_city": "zeren synth FOLDER"}
"""Mappings of files that Zeren makes -> the command that makes them."""


def names() -> list[str]:
    """Return the names of the mappings that ship with Zeren."""
    return sorted(path.stem for path in (_HERE / "mappings").glob("*.yaml"))


def bundled() -> list[str]:
    """Return the names of the sources whose data ship as well."""
    return [name for name in names() if (_HERE / "data" / name).is_dir()]


def bundled_files(name: str) -> list[Path]:
    """Return the tables that ship with Zeren for the mapping of that name.

    Raises
    ------
    NotFound
        None do.
    """
    folder = _HERE / "data" / name
    if name in names() and not folder.is_dir():
        make = f"make them with `{_MADE_BY[name]}`, then" if name in _MADE_BY else "with files of your own,"
        made = f"可先用 `{_MADE_BY[name]}` 生成，再" if name in _MADE_BY else "请备好自己的文件，"
        zh = f"系统只自带“{name}”的映射，没有其数据：{made}运行 `zeren load FOLDER --mapping {name}`"
        raise NotFound(
            f"only the mapping of {name!r} ships with Zeren, not its files: {make} `zeren load FOLDER --mapping {name}`", zh=zh
        )
    if name not in names():
        raise NotFound(f"no data of the name {name!r} ship with Zeren", zh=f"系统没有自带名为“{name}”的数据")
    mapping = load_mapping(name)
    patterns = [table.pattern(mapping.delivered) for table in mapping.tables]
    return sorted(path for path in folder.iterdir() if any(fnmatchcase(path.name, pattern) for pattern in patterns))


def load_mapping(given: str | Path) -> Mapping:
    """Read a mapping by name (of those that ship with Zeren) or by path.

    Raises
    ------
    ConfigError
        It is wrong; the message has one line an error, each naming file, entry, field and reason.
    NotFound
        There is no such mapping.
    """
    path = _HERE / "mappings" / f"{given}.yaml" if str(given) in names() else Path(given)
    if not path.is_file():
        raise NotFound(
            f"no mapping {given}: it is no file, and those that ship with Zeren are {', '.join(names())}",
            zh=f"没有映射“{given}”：它不是文件；系统自带的有 {'、'.join(names())}",
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: is not UTF-8", zh=f"{path.name}：不是 UTF-8 编码") from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str = "mapping") -> Mapping:
    """Return the mapping that a text defines; see `load_mapping`."""
    try:
        # A subclass of the safe loader: it builds plain values only.
        document = strict_yaml.read(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        zh = f"{name}：不是可以读取的 YAML" + (f"（第{mark.line + 1}行）" if mark else "")
        raise ConfigError(f"{name}: {strict_yaml.told(error)}", zh=zh) from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        lines = [f"{name}: {_place(document, fault['loc'])}: {_reason(fault['msg'])}" for fault in error.errors()]
        zh = "\n".join([f"{name}：映射有 {len(lines)} 处错误（字段和原因为英文）：", *lines])
        raise WrongMapping("\n".join(lines), zh=zh) from error


class WrongMapping(ConfigError):
    """Fields of a mapping are wrong; the message has one line an error."""


def _place(document: object, location: tuple[int | str, ...]) -> str:
    """Name the table as its author does (by its file), then the way to the field."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    if len(location) > 1 and location[0] == "tables" and isinstance(location[1], int) and isinstance(document, dict):
        tables = document["tables"]
        table = tables[location[1]] if isinstance(tables, list) else None
        if isinstance(table, dict) and isinstance(table.get("file"), str):
            parts[:2] = [f"table {table['file']}"]
    # "@id" and the like say which form of a reference the reader chose; they are no words of the mapping.
    return ", ".join(part for part in parts if not part.startswith("@")) or "mapping"


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")
