"""Rows of the synthetic city's register, one class a file; the field names are the columns of the CSV files.

The field order is the column order. Dates are texts, because a register also has `2022`, `2022-04` and nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Enterprise:
    """Row of enterprises.csv."""

    统一社会信用代码: str
    企业名称: str
    曾用名: str
    成立日期: str
    县区: str


@dataclass(frozen=True)
class Post:
    """Row of posts.csv; an end is the last day. 状态: 在任 (no end), 离任 (an end), 不详 (the end says `unknown`)."""

    信用代码: str
    姓名: str
    人员编号: str
    职务: str
    任职日期: str
    离任日期: str
    登记日期: str
    登记变更日期: str
    状态: str


@dataclass(frozen=True)
class Holding:
    """Row of shareholders.csv: a person holds."""

    信用代码: str
    股东名称: str
    人员编号: str
    持股比例: str
    起: str
    止: str


@dataclass(frozen=True)
class CorporateHolding:
    """Row of corporate_shareholders.csv: an enterprise holds."""

    信用代码: str
    股东信用代码: str
    持股比例: str
    起: str
    止: str


@dataclass(frozen=True)
class Branch:
    """Row of branches.csv."""

    总公司信用代码: str
    分公司信用代码: str
    设立日期: str


@dataclass(frozen=True)
class Ruling:
    """Row of decisions.csv."""

    决定编号: str
    案号: str
    类型: str
    事项: str
    信用代码: str
    机关: str
    机关级别: str
    区划: str
    决定日期: str
    行为开始: str
    行为结束: str
    依据: str


@dataclass(frozen=True)
class Named:
    """Row of decision_people.csv."""

    决定编号: str
    姓名: str
    人员编号: str
    职务: str
    责任认定: str
    认定结论: str
    处理: str
    年限: str


@dataclass(frozen=True)
class Link:
    """Row of decision_links.csv: the first says this of the other."""

    决定编号: str
    关系: str
    相关决定编号: str


@dataclass(frozen=True)
class Answer:
    """Row of truth.csv: what is right for one party, decision, rule and effect.

    `person` is empty for the enterprise itself, `bearer` where one person alone bears the name there (or where the decision does
    not say which of two it means). `reason` is empty for `established` alone.
    """

    decision_id: str
    uscc: str
    person: str
    bearer: str
    rule: str
    effect: str
    outcome: str
    origin: str
    reason: str
    start: str
    until: str
    scenario: str


@dataclass(frozen=True)
class Member:
    """Row of networks.csv: an entity that belongs to a planted network, by its id; `number` is the register's of a person."""

    network: str
    kind: str
    member: str
    number: str
    role: str
    since: str


@dataclass
class Case:
    """One scenario: what the register says of it, and the answers; `kinds` names what is hard about it."""

    scenario: str
    kinds: tuple[str, ...]
    enterprises: list[Enterprise] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
