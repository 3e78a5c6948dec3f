"""Each test quotes an invariant of loaders/synthetic that needs a whole city: staff, places, dealings, ownership, networks."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from graph.identifiers import check_nested_organisation_code, check_uscc
from loaders.synthetic.city import build_city
from loaders.synthetic.columns import day
from loaders.synthetic.labels import enterprise_codes
from loaders.synthetic.town import Dice
from tests.synthetic_rows import Read, firms


@pytest.fixture(scope="module")
def city() -> Read:
    return Read(build_city(4_000, 11))


def held_at(city: Read, on: str) -> dict[str, float]:
    """Return how much of each enterprise is held on a day."""
    held: dict[str, float] = defaultdict(float)
    for row in (*city.holdings, *city.corporate):
        if row.起 <= on and (not row.止 or row.止 >= on):
            held[row.信用代码] += float(row.持股比例 or 0)
    return held


def test_town_1_each_part_draws_from_its_own_stream() -> None:
    first, other = Dice(7, 100), Dice(7, 100)
    other.of("names").random(1000)
    assert first.of("posts").random() == other.of("posts").random()
    assert first.of("posts").random() != first.of("names").random()
    assert Dice(8, 100).of("posts").random() != first.of("posts").random()


def test_labels_3_codes_are_valid_and_stand_once() -> None:
    codes = enterprise_codes(np.arange(1, 20_001), np.zeros(20_000, np.uint8))
    assert len(set(codes)) == 20_000
    assert all(check_uscc(code).ok and check_nested_organisation_code(code).ok for code in codes[::97])


def test_staff_2_one_representative_follows_another_and_the_register_lags(city: Read) -> None:
    posts: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in city.posts:
        if "法定代表人" in row.职务 and row.信用代码 not in city.planted:
            posts[row.信用代码].append((row.任职日期, row.离任日期, row.登记日期, row.登记变更日期))
    changes = lags = 0
    for terms in posts.values():
        for (_, left, _, shown), (came, _, entered, _) in zip(sorted(terms), sorted(terms)[1:], strict=False):
            if not {len(left), len(came), len(shown), len(entered)} <= {10}:
                continue
            changes += 1
            assert date.fromisoformat(came) == date.fromisoformat(left) + timedelta(days=1)
            assert date.fromisoformat(entered) == date.fromisoformat(shown) + timedelta(days=1)
            assert shown >= left
            lags += shown > left
    assert changes > 100
    assert 0.2 < lags / changes < 0.95


def test_staff_3_a_few_people_are_at_very_many_enterprises(city: Read) -> None:
    at = defaultdict(set)
    for row in city.posts:
        at[row.人员编号].add(row.信用代码)
    sizes = Counter(len(codes) for codes in at.values())
    assert sizes[1] > 0.6 * len(at)
    assert sizes[2] > 50
    assert max(sizes) >= 10


def test_ownership_1_nobody_holds_more_than_all(city: Read) -> None:
    for on in ("2010-06-30", "2019-06-30", "2025-12-31"):
        assert max(held_at(city, on).values()) <= 100.01
    assert 0.01 < sum(not row.持股比例 for row in city.holdings) / len(city.holdings) < 0.06


def test_ownership_2_layers_are_as_in_real_registers(city: Read) -> None:
    holding = {row.股东信用代码 for row in city.corporate}
    current = [row.信用代码 for row in city.holdings if not row.止]
    total = len(current) + len(city.corporate)
    ends = sum(code not in holding for code in current) / total
    up = sum(code in holding for code in current) / total
    down = len(city.corporate) / total
    assert 0.86 < ends < 0.95
    assert 0.02 < up < 0.07
    assert 0.02 < down < 0.09


def test_ownership_3_no_holder_twice_and_none_itself(city: Read) -> None:
    pairs = [(row.股东信用代码, row.信用代码) for row in city.corporate]
    assert len(pairs) == len(set(pairs))
    assert all(holder != subject for holder, subject in pairs)


def test_ownership_4_circles_close_with_majorities(city: Read) -> None:
    share = {(row.股东信用代码, row.信用代码): float(row.持股比例 or 0) for row in city.corporate}
    circles = [firms(members) for (kind, _), members in city.networks().items() if kind == "circular_holding"]
    assert len(circles) >= 5
    for circle in circles:
        assert all(share[pair] > 50 for pair in zip(circle, circle[1:] + circle[:1], strict=True))


def test_places_1_one_address_at_a_time_and_no_two_alike(city: Read) -> None:
    rows = city.rows("addresses")
    texts = {row["地址编号"]: row["地址"] for row in rows}
    assert len(set(texts.values())) == len(texts)
    now = Counter(row["信用代码"] for row in rows if not row["止"])
    assert set(now) == set(city.founded)
    assert set(now.values()) == {1}


def test_places_2_busy_addresses_and_3_mills(city: Read) -> None:
    at = Counter(row["地址编号"] for row in city.rows("addresses") if not row["止"])
    assert sum(count == 1 for count in at.values()) > 0.6 * len(at)
    assert max(at.values()) >= 30
    reached = defaultdict(set)
    for row in city.rows("telephones"):
        reached[row["信用代码"]].add(row["电话"])
    address = {row["信用代码"]: row["地址编号"] for row in city.rows("addresses") if not row["止"]}
    mills = [firms(members) for (kind, _), members in city.networks().items() if kind == "address_mill"]
    assert mills
    for mill in mills:
        assert len({address[code] for code in mill}) == 1
        assert len({line for code in mill for line in reached[code]}) <= 2


def test_dealings_1_nobody_before_he_is_founded_and_none_for_himself(city: Read) -> None:
    for row in city.rows("guarantees"):
        assert row["担保人信用代码"] != row["被担保人信用代码"]
        assert row["起"] >= max(city.founded[row["担保人信用代码"]], city.founded[row["被担保人信用代码"]])
    bids = city.rows("bids")
    assert len({(row["招标编号"], row["投标人信用代码"]) for row in bids}) == len(bids)
    assert all(row["投标日期"] >= city.founded[row["投标人信用代码"]] for row in bids)


def test_dealings_2_one_winner_and_3_rings_win_in_turn(city: Read) -> None:
    by_tender = defaultdict(list)
    for row in city.rows("bids"):
        by_tender[f"synthetic_city:{row['招标编号']}"].append(row)
    rigged = set()
    for (kind, _), members in city.networks().items():
        if kind == "bid_ring":
            ring, met = firms(members), [row["member"] for row in members if row["role"] == "rigged_tender"]
            rigged |= set(met)
            winners = [row["投标人信用代码"] for each in met for row in by_tender[each] if row["结果"] == "中标"]
            assert max(Counter(winners).values()) - min(Counter(winners)[code] for code in ring) <= 1
            for each in met:
                won = min(float(row["报价"]) for row in by_tender[each] if row["结果"] == "中标")
                assert all(won <= float(row["报价"]) <= 1.05 * won for row in by_tender[each])
    assert rigged
    for tender, rows in by_tender.items():
        won = [float(row["报价"]) for row in rows if row["结果"] == "中标"]
        assert len(won) == 1
        assert tender in rigged or won[0] == min(float(row["报价"]) for row in rows)


def test_dealings_4_guarantee_rings_close(city: Read) -> None:
    given = {(row["担保人信用代码"], row["被担保人信用代码"]) for row in city.rows("guarantees")}
    rings = [firms(members) for (kind, _), members in city.networks().items() if kind == "guarantee_ring"]
    assert rings
    for ring in rings:
        assert all(pair in given for pair in zip(ring, ring[1:] + ring[:1], strict=True))


def test_networks_1_nobody_is_in_two_and_every_kind_is_there(city: Read) -> None:
    kinds = {kind for kind, _ in city.networks()}
    assert kinds == {
        "address_mill", "nominee", "circular_holding", "guarantee_ring", "bid_ring", "representative_swapped", "re_emerged",
    }  # fmt: skip
    members = Counter(code for rows in city.networks().values() for code in set(firms(rows)))
    assert set(members.values()) == {1}


def test_networks_2_look_alikes_are_not_told(city: Read) -> None:
    told = {code for rows in city.networks().values() for code in firms(rows)}
    plots_of = Counter(row.人员编号 for row in city.posts if "法定代表人" in row.职务 and row.信用代码 not in told)
    assert max(plots_of.values()) >= 5, "a founder who represents his many is no nominee"


@pytest.mark.slow
def test_a_large_city_is_as_dense_as_a_small_one() -> None:
    city = build_city(30_000, 3)
    rows = {table.name: sum(len(next(iter(chunk.values()))) for chunk in table.chunks(20_000)) for table in city.register}
    assert rows["enterprises"] == 30_000
    edges = sum(count for name, count in rows.items() if name not in ("enterprises", "tenders") and not name.startswith("decision"))
    assert 4.5 < edges / 30_000 < 7.5
    assert rows["decisions"] <= 7_500
    assert day(2025, 12, 31) > 0
