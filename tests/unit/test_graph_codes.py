"""Code lists: complete, strict, and true to the standards whose words they use."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from graph import codes
from graph.codes import roles
from graph.errors import ConfigError, UnknownCode

# BODS 0.4, codelists interestType, entityType and personType.
BODS_INTERESTS = {
    "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial",
    "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution",
    "rightsToProfitOrIncome", "rightsGrantedByContract", "conditionalRightsGrantedByContract",
    "controlViaCompanyRulesOrArticles", "controlByLegalFramework", "boardMember", "boardChair",
    "unknownInterest", "unpublishedInterest", "enjoymentAndUseOfAssets", "rightToProfitOrIncomeFromAssets",
    "nominee", "nominator",
}  # fmt: skip
BODS_KINDS = {
    "registeredEntity", "legalEntity", "arrangement", "anonymousEntity", "unknownEntity", "state", "stateBody",
    "anonymousPerson", "unknownPerson", "knownPerson",
}  # fmt: skip
# FollowTheMoney 4.11: the schemata used here that may be written, and the properties.
FTM = {
    "Address", "CallForTenders", "Company", "Control", "CourtCase", "Directorship", "Employment", "License",
    "Organization", "Ownership", "Person", "PublicBody", "Sanction", "UnknownLink", "Airplane", "Vessel",
    "CallForTenders:tenderers", "LegalEntity:phone", "Thing:addressEntity",
}  # fmt: skip
FINE = "codes:\n  fine: {zh: 罚款, en: fine}\n"


@pytest.fixture(scope="module")
def material(shared: Path) -> dict[str, Any]:
    """Role codes of the material."""
    return dict(json.loads((shared / "law" / "roles.json").read_text(encoding="utf-8")))


# Invariants


@pytest.mark.parametrize("name", codes.NAMES)
def test_1_every_code_has_both_labels(name: str) -> None:
    """Every code has a Chinese and an English label."""
    entries = codes.load(name)
    assert len(entries) > 1
    for entry in entries:
        assert entry.en.isascii()
        assert not entry.zh.isascii()
        assert entries.label(entry.code, "zh") == entry.zh
        assert entries.label(entry.code, "en") == entry.en
    for lang in ("zh", "en"):
        labels = [entries.label(entry.code, lang) for entry in entries]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("acts", "codes:\n  fine: {zh: 罚款}\n", "acts.yaml, fine: lacks en"),
        ("acts", "codes:\n  fine: {zh: 罚款, en: ''}\n", "acts.yaml, fine: lacks en"),
        ("acts", "codes:\n  fine: {zh: 罚款, en: fine, colour: red}\n", "unknown field 'colour'"),
        ("acts", "codes:\n  fine: {zh: 罚款, en: fine, listing: 'yes'}\n", "listing cannot be 'yes'"),
        ("acts", "codes:\n  fine: {zh: 罚款, en: fine, domain: D5}\n", "domain cannot be 'D5'"),
        ("acts", FINE + "  fine: {zh: 罚金, en: fine}\n", "written twice: fine"),
        ("acts", "codes:\n  fine: 罚款\n", "acts.yaml, fine: must be a mapping"),
        ("acts", FINE + "more: [a]\n", "acts.yaml, more: must be a mapping"),
        ("acts", FINE + "more: {罚金: [penalty]}\n", "must name codes of the list"),
        ("acts", "- fine\n", "a mapping 'codes'"),
        ("acts", "codes: {fine: [\n", "acts.yaml: "),
        ("decision_kinds", "codes:\n  order: {zh: 令, en: order, final: true}\n", "order: lacks starts"),
        (
            "roles",
            "codes:\n  boss: {zh: 老板, en: boss, kind: office, is: director}\n",
            "includes cannot be 'director'",
        ),
    ],
)
def test_2_a_wrong_file_is_refused_with_its_place(name: str, text: str, says: str) -> None:
    """An unknown field, a key written twice or a wrong type is a `ConfigError` that names file, code and field."""
    with pytest.raises(ConfigError) as caught:
        codes.parse(name, text)
    assert says in str(caught.value)


def test_3_an_unknown_code_is_named_with_what_there_is() -> None:
    """A code that the list does not have is `UnknownCode`, which lists what it has."""
    with pytest.raises(UnknownCode, match=r"acts: no code 'bribe'; it has listed_wage_arrears"):
        codes.load("acts").get("bribe")
    with pytest.raises(UnknownCode, match="no code list 'verbs'"):
        codes.load("verbs")
    with pytest.raises(ConfigError, match="language 'fr'"):
        codes.load("acts").label("fine", "fr")
    assert "bribe" not in codes.load("acts")


def test_4_what_is_loaded_cannot_be_altered() -> None:
    """What is loaded cannot be altered."""
    acts = codes.load("acts")
    assert codes.load("acts") is acts
    with pytest.raises(FrozenInstanceError):
        acts.get("fine").zh = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        acts.codes["x"] = acts.get("fine")  # type: ignore[index]


def test_5_a_post_is_never_a_role_that_only_a_document_can_find() -> None:
    """A post is never a role that only a document can find."""
    for role in codes.load("roles"):
        assert not (roles.roles_of(role.code) - {role.code}) & roles.found_only()
        assert role.found_only == (role.kind == "found")
    text = (
        "codes:\n"
        "  found: {zh: 有关责任人员, en: found, kind: found, found_only: true}\n"
        "  boss: {zh: 老板, en: boss, kind: office, is: [found]}\n"
    )
    with pytest.raises(ConfigError, match=r"boss: 'is' names 'found'"):
        codes.parse("roles", text)


def test_5_no_post_makes_a_principal_responsible_person() -> None:
    """It needs a source document of its own: not even the legal representative is one by office."""
    holders = [role.code for role in codes.load("roles") if "principal_responsible_person" in roles.roles_of(role.code)]
    assert holders == ["principal_responsible_person"]
    assert codes.load("roles").get("principal_responsible_person").needs_document


@pytest.mark.parametrize("text", ["名誉董事长", "荣誉董事长", "终身名誉董事长", "名誉主席"])
def test_6_an_honorary_post_is_no_role(text: str) -> None:
    """An honorary post is no role: a 名誉董事长 is not a director."""
    assert roles.resolve(text) == ("honorary",)
    assert roles.roles_of("honorary") == {"honorary"}


@pytest.mark.parametrize("text", ["", "董事长、门卫", "兼总经理", "门卫", "名誉董事"])
def test_7_an_unknown_text_or_part_is_refused(text: str) -> None:
    """A text that is not in the list raises `UnknownCode`; no part of a compound text is left out."""
    with pytest.raises(UnknownCode):
        roles.resolve(text)


# Roles


@pytest.mark.parametrize(
    ("post", "also"),
    [
        ("chairman", "director"),
        ("vice_chairman", "director"),
        ("independent_director", "director"),
        ("executive_director", "director"),
        ("general_manager", "senior_manager"),
        ("deputy_general_manager", "senior_manager"),
        ("finance_head", "senior_manager"),
        ("board_secretary", "senior_manager"),
        ("controlling_shareholder", "shareholder"),
    ],
)
def test_a_post_is_also_a_role(post: str, also: str) -> None:
    assert roles.roles_of(post) == {post, also}


@pytest.mark.parametrize(
    "code", ["legal_representative", "supervisor", "shareholder", "actual_controller", "branch_of", "other_post"]
)
def test_a_role_that_is_nothing_else(code: str) -> None:
    assert roles.roles_of(code) == {code}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("法定代表人或者主要负责人", ("legal_representative", "principal_responsible_person")),
        ("法定代表人(负责人)", ("legal_representative", "person_in_charge")),
        ("控股股东、实际控制人", ("controlling_shareholder", "actual_controller")),
        ("董事、監事、高級管理人員", ("director", "supervisor", "senior_manager")),
        ("执行董事兼总经理", ("executive_director", "general_manager")),
        ("董事长兼任总经理", ("chairman", "general_manager")),
        ("经理", ("general_manager",)),
        ("董事局主席/执行董事", ("chairman", "executive_director")),
    ],
)
def test_texts_of_instruments_and_registers(text: str, meant: tuple[str, ...]) -> None:
    assert roles.resolve(text) == meant


def test_every_role_of_the_material(material: dict[str, Any]) -> None:
    listed = codes.load("roles")
    told = {code: name.removesuffix("（由文书认定）") for code, name in material["codes"].items()}  # a gloss is no name
    assert {code: listed.get(code).zh for code in material["codes"]} == told
    assert roles.found_only() == {*material["found_only"], "named_person"}
    assert {text: list(meant) for text, meant in listed.texts["any_of"].items()} == material["any_of"]
    assert set(listed.texts["office_not_role"]) == set(material["office_not_role"])
    for text, meant in material["any_of"].items():
        assert list(roles.resolve(text)) == meant


# The other lists


def test_words_of_the_standards_exist_there() -> None:
    for name in codes.NAMES:
        for entry in codes.load(name):
            assert entry.bods in (BODS_KINDS if name == "entity_kinds" else BODS_INTERESTS) | {""}, entry
            assert entry.ftm in FTM | {""}, entry


def test_ends_of_a_relationship_are_entity_kinds() -> None:
    kinds = codes.load("entity_kinds")
    for interest in codes.load("interests"):
        assert all(kinds.get(end).party for end in interest.party), interest
        assert all(end in kinds for end in interest.subject), interest
        assert not interest.symmetric or interest.party == interest.subject


def test_a_listing_has_a_domain_and_nothing_else_has() -> None:
    for act in codes.load("acts"):
        assert act.listing == act.code.startswith("listed_") == bool(act.domain), act
    domains = {act.code: act.domain for act in codes.load("acts") if act.listing}
    assert domains["listed_wage_arrears"] == "D2"
    assert domains["listed_food_drug"] == "D1"
    assert domains["listed_judgment_defaulter"] == "D3"
    assert domains["listed_defence"] == "D4"


def test_a_food_licence_is_not_a_business_licence() -> None:
    acts = codes.load("acts")
    assert acts.get("food_licence_revoked") != acts.get("business_licence_revoked")


def test_a_notice_imposes_nothing_and_discipline_starts_nothing() -> None:
    kinds = codes.load("decision_kinds")
    assert [kind.code for kind in kinds if not kind.final] == ["pre_notice"]
    assert not kinds.get("pre_notice").starts
    assert not kinds.get("discipline").starts
    assert kinds.get("listing").starts


def test_self_regulatory_bodies() -> None:
    assert {level.code for level in codes.load("authority_levels") if level.self_regulatory} == {
        "exchange",
        "association",
        "mass_organisation",
        "financial_institution",
        "credit_service",
    }


def test_links_between_decisions() -> None:
    links = codes.load("decision_links")
    assert [link.code for link in links if link.symmetric] == ["same_conduct"]
    assert {"annuls_from_beginning", "annuls_from_now"} <= set(links.codes)
