"""What is typed finds the same on every backend, in whatever script; each test quotes an invariant of graph/store/terms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.codec import make_fact
from graph.model import Entity, Name
from graph.names import asked_as, normalise_name
from graph.store import open_store
from graph.store.base import Store, Write
from graph.store.terms import terms_of, wanted
from tests.contract.test_store import ORIGIN, act, backend, company, put, store, url

__all__ = ["backend", "store", "url"]
SIGNED = (
    "★公司", "—公司", "℃公司", "😀公司", "−1", "“甲”公司", "①②公司", "№7公司", "公★司", "+-&|!(){}",
    "·Яб", "ΟΔΟΣ", "ΟΔΟΣΑ", "İZMİR厂",
)  # fmt: skip
SCRIPTS = (
    "公司甲乙示例", "★—℃😀−“”·、《》㈱", "aBz09 _-", "ΣσςΑЯбǅßİı", "ᎠꭰԨა", "\u0301\u0307\u20dd", "\ue000\uf8ff",
    "⻤㐀\U0002cb4e\U000300f2",
)  # fmt: skip
TYPED = ("\ud800公司", "公司" * 2_000, " ".join(f"w{n}" for n in range(2_000)), "AND", "OR NOT", '""', "−")
LETTERS = st.one_of(st.sampled_from("".join(SCRIPTS)), st.characters())
"""Letters of every kind that an index may take otherwise than another, and any others."""


def some_names() -> list[str]:
    """Names of those scripts in every mixture, the same in every run."""
    chance = Random(7)
    mixed = ("".join(chance.choice(chance.choice(SCRIPTS)) for _ in range(chance.randint(1, 7))) for _ in range(400))
    return [*SIGNED, *(name for name in mixed if normalise_name(name))]


NAMES = some_names()


@pytest.fixture(scope="module")
def filled(backend: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(backend(tmp_path_factory.mktemp("names"))) as opened:
        said = [Entity(f"demo:{place}", "company", (Name(name),)) for place, name in enumerate(NAMES)]
        opened.append([Write(make_fact(each, each.id, ORIGIN)) for each in said], act())
        yield opened


def expected(typed: str) -> list[tuple[str, str]]:
    """What a search should answer, looked up name by name."""
    exact, forms = normalise_name(typed), asked_as(typed)
    ranked = [found for form in forms for found in _ranked(form)]
    same = [place for place, name in enumerate(NAMES) if exact and exact not in forms and normalise_name(name) == exact]
    return [(f"demo:{place}", NAMES[place]) for place in dict.fromkeys((*same, *ranked))]


def _ranked(asked: str) -> list[int]:
    found = []
    needed, _ = wanted(asked)
    for place, name in enumerate(NAMES):
        text = normalise_name(name)
        terms, at = terms_of(text), text.find(asked)
        has_all = all(any(each.startswith(one.term) if one.open else each == one.term for each in terms) for one in needed)
        if text == asked or (needed and has_all):
            found.append((3 if at < 0 else 0 if text == asked else 1 if at == 0 else 2, len(text), text, place))
    return [place for _, _, _, place in sorted(found)]


def found(store: Store, typed: str) -> list[tuple[str, str]]:
    return [(hit.entity, hit.name) for hit in store.search(typed, 500)]


@pytest.mark.parametrize("name", SIGNED)
def test_1_a_name_that_begins_with_a_sign_is_found_by_itself(store: Store, name: str) -> None:
    """1. A term is letters and numerals alone: signs are in no term."""
    put(store, company("A", name), company("B", "另一家"))
    assert [hit.entity for hit in store.search(name)] == ["demo:A"]
    assert all(term.lstrip("\ue000").isalnum() or "\u0307" in term for term in terms_of(normalise_name(name)))


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_1_nothing_typed_is_an_error(filled: Store, typed: str) -> None:
    """1. Nothing typed is an error."""
    assert found(filled, typed) == expected(typed)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(st.text(LETTERS, max_size=6), st.sampled_from(NAMES).flatmap(lambda name: st.sampled_from(parts(name)))))
def test_2_every_backend_answers_the_same(filled: Store, typed: str) -> None:
    """2. Every backend answers what is typed with the same names in the same order, whatever script it is in."""
    assert found(filled, typed) == expected(typed)


ASKED = {
    "chángshēng": "长生示例", "cháng shēng": "长生示例", "lü": "吕波示例", "lǚ bō": "吕波示例", "lu:bo": "吕波示例",
    "LYU BO": "吕波示例", "gm077": "高某077", "GM07": "高某077", "長生*": "长生示例", "café": "CAFÉ示例",
    "cafe\u0301": "CAFÉ示例", "李*": "李*", "ab_c": "AB_C",
}  # fmt: skip


@pytest.mark.parametrize("typed", ASKED)
def test_3_what_is_typed_otherwise_than_indexed_is_found(store: Store, typed: str) -> None:
    """3. Pinyin with tones, ü in any way, initials before a number and signs for any text find what they stand for, it first."""
    names = ("李长生示例", "长生示例", "吕波示例", "陆波示例", "高某077", "CAFÉ示例", "李某示例", "李*", "AB_C", "ABX C")
    put(store, *(company(str(place), name) for place, name in enumerate(names)))
    assert store.search(typed)[0].name == ASKED[typed]
    for sign in "*%_＊":
        assert store.search(f"长{sign}") == store.search("长")


READ: dict[str, tuple[str, ...]] = {
    "单国华": ("shanguohua", "danguohua", "sgh", "dgh", "Shàn Guó"), "曾国华": ("zengguohua", "cengguohua", "zgh", "cgh", "zg"),
    "仇国华": ("qiuguohua", "chouguohua", "qgh"), "区国华": ("ouguohua", "quguohua", "ogh"),
    "解国华": ("xieguohua", "jieguohua", "xgh"), "查国华": ("zhaguohua", "chaguohua", "zgh"),
    "朴国华": ("piaoguohua", "puguohua", "pgh"), "乐国华": ("yueguohua", "leguohua", "ygh", "lgh"),
    "乐清华": ("yueqinghua", "leqinghua", "yqh", "lqh"), "张重远": ("zhangchongyuan", "zhangzhongyuan", "zcy", "chongyuan"),
    "王行": ("wanghang", "wangxing", "wh", "hang"), "李长远": ("lizhangyuan", "lichangyuan", "lzy"),
    "曾重行": ("zengchongxing", "zengchong", "cengzhonghang"), "示例长途公司": ("shilizhangtu", "slzt", "zhangtu"),
    "示例重工公司": ("shilichonggong", "slcg"), "重庆示例公司": ("zhongqing", "chongqing", "zqsl"),
    "示例银行": ("yinhang", "yinxing", "slyx", "slyh"),
}  # fmt: skip


@pytest.fixture(scope="module")
def read(backend: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Names with characters of two readings, as many as wait for the index among more that do not."""
    with open_store(backend(tmp_path_factory.mktemp("read"))) as opened:
        said = [
            *list(READ)[::2],
            *(f"陈国化{place}" for place in range(100)),
            "丹国华",
            "张众远",
            "王星",
            "陈国华",
            *list(READ)[1::2],
        ]
        facts = [Entity(f"demo:{place}", "company", (Name(name),)) for place, name in enumerate(said)]
        for some in (facts[:-12], facts[-12:]):
            opened.append([Write(make_fact(each, each.id, ORIGIN)) for each in some], act())
        yield opened


@pytest.mark.parametrize("name", READ)
def test_6_a_name_is_found_by_either_reading(read: Store, name: str) -> None:
    """6. A name is found by either reading of a character, in pinyin and in initials (`graph.heteronyms`)."""
    assert [typed for typed in READ[name] if name not in [hit.name for hit in read.search(typed, 500)]] == []


def test_7_nobody_is_found_who_has_not_the_character(read: Store) -> None:
    """7. What is asked for in another reading has the character (`graph.heteronyms`)."""
    assert {hit.name for hit in read.search("shanguohua")} == {"单国华"}
    assert {hit.name for hit in read.search("zgh", 500)} == {"曾国华", "查国华"}
    assert {hit.name for hit in read.search("zhangchongyuan")} == {"张重远"}


def parts(name: str) -> list[str]:
    """What of a name may be typed."""
    return [name, name[:1], name[:2], name[1:], name[-2:], name.lower(), name.upper(), f"{name[:1]} {name[1:]}"]
