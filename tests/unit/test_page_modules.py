"""The modules of the page: small, checked, with every word in both languages, and nothing that the policy would stop."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from api.access.roles import load_roles
from api.use_cases.written import shown

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "api" / "web"
PAGE = WEB / "page"
MODULES = sorted(PAGE.glob("*.js"))
VENDORED = sorted([*(WEB / "vendor").iterdir(), *(ROOT / "tests" / "web" / "vendor").iterdir()])
ENTRY = re.compile(r'^  "([^"]+)": \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\],$', re.MULTILINE)
FILL = re.compile(r"\{\w+\}")


def words() -> dict[str, tuple[str, str]]:
    texts = [(PAGE / name).read_text(encoding="utf-8") for name in ("dictionary.js", "dictionary_work.js")]
    found = [match for text in texts for match in ENTRY.findall(text)]
    assert len(found) == sum(len(re.findall(r'^  "', text, re.MULTILINE)) for text in texts), "an entry is not key: [zh, en]"
    assert len(found) == len({key for key, *_ in found}), "a key stands twice"
    return {key: (zh, en) for key, zh, en in found}


def used() -> tuple[set[str], set[str]]:
    """Keys that modules ask for, and beginnings of those that they put together."""
    text = "\n".join(module.read_text(encoding="utf-8") for module in MODULES)
    whole = set(re.findall(r'\bt\("([^"]+)"', text)) | set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
    return whole, set(re.findall(r"\bt\(`([a-z_]+\.(?:[a-z_]+\.)?)", text))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_modules_are_small_checked_and_never_write_markup(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert text.startswith("// @ts-check\n/**")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "https://", "cdn"):
        assert forbidden not in text, forbidden
    assert not re.findall(r"[\"'`]http://(?!www\.w3\.org|schemas\.openxmlformats|graphml\.graphdrawing)", text)


def test_only_one_module_talks_to_the_network() -> None:
    talking = {
        m.name for m in MODULES if re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", m.read_text(encoding="utf-8"))
    }
    assert talking == {"api.js"}


def test_every_word_stands_in_both_languages_with_the_same_places_to_fill() -> None:
    for key, (chinese, english) in words().items():
        assert chinese, key
        assert english, key
        assert sorted(set(FILL.findall(chinese))) == sorted(set(FILL.findall(english))), key


def test_no_word_is_missing_and_none_is_left_over() -> None:
    known, (whole, starts) = words(), used()
    text = "\n".join(module.read_text(encoding="utf-8") for module in MODULES)
    asked = set(re.findall(r'\bt\("([^"]+)"', text))
    assert asked - known.keys() == set()
    assert [start for start in starts if not any(key.startswith(start) for key in known)] == []
    assert {key for key in known if key not in whole and not key.startswith(tuple(starts))} == set()


def test_the_page_itself_has_no_inline_script_or_style() -> None:
    text = (WEB / "index.html").read_text(encoding="utf-8")
    assert "style=" not in text
    assert "<style" not in text
    assert re.findall(r"<script[^>]*>(?!</script>)", text) == []
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert (WEB / address.removeprefix("web/")).is_file(), address


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_vendored_files_are_the_published_ones(folder: Path) -> None:
    vendored = json.loads((folder / "VENDORED.json").read_text(encoding="utf-8"))
    assert vendored["licence"] in ("MIT", "Apache-2.0", "MPL-2.0")
    assert vendored["version"] in vendored["source"]
    assert {path.name for path in folder.iterdir()} == {"VENDORED.json", *vendored["sha256"]}
    assert "LICENSE" in vendored["sha256"]
    for name, expected in vendored["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name


def test_every_command_that_the_page_names_exists() -> None:
    text = "\n".join(module.read_text(encoding="utf-8") for module in MODULES)
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"zeren (identity accept|push plan|check|demo|load)\b", text))
    tables = re.findall(r"const (?:ACTS|ENDS) = \{(.*?)\};", text, re.DOTALL)
    acts = {act for table in tables for act in re.findall(r'"([a-z -]+)"', table)}
    named |= {act if act.startswith("repair ") else f"case {act}" for act in acts}
    assert len(named) == 33
    assert [name for name in sorted(named) if f"## `zeren {name}`" not in documented] == []


@pytest.mark.required
def test_the_compiler_finds_no_error_in_the_modules() -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("the modules of the page cannot be checked: on Debian, apt-get install node-typescript")
    done = subprocess.run(
        [compiler, "-p", str(ROOT / "tests" / "web" / "tsconfig.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_role_is_called_on_the_page_as_in_the_documentation_and_by_the_service():
    text = (PAGE / "dictionary_work.js").read_text(encoding="utf-8")
    said = dict(re.findall(r'"role\.(\w+)": \["([^"]+)"', text))
    known = {code: role.zh for code, role in load_roles().roles.items()}
    assert {code: name for code, name in said.items() if code in known} == {code: known[code] for code in said if code in known}


def test_the_page_and_the_service_know_the_same_signs_that_nobody_sees():
    text = (PAGE / "words.js").read_text(encoding="utf-8")
    found = re.search(r'const UNSEEN = new RegExp\("\(\?!\[\\\\t\\\\n\\\\r\]\)\[(.*)\]", "gu"\)', text)
    assert found
    written = found[1].replace("\\\\", "\\")
    categories = set(re.findall(r"\\p\{(\w+)\}", written))
    signs = re.compile("[" + re.sub(r"\\p\{\w+\}", "", written) + "]")
    hidden = {chr(code) for code in range(0x110000)} - set("\t\n\r")
    of_page = {sign for sign in hidden if unicodedata.category(sign) in categories or signs.match(sign)}
    assert of_page == {sign for sign in hidden if shown(sign) != sign}


def test_every_page_that_an_address_may_name_is_there():
    named = re.search(r"export const PAGES = \[(.*)\];", (PAGE / "state.js").read_text(encoding="utf-8"))
    there = re.search(r"const PAGES = \{ (.*) \};", (PAGE / "work.js").read_text(encoding="utf-8"))
    assert named
    assert there
    assert re.findall(r'"(\w+)"', named[1]) == re.findall(r"(\w+): \w+Page", there[1])
