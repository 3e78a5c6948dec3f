"""Who is at the page is who the service answers: a login that ended or changed elsewhere, and a service that is away, are said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import HUB, PASSWORD, Watched
from tests.web.test_investigating import at_case

pytestmark = [pytest.mark.required, pytest.mark.slow]
LOGIN = "dialog form:has(#login-password)"


def go_to(web: Watched, **values: str) -> None:
    """Change the address, as a click would."""
    web.page.evaluate(
        "(values) => { const at = new URLSearchParams(location.hash.slice(1));"
        " for (const [key, value] of Object.entries(values)) value ? at.set(key, value) : at.delete(key); location.hash = at }",
        values,
    )


def log_in_again(web: Watched, name: str) -> None:
    """Fill in the login that the page asks for."""
    web.page.locator("#login-name").fill(name)
    web.page.locator("#login-password").fill(PASSWORD)
    web.page.locator(f"{LOGIN} .strong").click()


def test_an_answer_to_nobody_or_to_another_one_is_not_shown(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    case = at_case(web)
    web.page.context.clear_cookies()  # logged out in another tab
    go_to(web, g=HUB, p=HUB, s=HUB, d="", f="", n="")
    web.page.locator(LOGIN).wait_for()
    assert "枢纽示例公司" not in web.page.locator("#panel-card").inner_text(), "what the public gets is not shown as if it were all"
    log_in_again(web, "测试甲")
    web.page.locator("#card-title", has_text="枢纽示例公司").wait_for()
    go_to(web, g=case["company"]["id"], p=case["company"]["id"], s="", d=case["decision"]["id"], f=case["finding"])
    letter = web.page.locator("#panel-why a[href*='/letter']").first
    letter.wait_for()
    web.page.context.clear_cookies()
    letter.click()
    web.page.locator(LOGIN).wait_for()
    assert len(web.page.context.pages) == 1, "no error is opened in a tab of its own"
    with web.page.context.expect_page() as opened:
        log_in_again(web, "测试甲")
    opened.value.locator("h1").first.wait_for()
    opened.value.close()

    web.world.user("窗口-另一页", "clerk")
    web.log_in("窗口-另一页")  # in another tab
    go_to(web, g=HUB, p=HUB, s=HUB, d="", f="", n="")
    web.until("document.querySelector('.who')?.textContent.includes('窗口-另一页')")
    web.page.locator("#purpose-kind").select_option("supervision")
    web.page.locator("dialog form:has(#purpose-kind) .strong").click()
    web.page.locator("#card-title", has_text="枢纽示例公司").wait_for()
    web.page.locator("#panel-card", has_text="持**").wait_for()
    assert "持股人" not in web.page.locator("#main").inner_text(), "drawn anew for who is there"


def test_what_the_service_could_not_do_is_said_and_can_be_tried_again(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    broken = {"/v1/session", "/openapi.json"}
    busy = '{"code": "store_busy", "detail": "", "status": 503}'

    def answer(route: Any) -> None:
        path = route.request.url.partition("?")[0].removeprefix(web.world.address)
        route.fulfill(status=503, body=busy) if path in broken else route.continue_()

    web.page.route(lambda url: url.endswith(("/v1/session", "/openapi.json")), answer)
    web.open("v=check")
    again = web.page.locator(".state.error").get_by_role("button", name="重试")
    again.wait_for()
    assert "测试甲" not in web.page.locator(".who").inner_text()
    broken.remove("/v1/session")
    again.click()
    web.page.locator(".who", has_text="测试甲").wait_for()
    again.wait_for()
    broken.remove("/openapi.json")
    web.page.evaluate("sessionStorage.setItem('zeren.draft.check@测试甲', '{broken')")
    again.click()
    web.page.locator("#check-person").fill("没有丢失")
    broken.add("/v1/session")
    web.page.get_by_role("button", name="退出").click()
    web.page.locator("#toast", has_text="没有退出").wait_for()
    assert web.page.locator("#check-person").input_value() == "没有丢失"
    assert "测试甲" in web.page.locator(".who").inner_text()


def test_a_service_that_never_answers_is_not_waited_for_without_end(web: Watched) -> None:
    web.page.clock.install()
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    held: list[Any] = []
    web.page.route("**/v1/parties/t%3Arenamed*", lambda route: held.append(route))
    go_to(web, p="t:renamed")
    web.page.wait_for_timeout(200)
    web.page.clock.fast_forward(16_000)
    web.page.locator(".away-banner", has_text="还没有应答").wait_for()
    web.page.clock.fast_forward(110_000)
    error = web.page.locator("#panel-card .state.error", has_text="服务一直没有应答")
    error.wait_for()
    assert not web.page.locator(".away-banner").is_visible()
    web.page.unroute("**/v1/parties/t%3Arenamed*")
    error.get_by_role("button", name="重试").click()
    web.page.locator("#card-title", has_text="新名示例公司").wait_for()


def test_a_dialog_is_not_closed_by_marking_its_text_nor_by_a_double_click(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.page.evaluate("localStorage.setItem('zeren.views@测试甲', 'null')")
    web.page.get_by_role("button", name="保存视图").dblclick()
    name = web.page.locator("#view-name")
    name.fill("这个名称不能丢")
    box = name.bounding_box()
    assert box
    web.page.mouse.move(box["x"] + 60, box["y"] + 8)
    web.page.mouse.down()
    web.page.mouse.move(5, box["y"] + 8)
    web.page.mouse.up()
    assert name.input_value() == "这个名称不能丢"
    web.page.locator("dialog .strong").click()
    web.page.get_by_role("button", name="保存视图").click()
    web.page.locator("dialog .views", has_text="这个名称不能丢").wait_for()
    web.page.mouse.click(5, 300)
    web.until("!document.querySelector('dialog')")


@pytest.mark.parametrize("name", ["持股人", "司马不在"])
def test_a_search_without_a_purpose_says_the_same_whether_or_not_somebody_is_found(web: Watched, name: str) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.page.evaluate("sessionStorage.removeItem('zeren.purpose')")
    purpose = web.page.locator("dialog form:has(#purpose-kind)")
    web.page.locator("#search").fill(name)
    purpose.wait_for()
    web.page.keyboard.press("Escape")
    web.page.locator(".top .found .none", has_text="没有说明用途").wait_for()
    assert not purpose.count()
    web.page.locator("#search").fill(f"{name} ")
    purpose.locator("#purpose-kind").select_option("supervision")
    purpose.locator(".strong").click()
    found = web.page.locator(".top .found li").first
    found.wait_for()
    web.until("!document.querySelector('.top .found').textContent.includes('没有说明用途')")
    assert name in found.inner_text()


def test_a_search_asks_once_what_for_and_leads_to_every_namesake(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.page.evaluate("sessionStorage.removeItem('zeren.purpose')")
    purpose = web.page.locator("dialog form:has(#purpose-kind)")
    box = web.page.locator("#search")
    box.fill("持股人")
    purpose.wait_for()
    web.page.keyboard.press("Escape")
    web.page.locator(".top .found", has_text="没有说明用途").wait_for()
    assert not purpose.count(), "whoever does not say it is not asked for ever"
    box.fill("持股")
    purpose.locator("#purpose-kind").select_option("supervision")
    purpose.locator(".strong").click()
    options = web.page.locator(".top .found [role=option]")
    options.nth(12).wait_for()
    assert not purpose.count(), "asked once"
    assert options.count() == 13, "twelve, and more"
    box.press("ArrowUp")
    box.press("Enter")
    options.nth(48).wait_for()
    assert options.nth(12).get_attribute("aria-selected") == "true", "goes on where it stood"
    box.fill("持股人07 枢纽示例")
    web.until("document.querySelectorAll('.top .found [role=option]').length === 1")
    box.press("Enter")
    web.page.locator("#card-title", has_text="持股人07").wait_for()

    held: list[Any] = []
    web.page.route("**/v1/search*", lambda route: held.append(route))
    box.fill("新名")
    box.press("Enter")
    web.until("document.querySelector('#search').value === '新名'")
    web.page.locator(".lang").focus()
    web.page.wait_for_timeout(200)
    for route in held:
        route.continue_()
    web.page.unroute("**/v1/search*")
    web.page.wait_for_timeout(500)
    assert web.page.locator("#card-title").inner_text().startswith("持股人07"), "whoever went on elsewhere stays there"


def test_a_tab_shows_nobody_what_was_shown_to_who_left_in_another_one(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("窗口-隔壁", "clerk")
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren?.drawn().length > 3")
    other = web.page.context.new_page()
    other.goto(f"{web.world.address}/#lang=zh&v=matrix")
    other.get_by_role("button", name="退出").click()
    web.page.locator(LOGIN).wait_for()
    assert "枢纽" not in web.page.locator("body").inner_text(), "nobody is there"
    other.locator(".who").get_by_role("button", name="登录").click()
    log_in_again(Watched(other, web.world), "窗口-隔壁")
    web.page.locator(".who", has_text="窗口-隔壁").wait_for()
    web.page.locator("#purpose-kind").select_option("supervision")
    web.page.locator("dialog form:has(#purpose-kind) .strong").click()
    web.page.locator("#panel-card", has_text="持**").wait_for()
    assert not web.page.locator(LOGIN).count()
    assert "持股人" not in web.page.locator("body").inner_text()
    other.close()


def test_the_page_looks_who_is_there_when_it_is_shown_again_and_before_a_file_leaves(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren?.drawn().length > 3")
    drawn = web.page.evaluate("window.zeren.drawn().length")
    web.world.end_sessions()
    web.page.evaluate("dispatchEvent(new Event('focus'))")
    web.page.locator(LOGIN).wait_for()
    assert "枢纽" not in web.page.locator("body").inner_text()
    log_in_again(web, "测试甲")
    web.page.locator("dialog").wait_for(state="detached")
    assert web.page.locator("#card-title").is_visible(), "he goes on where he was"
    assert web.page.evaluate("window.zeren.drawn().length") == drawn

    files: list[Any] = []
    web.page.on("download", lambda file: files.append(file))
    web.page.get_by_role("button", name="导出").click()
    web.world.end_sessions()
    web.page.locator(".export").get_by_role("button", name="CSV").click()
    web.page.locator(LOGIN).wait_for()
    web.page.keyboard.press("Escape")
    web.page.locator(".who").get_by_role("button", name="登录").wait_for()
    web.page.locator("#card-title").wait_for()
    assert "持股人" not in web.page.locator("body").inner_text(), "drawn anew for nobody"
    assert not web.page.locator("dialog").count(), "whoever declined is not asked at once"
    assert not files


def test_what_is_no_address_does_not_ask_for_a_login(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    code = "import('/web/page/api.js').then((api) => api.ask('/v1/no/such')).catch((error) => error.code)"
    assert web.page.evaluate(code) == "no_such_address"
    assert not web.page.locator("dialog").count()


@pytest.mark.stranger
def test_who_logs_in_at_the_login_page_goes_on_from_there(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)  # a first look asks what for
    web.page.goto(f"{web.world.address}/login")
    web.page.locator("#name").fill("测试甲")
    web.page.locator("#password").fill(PASSWORD)
    web.page.locator("#form button").click()
    web.page.locator("#say", has_text="测试甲").wait_for()
    assert "investigator" not in web.page.locator("main").inner_text(), "no code of a role"
    web.page.locator("#on").click()
    web.page.locator(".who", has_text="测试甲").wait_for()
