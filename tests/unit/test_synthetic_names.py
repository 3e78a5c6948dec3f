"""Each test quotes an invariant of loaders/synthetic/names.py."""

import random
from collections import Counter

import numpy as np

from loaders.synthetic.names import Names, person_name


def written(count: int, seed: int) -> list[str]:
    names = Names.draw(np.random.default_rng(seed), count)
    return names.texts(np.arange(count))


def test_1_people_bear_one_name_about_as_often_as_in_life() -> None:
    count = 200_000
    names = Counter(written(count, 1))
    surnames = Counter(name[0] for name in names.elements())
    top = [surname for surname, _ in surnames.most_common(5)]
    assert set(top) == set("王李张刘陈")
    assert 0.28 < sum(surnames[surname] for surname in top) / count < 0.34
    # 张伟, the commonest name, is borne by 0.29 of 1,400 million: one in 4,800.
    (_, most) = names.most_common(1)[0]
    assert 1 / 12_000 < most / count < 1 / 2_500
    shared = sum(borne for borne in names.values() if borne > 1) / count
    assert 0.3 < shared < 0.6


def test_2_one_by_one_and_by_the_million_alike() -> None:
    rng = random.Random(2)
    single = Counter(person_name(rng, set())[0] for _ in range(30_000))
    many = Counter(name[0] for name in written(30_000, 3))
    for surname in "王李张刘陈杨":
        assert abs(single[surname] - many[surname]) / 30_000 < 0.008
