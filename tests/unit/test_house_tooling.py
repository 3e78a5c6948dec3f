"""The project installs the same everywhere, ships all its files, and its checks cannot be skipped unseen."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("graph", "loaders", "analytics", "api")
SWAGGER = ROOT / "api" / "web" / "vendor" / "swagger-ui"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SKIPPING = "import pytest\n\n@pytest.mark.required\ndef test_part():\n    pytest.skip('no server here')\n"


def requirements() -> list[Requirement]:
    """What the project, its extras and its build ask for."""
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *extras, *PROJECT["build-system"]["requires"]]]


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def run_skipping_test(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one required test that skips itself, under this project's conftest and with only these CI variables."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_part.py").write_text(SKIPPING, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = required: see conftest\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "ZEREN_CI", "PYTEST_ADDOPTS"}}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed, and to read them takes longer than the test
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, cwd=folder, env=kept | variables, capture_output=True, text=True, check=False)


def test_the_version_stands_in_one_place():
    assert "version" in PROJECT["project"]["dynamic"]
    assert "version" not in PROJECT["project"]
    assignment = re.compile(r"^__version__\s*=", re.MULTILINE)
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found = [path for path in sources if assignment.search(path.read_text(encoding="utf-8"))]
    assert found == [ROOT / "api" / "__init__.py"]


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages(tmp_path):
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("zeren-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert files <= names, f"not in the wheel: {sorted(files - names)}"
    assert any(name.startswith("graph/codes/") and name.endswith(".yaml") for name in names)
    assert {"api/web/vendor/swagger-ui/swagger-ui-bundle.js", "api/web/vendor/swagger-ui/swagger-ui.css"} <= names


def test_vendored_files_are_the_published_ones():
    vendored = json.loads((SWAGGER / "VENDORED.json").read_text(encoding="utf-8"))
    assert {path.name for path in SWAGGER.iterdir()} == {"VENDORED.json", *vendored["sha256"]}
    for name, expected in vendored["sha256"].items():
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == expected, name


def test_every_requirement_has_a_pin_that_it_admits():
    pinned = pins()
    for requirement in requirements():
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name} has no pin in constraints.txt"
        assert requirement.specifier.contains(pinned[name]), f"{requirement} does not admit {pinned[name]}"


def test_what_the_requirements_pull_in_is_pinned_too():
    waiting, seen = requirements(), set()
    while waiting:
        requirement = waiting.pop()
        for extra in {"", *requirement.extras}:
            key = (canonicalize_name(requirement.name), extra)
            if key in seen:
                continue
            seen.add(key)
            asked = [Requirement(line) for line in metadata.requires(requirement.name) or []]
            waiting += [each for each in asked if each.marker is None or each.marker.evaluate({"extra": extra})]
    assert {name for name, _ in seen} - pins().keys() == set()


@pytest.mark.parametrize("variables", [{"ZEREN_CI": "1"}, {"CI": "true"}])
def test_1_a_skipped_required_test_fails_in_ci(tmp_path, variables):
    run = run_skipping_test(tmp_path, **variables)
    assert run.returncode == 1
    assert "required test skipped: no server here" in run.stdout
    assert "1 failed" in run.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def at_the_desk(tmp_path_factory):
    return run_skipping_test(tmp_path_factory.mktemp("desk"))


def test_1_a_skipped_required_test_stays_a_skip_at_the_desk(at_the_desk):
    assert at_the_desk.returncode == 0
    assert "1 skipped" in at_the_desk.stdout.splitlines()[-1]


def test_2_skips_are_listed_with_their_reason(at_the_desk):
    assert "SKIPPED test_part.py::test_part: no server here" in at_the_desk.stdout


def test_do_explains_itself_and_refuses_unknown_commands(tmp_path):
    command = [sys.executable, str(ROOT / "do.py")]
    explained = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert explained.returncode == 0
    assert "python3 do.py test" in explained.stdout
    refused = subprocess.run([*command, "tset"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
