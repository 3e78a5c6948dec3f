import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
from pathlib import Path
from numba.core import caching
{setting}
from graph.snapshot.jit import keep_compiled_in, kernel
{before}
from graph.snapshot import build
import numpy
print(build.counted(numpy.zeros(3, numpy.int32), 1))
"""


def run(**parts: str) -> str:
    script = SCRIPT.format(**({"setting": "", "before": ""} | parts))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=kept, capture_output=True, text=True, check=True).stdout


def test_1_it_works_where_nothing_can_be_kept():
    assert run(setting="caching.CacheImpl._locator_classes = []") == "[0 3]\n"


def test_2_a_chosen_folder_is_used(tmp_path):
    assert run(before=f"keep_compiled_in(Path({str(tmp_path)!r}))") == "[0 3]\n"
    assert [path for path in tmp_path.rglob("*.nbi") if path.name.startswith("build.counted")]


def test_3_whoever_waits_is_told_once_and_nobody_who_does_not(tmp_path):
    before = f"from graph.snapshot.jit import when_compiling\nkeep_compiled_in(Path({str(tmp_path)!r}))\n"
    before += "when_compiling(lambda: print('compiling'))"
    assert run(before=before) == "compiling\n[0 3]\n"
    assert run(before=before) == "[0 3]\n"
