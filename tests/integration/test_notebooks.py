"""The notebooks run from top to bottom, and are kept without outputs."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 240
"""Room for a busy machine; it takes about half a minute on an idle one."""


@pytest.fixture
def kernel(tmp_path, monkeypatch) -> str:
    """A kernel that is this very interpreter, whatever kernels are installed, and that draws without a screen."""
    folder = tmp_path / "jupyter" / "kernels" / "zeren-test"
    folder.mkdir(parents=True)
    spec = {"argv": [sys.executable, "-W", "error::UserWarning", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    (folder / "kernel.json").write_text(json.dumps({**spec, "display_name": "test", "language": "python"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    return "zeren-test"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("default")  # the machinery of Jupyter warns about itself
def test_a_notebook_runs_from_top_to_bottom(path, kernel, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    start = time.monotonic()
    nbclient.NotebookClient(
        notebook, timeout=SECONDS, kernel_name=kernel, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert time.monotonic() - start < SECONDS
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "D2-SECURITIES-2006" in printed
