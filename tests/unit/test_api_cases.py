"""The invariants of `api.use_cases.cases`, by number."""

from __future__ import annotations

import json

from api.locales import texts
from api.use_cases.cases import history_json, read_cases, restriction_json
from api.use_cases.propagating import propagate
from api.use_cases.reading import snapshot_of
from graph.model import Naming, Operation
from tests.api_world import actor, add, case, catalogue, stored
from tests.case_world import TODAY, cases, do, finding


def test_1_at_a_past_version_only_what_was_recorded_by_then_is_known():
    with stored() as store:
        before = store.version()
        do(store, "revocation", "D2")
        codes = [
            {known.status(r, TODAY).code for r in known.restrictions if r.party == "test:B#孙示例"}
            for known in (read_cases(store, catalogue(), before), cases(store))
        ]
        assert codes == [{"in_force"}, {"revoked"}]


def test_2_a_finding_withdrawn_after_something_happened_to_it_is_shown_as_withdrawn():
    world = case()
    with stored(world) as store:
        banned = finding(store, "孙示例")
        do(store, "objection", banned)
        (naming,) = [f for f in world.facts if isinstance(f.value, Naming) and f.value.name == "孙示例"]
        add(store, naming, operation=Operation.RETRACTION)
        propagate(store, catalogue(), actor(10))
        known = cases(store)
        assert known.gone == {banned}
        (restriction,) = [r for r in known.restrictions if r.party == "test:B#孙示例"]
        assert known.status(restriction, TODAY).code == "withdrawn"


def test_a_restriction_and_its_history_as_plain_values():
    with stored() as store:
        objection = do(store, "objection", "D2")
        known = cases(store)
        (restriction,) = [r for r in known.restrictions if r.party == "test:B#孙示例"]
        shown = restriction_json(known, snapshot_of(store), restriction, TODAY)
        assert (shown["status"], shown["until"], shown["grounds"][0]["paused_by"]) == ("paused", "life", [objection.event.id])
        assert json.loads(json.dumps(shown)) == shown
        rows = history_json(known, restriction.id, TODAY, texts("en"))
        assert [(row["kind"], row["effect"], row["why_none"]) for row in rows] == [("objection", True, None)]
        late = history_json(known, restriction.id, TODAY.replace(day=1), texts("zh"))
        assert [(row["effect"], row["why_none"], row["why_none_text"]) for row in late] == [(False, "future", "日期在今天之后")]
