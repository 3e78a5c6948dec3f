"""Identifiers: the standards' own examples, the material's vectors, and an independent implementation."""

import csv
import json
import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from graph import identifiers as ids
from graph.errors import ConfigError, InputError
from graph.identifiers import Check, Flag, MaskStyle

PERSON = "999999190001010015"
KEY = b"a key for tests only"
uscc_first17 = st.from_regex(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True)
resident_first17 = st.builds(
    lambda area, born, order: f"{area:06}{born:%Y%m%d}{order:03}",
    st.integers(0, 999999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    """Vectors of the material for every kind of check; they stand beside the tests, so that these never skip."""
    path = Path(__file__).parent.parent / "data" / "identifier_vectors.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


# Invariants


def test_1_a_failed_check_is_a_flag_never_an_exception() -> None:
    """A failed check is a flag on the record, never an exception."""
    assert ids.check_uscc("91371300MAFAKE019G") == Check(Flag.BAD_CHECK, "9137…G", "F")
    assert ids.check_uscc("91371300MAFAKE019G").message == "'9137…G' fails its check digit (expected F)"
    assert not ids.check_uscc("91371300MAFAKE019G").ok


@given(st.text())
def test_1_no_text_makes_a_check_or_a_mask_raise(text: str) -> None:
    """Whatever stands in the column, the row is kept."""
    for check in (
        ids.check_uscc,
        ids.check_organisation_code,
        ids.check_nested_organisation_code,
        ids.check_resident_id,
    ):
        assert check(text).message
    ids.mask_name(text)
    for style in MaskStyle:
        ids.mask_resident_id(text, style)


@pytest.mark.parametrize("number", [PERSON, "999999190001010016", "999999190013010012", "999999000101001", "9" * 17])
def test_2_a_check_never_carries_the_number(number: str) -> None:
    """A `Check` never carries a resident number, not even in its repr."""
    check = ids.check_resident_id(number)
    assert not re.search(r"\d{7}", repr(check) + check.message)


def test_3_old_and_new_form_have_one_hash() -> None:
    """The old 15-digit form and its 18-digit form have one hash."""
    assert ids.hash_resident_id("999999000101001", KEY) == ids.hash_resident_id(PERSON, KEY)


@pytest.mark.parametrize("number", ["999999190001010016", "999999190002290012", "无", "", "0" * 18])
def test_4_a_number_that_fails_its_check_has_no_hash(number: str) -> None:
    """A number that fails its check has no hash: an identity never rests on it."""
    with pytest.raises(InputError) as caught:
        ids.hash_resident_id(number, KEY)
    assert not number or number not in str(caught.value)


def test_5_case_width_and_spaces_make_no_difference() -> None:
    """Upper and lower case, full width and spaces make no difference."""
    assert ids.check_uscc(" ９１３７１３００ mafake019f\u200b").ok
    assert ids.check_resident_id("99999919000102007x").ok
    assert ids.hash_resident_id("99999919000102007ｘ", KEY) == ids.hash_resident_id(" 99999919000102007X", KEY)


# Enterprises


def test_example_printed_in_the_standard() -> None:
    """GB 32100-2015 prints 91350100M000100Y4 with check character 3."""
    assert ids.uscc_check_character("91350100M000100Y4") == "3"
    assert ids.check_uscc("91350100M000100Y43").flag is Flag.OK


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("91371300MAFK000530", Flag.OK),  # remainder 0 asks for 0, not for a 32nd character
        ("91371300MAFK00475Y", Flag.OK),
        ("91731300MAFAKE019F", Flag.BAD_CHECK),
        ("91371300MAFAKE019", Flag.BAD_LENGTH),
        ("91371300MIFAKE019F", Flag.BAD_CHARACTER),
        ("91A71300MAFAKE019F", Flag.BAD_CHARACTER),
        ("", Flag.BAD_LENGTH),
    ],
)
def test_uscc_flags(code: str, flag: Flag) -> None:
    assert ids.check_uscc(code).flag is flag


@pytest.mark.parametrize("code", ["MAFAKE01-9", "mafake019", "TEXTNA01X"])
def test_organisation_code(code: str) -> None:
    assert ids.check_organisation_code(code).ok


def test_a_letter_may_open_the_code() -> None:
    """Village cooperatives have N2, central bodies A1."""
    first17 = "N2371300MAFAKE019"
    assert ids.check_uscc(first17 + ids.uscc_check_character(first17)).ok


def test_organisation_code_inside_fails_independently() -> None:
    first17 = "91371300MAFAKE018"
    code = first17 + ids.uscc_check_character(first17)
    assert ids.check_uscc(code).ok
    assert ids.check_nested_organisation_code(code) == Check(Flag.BAD_CHECK, "MAFA…8", "9")


def test_every_uscc_vector_of_the_material(vectors: dict[str, Any]) -> None:
    table = vectors["uscc"]
    for vector in table["valid"]:
        assert ids.check_uscc(vector["code"]).ok, vector
        assert ids.uscc_check_character(vector["code"][:17]) == vector["check"]
        assert ids.nested_organisation_code(vector["code"]) == vector["org_code_9_17"]
        assert ids.check_nested_organisation_code(vector["code"]).ok, vector
    for vector in table["invalid"]:
        assert not ids.check_uscc(vector["code"]).ok, vector
    for vector in table["normalise"]:
        assert ids.normalise_uscc(vector["input"]) == vector["normalised"]
    assert ids.uscc_check_character(table["standard_worked_example"]["first17"]) == "3"


@given(uscc_first17)
def test_uscc_agrees_with_stdnum(first17: str) -> None:
    code = first17 + ids.uscc_check_character(first17)
    assert ids.check_uscc(code).ok
    assert uscc.calc_check_digit(first17) == code[17]
    if first17[:2].isdigit():  # stdnum knows only digits there, and so refuses the N2 of village cooperatives
        assert uscc.is_valid(code)


@given(uscc_first17, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_always_noticed(first17: str, place: int, wrong: str) -> None:
    code = first17 + ids.uscc_check_character(first17)
    assume(code[place] != wrong)
    assert not ids.check_uscc(code[:place] + wrong + code[place + 1 :]).ok


# People


@pytest.mark.parametrize(
    ("number", "flag"),
    [
        (PERSON, Flag.OK),
        ("99999919000102007X", Flag.OK),
        ("999999200002290019", Flag.OK),
        ("999999000101001", Flag.OK),
        ("999999190001010016", Flag.BAD_CHECK),
        ("999999190002290012", Flag.BAD_DATE),
        ("999999190013010012", Flag.BAD_DATE),
        ("999999000230001", Flag.BAD_DATE),
        ("99999919000101001", Flag.BAD_LENGTH),
        ("999999A90001010015", Flag.BAD_CHARACTER),
        ("99999900010100X", Flag.BAD_CHARACTER),
    ],
)
def test_resident_number_flags(number: str, flag: Flag) -> None:
    assert ids.check_resident_id(number).flag is flag


def test_expected_digit_is_named() -> None:
    assert ids.check_resident_id("999999190001010016").message == "'999999************' fails its check digit (expected 5)"


def test_birth_date() -> None:
    assert ids.resident_id_birth_date(PERSON) == date(1900, 1, 1)
    assert ids.resident_id_birth_date("999999190002290012") is None
    assert ids.resident_id_birth_date("无") is None


def test_every_resident_number_of_the_material(vectors: dict[str, Any]) -> None:
    table = vectors["resident_id"]
    for vector in table["valid"]:
        assert ids.check_resident_id(vector["number"]).ok, vector
        assert ids.resident_id_check_character(vector["number"][:17]) == vector["check"]
        assert ids.resident_id_birth_date(vector["number"]) == date.fromisoformat(vector["birth"])
    for vector in table["invalid"]:
        assert not ids.check_resident_id(vector["number"]).ok, vector
    assert ids.normalise_resident_id(table["lowercase_x"]["input"]) == table["lowercase_x"]["normalised"]
    assert ids.normalise_resident_id(table["legacy_15"]["example_15"]) == table["legacy_15"]["example_18"]


@given(resident_first17)
def test_resident_number_agrees_with_stdnum(first17: str) -> None:
    number = first17 + ids.resident_id_check_character(first17)
    assert ids.check_resident_id(number).ok
    assert ric.calc_check_digit(number) == number[17]
    assert ids.resident_id_birth_date(number) == ric.get_birth_date(number)


def test_hash_needs_a_key_and_depends_on_it() -> None:
    with pytest.raises(ConfigError, match="empty"):
        ids.hash_resident_id(PERSON, b"")
    assert ids.hash_resident_id(PERSON, KEY) != ids.hash_resident_id(PERSON, KEY + b"!")
    assert re.fullmatch(r"[0-9a-f]{64}", ids.hash_resident_id(PERSON, KEY))


def test_hash_is_hmac_sha256_as_the_standard_computes_it() -> None:
    """The value was computed with `openssl dgst -sha256 -hmac`; a change of it would orphan every stored person."""
    assert ids.hash_resident_id(PERSON, b"synthetic") == "7198abda688b2f02573a9040288e24ca6c337975d0f7473e78e40215936bdd95"


# Masking


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (MaskStyle.BIRTH_HIDDEN, "999999********0015"),
        (MaskStyle.MONTH_DAY_HIDDEN, "9999991900****0015"),
        (MaskStyle.PUBLIC, "999999************"),
    ],
)
def test_masks(style: MaskStyle, shown: str) -> None:
    assert ids.mask_resident_id(PERSON, style) == shown


def test_default_mask_is_the_one_fit_for_the_public() -> None:
    assert ids.mask_resident_id(PERSON) == ids.mask_resident_id(PERSON, MaskStyle.PUBLIC)


def test_what_is_no_resident_number_is_hidden_whole() -> None:
    assert ids.mask_resident_id("13800000000") == "*" * 11


@pytest.mark.parametrize(
    ("name", "shown"), [("测试甲", "测**"), ("张示", "张**"), ("欧阳示例", "欧**"), (" 张 示例", "张**"), ("", "")]
)
def test_name_mask_hides_the_length_too(name: str, shown: str) -> None:
    assert ids.mask_name(name) == shown


def test_every_mask_of_the_material(vectors: dict[str, Any]) -> None:
    table = vectors["masking"]
    styles = {
        "id_birth_segment_hidden": MaskStyle.BIRTH_HIDDEN,
        "id_month_day_hidden": MaskStyle.MONTH_DAY_HIDDEN,
        "id_recommended_public": MaskStyle.PUBLIC,
    }
    for name, style in styles.items():
        assert ids.mask_resident_id(table[name]["input"], style) == table[name]["output"]
    assert ids.mask_name(table["name"]["example"]["input"]) == table["name"]["example"]["output"]


def test_why_the_birth_hidden_style_is_not_for_the_public(vectors: dict[str, Any]) -> None:
    """With the last four digits shown and the year known, the check digit leaves about 33 days: count them."""
    for year, expected in vectors["masking"]["leak_test"]["candidates_per_year"].items():
        fits = 0
        for month, day in product(range(1, 13), range(1, 32)):
            fits += ids.check_resident_id(f"999999{year}{month:02}{day:02}0015").ok
        assert 28 <= fits <= 38, (year, fits, expected)


def test_codes_spoilt_only_by_lower_case_pass_once_normalised(shared: Path) -> None:
    """Registers deliver such codes; only their letters' case is wrong."""
    path = shared / "data" / "cn_linyi_registry" / "shandong_bad_uscc.csv"
    with path.open(encoding="utf-8", newline="") as file:
        delivered = [row["uscc"] for row in csv.DictReader(file)]
    assert len(delivered) == 19
    assert all(code != ids.normalise_uscc(code) and ids.check_uscc(code).ok for code in delivered)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    PERSON,
                    f"姓名 {PERSON}",
                    "9999 9919 0001 0100 15",
                    "９９９９９９１９０００１０１００１５",
                    "999999900101001",
                    f"a\n{PERSON}",
                ]
            ),
            st.text("0123456789xX- 甲A\n", max_size=24),
            uscc_first17.map(lambda first: f"{first}0"),
        ),
        max_size=6,
    )
)
def test_a_whole_column_has_none_where_no_text_has_one(texts: list[str]) -> None:
    if not ids.may_hold_resident_ids(texts):
        assert not any(ids.check_resident_id(text).ok for text in texts)
        assert list(map(ids.masked_within, texts)) == texts
    assert ids.may_hold_resident_ids([*texts, PERSON])
    assert not ids.may_hold_resident_ids(["91371300MAFAKE019F", "示例路1号"])
