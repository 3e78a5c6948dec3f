"""What is written is what is there: commands, settings and links; outputs are in tests/integration/test_outputs.py."""

from __future__ import annotations

import importlib.util
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from api.access.roles import load_roles
from api.cli.main import app
from api.jobs.allowing import NEEDS
from api.jobs.ordering import PARTICULARS
from api.jobs.work import KINDS
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")])
MARKDOWN = [page for page in PAGES if page.suffix == ".md"]
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp|mnt|var|opt)/|[A-Z]:\\Users")
OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]+)")


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def commands() -> dict[str, set[str]]:
    """Every command by its full name, with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, path: str) -> None:
        found[path] = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        for name, child in getattr(command, "commands", {}).items():
            walk(child, f"{path} {name}")

    walk(typer.main.get_command(app), "zeren")
    return found


@pytest.mark.parametrize("name", ["commands", "settings", "rules", "rules-coverage", "rules-open", "lifecycle-table", "service"])
def test_the_generated_pages_are_what_the_generator_makes_now(name):
    written, maker = (DOCS / f"{name}.md").read_text(encoding="utf-8"), f"make_{name.replace('-', '_')}"
    assert written == script(maker).page(), f"run docs/{maker}.py"


def test_every_command_and_option_is_documented():
    parts = re.split(r"^## `(.+)`$", (DOCS / "commands.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    documented = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert documented.keys() == commands().keys()
    for command, options in commands().items():
        assert [option for option in options if f"`{option}" not in documented[command]] == [], command


def test_every_command_has_a_route_or_a_reason_why_not():
    text = (DOCS / "service.md").read_text(encoding="utf-8").partition("## Commands and routes")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(.+?)` \| (.+) \|$", text, flags=re.MULTILINE))
    names = [command.removeprefix("zeren ") for command in commands() if command != "zeren"]
    families = {name.partition(" ")[0] for name in names if " " in name}
    assert told.keys() == set(names) - families
    served = {f"{method} {address}" for method, address, _ in script("make_service").addresses()}
    for command, answer in told.items():
        routes = re.findall(r"`([A-Z]+ /[^`]*)`", answer)
        assert set(routes) <= served, (command, answer)
        assert routes or re.fullmatch(r"none: .{20,}|none: as `.+`", answer), (command, answer)
        assert not (routes and answer.startswith("none")), command
        kinds = re.findall(r": `([a-z]+)`", answer) if "`POST /v1/jobs`: " in answer else []
        assert set(kinds) <= KINDS.keys(), (command, answer)


def test_every_option_is_a_parameter_over_http_or_the_page_says_why_not():
    text = (DOCS / "service.md").read_text(encoding="utf-8").partition("## Commands and routes")[2]
    routes_of, options = (part.partition("\n## ")[0] for part in text.split("## Options and parameters"))
    excepted = dict(re.findall(r"^\| `(\S.*? --[a-z-]+)` \| (.+) \|$", options, flags=re.MULTILINE))
    assert all(re.match(r"`(GET /)?[a-z_1/]+`$|none: .{15,}", answer) for answer in excepted.values()), excepted
    described, known, used = script("make_service").described(), commands(), set()
    for command, answer in re.findall(r"^\| `(.+?)` \| (`.+) \|$", routes_of, flags=re.MULTILINE):
        taken = _taken(described, answer)
        for option in sorted(known[f"zeren {command}"] - {"--help"}):
            if option.removeprefix("--").replace("-", "_") in taken:
                continue
            row = next((row for row in (f"{command} {option}", f"* {option}") if row in excepted), None)
            assert row is not None, f"{command} {option}: no parameter of {answer}"
            assert excepted[row].startswith("none: ") or excepted[row].strip("`") in taken or excepted[row] in answer, row
            used.add(row)
    assert excepted.keys() == used, "what is excepted is an option that HTTP lacks"


def _taken(described: dict[str, Any], answer: str) -> set[str]:
    """What may be given to the routes of a command: parameters, and fields of the body, of a job those of its kind."""
    taken: set[str] = set()
    for kind in re.findall(r": `([a-z]+)`", answer):
        taken |= PARTICULARS[kind]
    for method, address in re.findall(r"`([A-Z]+) (/[^`]*)`", answer):
        asked = described["paths"][address][method.lower()]
        taken |= {each["name"] for each in asked.get("parameters", ())}
        if address != "/v1/jobs" or ": `" not in answer:
            bodies = re.findall(r"#/components/schemas/(\w+)", str(asked.get("requestBody")))
            taken = taken.union(*(described["components"]["schemas"][body]["properties"] for body in bodies))
    return taken


def test_every_setting_is_documented():
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`ZEREN_{name.upper()}`" not in page] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=named)
def test_every_relative_link_resolves(page):
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_every_page_can_be_reached_from_the_readme():
    waiting, reached = [ROOT / "README.md"], set()
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links]
        reached.add(page)
    assert [named(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_contains_a_path_of_some_machine(page):
    assert MACHINE.findall(page.read_text(encoding="utf-8")) == []


def test_the_readme_is_short_and_its_two_commands_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    explained = subprocess.run([sys.executable, str(ROOT / "do.py"), "--help"], capture_output=True, text=True, check=True).stdout
    for command in ("python3 do.py demo", "python3 do.py test"):
        assert command in text
        assert command in explained


@pytest.mark.parametrize("page", [page for page in MARKDOWN if page.name not in {"commands.md", "CHANGELOG.md"}], ids=named)
def test_the_commands_that_a_page_shows_exist(page):
    known = commands()
    everywhere = known["zeren"] | {"--help"}
    for line in re.findall(r"^(?: {4}|\$ )(zeren .+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words = line.split()
        path = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
        assert path in known, line
        assert set(OPTION.findall(line)) <= known[path] | everywhere, line


@pytest.mark.parametrize("script", sorted(path.stem for path in DOCS.glob("make_*.py")))
def test_asking_a_script_for_help_writes_nothing(script, monkeypatch, capsys):
    every = (*ROOT.glob("docs/*"), *ROOT.glob("analytics/responsibility/rules/*"))
    before = {path: path.stat().st_mtime_ns for path in every if path.name != "__pycache__"}
    monkeypatch.setattr(sys, "argv", [f"{script}.py", "--help"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(DOCS / f"{script}.py"), run_name="__main__")
    assert (left.value.code, "usage:" in capsys.readouterr().out) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_no_permission_stands_in_the_roles_that_nothing_needs():
    routes = {permission for _, _, permission in script("make_service").addresses()}
    asked_inside = {"person.read", "unit.any", "job.run", *NEEDS.values()}
    assert load_roles().permissions.keys() == routes | asked_inside


def test_every_write_takes_a_key_and_a_dry_run_or_the_page_says_why_not():
    after = (DOCS / "service.md").read_text(encoding="utf-8").partition("Every write takes both but these:")[2]
    lines = after.partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    said = {address: takes for cell, takes, _ in rows for address in re.findall(r"`([A-Z]+ /[^`]+)`", cell)}
    described = script("make_service").described()
    known = described["components"]["schemas"]
    found = {}
    for address, methods in described["paths"].items():
        for method in methods.keys() & {"post", "put", "patch", "delete"}:
            names = {each["name"] for each in methods[method].get("parameters", ())}
            bodies = re.findall(r"#/components/schemas/(\w+)", str(methods[method].get("requestBody")))
            tries = "dry_run" in names.union(*(known[body]["properties"] for body in bodies if body != "Ordering"))
            takes = {(True, False): "the key", (False, False): "neither"}.get(("Idempotency-Key" in names, tries))
            found |= {f"{method.upper()} {address}": takes} if takes else {}
            assert "Idempotency-Key" in names or not tries, address
    assert said == found


def test_every_question_may_say_its_language():
    described = script("make_service").described()
    asked = {
        address: {each["name"] for each in methods["get"].get("parameters", ()) if each["in"] == "query"}
        for address, methods in described["paths"].items()
        if "get" in methods
    }
    assert [address for address, names in asked.items() if names and "lang" not in names] == []
    load = described["paths"]["/v1/loads"]["post"]["parameters"]
    assert "lang" in {each["name"] for each in load}
