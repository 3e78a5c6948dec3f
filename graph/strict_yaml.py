"""YAML as people write it here: a key written twice is an error, where the plain reader would silently keep the second."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Base):  # type: ignore[valid-type, misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"written twice: {', '.join(twice)}", node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))


def read(text: str) -> Any:
    """Read one document.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, or writes a key twice; the message has line and column.
    """
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - built on the safe loader
