"""`zeren copy` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph.store import open_store
from tests.contract.test_copying import fill
from tests.contract.test_store import act


def test_copies_verifies_and_refuses(zeren: Callable[..., Any], tmp_path: Path):
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "other", "third")]
    for url in (urls[0], urls[2]):
        with open_store(url) as store:
            fill(store)
            if url == urls[2]:
                store.seal("entity/demo/B", "art. 9", act(9))
    done = zeren("copy", "--from", urls[0], "--to", urls[1], "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["version"], said["versions_copied"], said["statements_copied"], said["verified"]) == (7, 7, 9, True)
    with open_store(urls[1]) as copied:
        assert [row.chain for row in copied.audit()][-1] == said["chain"]
    again = zeren("copy", "--to", urls[1], store=urls[0], cwd=tmp_path)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "copied 0 versions with 0 statements")
    for source, target, reason in [
        (urls[0], urls[2], "something else"),
        (urls[0], urls[0], "to itself"),
        (f"sqlite:///{tmp_path}/none.db", urls[1], "no store"),
        (urls[0], "neo4j://127.0.0.1:9", "cannot be reached"),
    ]:
        refused = zeren("copy", "--from", source, "--to", target, "--lang", "en", cwd=tmp_path)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert reason in refused.stderr
