"""A picture that stands still takes no time of the processor, and is drawn again when it changes."""

from __future__ import annotations

import pytest

from tests.web.conftest import HUB, Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
COUNTED = """
  const frame = window.requestAnimationFrame.bind(window);
  [window.frames_asked, window.frames_due] = [0, 0];
  window.requestAnimationFrame = (then) => {
    window.frames_asked += 1;
    window.frames_due += 1;
    return frame((now) => { window.frames_due -= 1; then(now); });
  };
"""


def at_rest(web: Watched) -> None:
    """Wait until no frame is asked for any more: a loop without an end always has one that is due."""
    web.until("window.frames_due === 0", 20)


def test_a_picture_that_stands_asks_for_no_frame_and_is_drawn_when_it_changes(web: Watched) -> None:
    web.page.add_init_script(COUNTED)
    web.open(f"g={HUB}&p={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    assert web.page.evaluate("window.frames_asked") > 0, "the frames are counted"
    at_rest(web)
    stage = web.page.locator(".canvas")
    box, before = stage.bounding_box(), stage.screenshot()
    x, y = box["x"] + box["width"] - 30, box["y"] + box["height"] - 30
    web.page.mouse.move(x, y)
    web.page.mouse.down()
    web.page.mouse.move(x - 90, y - 60, steps=4)
    web.page.mouse.up()
    at_rest(web)
    moved = stage.screenshot()
    assert moved != before, "who moves the view sees it moved"
    chip = web.page.evaluate("window.zeren.chips()")[0]["id"]
    count = len(web.graph())
    web.page.evaluate(f"window.zeren.tap('{chip}')")
    web.until(f"window.zeren.drawn().length > {count}")
    at_rest(web)
    assert stage.screenshot() != moved, "who is opened is drawn"
    places = [(each["x"], each["y"]) for each in web.graph()]
    assert len(set(places)) == len(places), "whoever came has glided from where it began to its own place"


def test_a_picture_that_was_left_is_let_go(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    session = web.page.context.new_cdp_session(web.page)

    def kept(rounds: int) -> int:
        """Go to the casework and back, and count who still listens to something."""
        for _ in range(rounds):
            web.page.evaluate("location.hash = '#lang=zh&v=queue'")
            web.page.locator("main h1").first.wait_for()
            web.page.evaluate(f"location.hash = '#lang=zh&g={HUB}&p={HUB}'")
            web.page.locator(".canvas").wait_for()
            web.until("window.zeren.drawn().length > 10")
        session.send("HeapProfiler.collectGarbage")
        return int(session.send("Memory.getDOMCounters")["jsEventListeners"])

    before = kept(2)
    assert kept(6) < before * 1.5
