"""The invariants of `api.desk.tips`, by number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk.outbox import Outbox
from api.desk.tips import Tips, new_keys, unseal
from graph.errors import ConfigError, InputError, NotFound, Refused
from tests.spellings import read, reporters

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)
PAIR = new_keys()
WHO = "郑举报\n13812345678\n沂蒙路88号"


def test_1_who_reports_is_nowhere_in_clear(tmp_path):
    private, public = new_keys()
    place = tmp_path / "desk.db"
    with Tips(str(place)) as tips:
        tip = tips.file("test:A", "拖欠工资三个月", WHO, public, NOW)
        assert tips.filed() == [tip]
        assert "郑举报" not in repr(tips.filed())
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in ("郑举报", "13812345678", "沂蒙路"):
        assert secret.encode() not in content
    assert private.encode() not in content
    with Tips(str(place)) as tips:
        assert tips.reveal(tip.id, private, "auditor", "案2024-1", NOW) == WHO


def test_1_another_key_or_another_report_does_not_open_it(tmp_path):
    private, public = new_keys()
    with Tips(str(tmp_path / "desk.db")) as tips:
        first, second = (tips.file("test:A", text, WHO, public, NOW) for text in ("一", "二"))
        with pytest.raises(Refused, match="does not open"):
            tips.reveal(first.id, new_keys()[0], "auditor", "why", NOW)
        assert tips.readings() == []
    with closing(sqlite3.connect(tmp_path / "desk.db")) as db:
        (sealed,) = db.execute("SELECT sealed FROM tip WHERE id = ?", (first.id,)).fetchone()
    assert unseal(sealed, private, first.id) == WHO
    with pytest.raises(Refused):
        unseal(sealed, private, second.id)


def test_2_a_name_or_number_in_the_text_is_hidden_when_filed():
    with Tips(":memory:") as tips:
        tip = tips.file("test:A", "我是郑举报，电话13812345678，厂里欠薪", WHO, new_keys()[1], NOW)
        assert tip.text == "我是█，电话█，厂里欠薪"


@pytest.mark.parametrize(
    "text",
    [
        "我是郑 举 报", "我是郑-举-报", "我是鄭舉報", "我是郑\u200b举报", "电话１３８１２３４５６７８", "电话138 1234 5678",
        "电话138-1234-5678", "致电⑬81234⑤678", "一三八一二三四五六七八", "打8613812345678", "尾号5678", "138****5678",
        "我叫举报", "我姓郑", "叫郑某", "老郑说", "郑女士说", "Zheng Jubao", "jubao.zheng", "ＪｕＢａｏ ＺＨＥＮＧ", "ZJB",
        "zhengjb说", "住沂蒙路88号", "在沂蒙路边", "ZJB-1990@QQ.com", "微信zjb_1990", "zjb—1990",
    ],
)  # fmt: skip
def test_2_he_is_hidden_however_he_spells_himself(text):
    who = "姓名：郑举报，男\n手机：13812345678\n临沂市兰山区沂蒙路88号\nzjb_1990@qq.com 微信zjb1990"
    with Tips(":memory:") as tips:
        shown = read(tips.file("test:A", f"{text}，厂里欠薪", who, new_keys()[1], NOW).text)
    assert shown.endswith("厂里欠薪")
    for telling in ("举报", "13812345678", "81234", "5678", "郑", "ZHENG", "JUBAO", "ZJB", "沂蒙路", "1990"):
        assert telling not in shown


@given(
    reporters(),
    st.sampled_from(["", "他们欠薪。", "我的电话", "name: ", "20240603"]),
    st.sampled_from(["", "，请查", " 3个月", "（车间）"]),
)
def test_2_in_any_spelling_he_is_in_no_output(reporter, before, after):
    identity, secret, spelling = reporter
    _, public = PAIR
    with Tips(":memory:") as tips:
        tip = tips.file("test:A", f"{before}{spelling}{after}", identity, public, NOW)
        tips.reveal(tip.id, PAIR[0], "auditor", f"向{spelling}核实", NOW)
        told = read(repr((tip, tips.filed(), tips.readings())))
    assert read(secret) not in told


def test_2_an_identity_without_a_name_is_refused_and_nothing_is_filed():
    with Tips(":memory:") as tips:
        with pytest.raises(InputError, match="姓名：匿名"):
            tips.file("test:A", "欠薪", "13812345678\n沂蒙路88号", PAIR[1], NOW)
        assert tips.filed() == []
        assert tips.file("test:A", "欠薪，13812345678", "姓名：匿名\n13812345678", PAIR[1], NOW).text == "欠薪，█"


def test_2_whom_an_earlier_version_filed_without_a_name_can_still_be_read():
    private, public = new_keys()
    with Tips(":memory:") as tips:
        with pytest.MonkeyPatch.context() as before:
            before.setattr("api.desk.tips.reporter", lambda _: None)
            old = tips.file("test:A", "欠薪", "13812345678", public, NOW)
        assert tips.reveal(old.id, private, "auditor", "打13812345678核实", NOW) == "13812345678"
        assert tips.readings()[0]["why"] == "打█核实"


def test_3_a_reason_that_names_the_reporter_is_kept_without_the_name():
    private, public = new_keys()
    with Tips(":memory:") as tips:
        tip = tips.file("test:A", "欠薪", WHO, public, NOW)
        tips.reveal(tip.id, private, "auditor", "向鄭 举报核实，138 1234 5678", NOW)
        assert tips.readings()[0]["why"] == "向█核实，█"


def test_3_reading_an_identity_needs_a_reason_and_is_recorded():
    private, public = new_keys()
    with Tips(":memory:") as tips:
        tip = tips.file("test:A", "欠薪", WHO, public, NOW)
        with pytest.raises(InputError, match="--why"):
            tips.reveal(tip.id, private, "auditor", " ", NOW)
        with pytest.raises(NotFound):
            tips.reveal("tip-none", private, "auditor", "why", NOW)
        tips.reveal(tip.id, private, "auditor", "案2024-1", NOW)
        assert [(row["tip"], row["who"], row["why"]) for row in tips.readings()] == [(tip.id, "auditor", "案2024-1")]


@pytest.mark.parametrize("beside", [True, False])
def test_4_what_was_filed_before_a_word_was_known_is_masked_and_the_old_text_is_gone(tmp_path, monkeypatch, beside):
    private, public = new_keys()
    place = tmp_path / "desk.db"
    if beside:  # the file of the outbox, with its log beside it
        Outbox(str(place)).__exit__()
    with Tips(str(place)) as tips:
        with monkeypatch.context() as before:
            before.setattr("api.desk.tips.without", lambda text, _identity: text)
            old = tips.file("test:A", "电话13987654321，他患有糖尿病" + "很久了" * 60 + "，厂里欠薪", WHO, public, NOW)
            tips.reveal(old.id, private, "auditor", "打13987654321核实", NOW)
        new = tips.file("test:A", "厂里欠薪", WHO, public, NOW)
        (shown,) = tips.remask("admin", NOW, dry_run=True)
        assert (tips.filed()[0].text, tips.maskings()) == (old.text, [])
        (done,) = tips.remask("admin", NOW)
        assert done == shown
        assert {tip.id: tip.text for tip in tips.filed()} == {old.id: done.text, new.id: new.text}
        assert "糖尿病" not in done.text
        assert tips.maskings() == [{"tip": old.id, "at": "2024-06-03T09:00:00+00:00", "who": "admin"}]
        assert "13987654321" not in repr((tips.filed(), tips.readings()))
        content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert not [secret for secret in ("13987654321", "糖尿病") if secret.encode() in content]
        assert tips.remask("admin", NOW) == [], "once"
        assert tips.reveal(old.id, private, "auditor", "案1", NOW) == WHO


@pytest.mark.parametrize("key", ["", "abc", "%%%"])
def test_what_is_no_key_is_refused_and_nothing_is_filed(key):
    with Tips(":memory:") as tips:
        with pytest.raises(ConfigError, match="no key"):
            tips.file("test:A", "欠薪", WHO, key, NOW)
        assert tips.filed() == []
