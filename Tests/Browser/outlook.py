"""What lies ahead: calendar and its feed, what-if, accounts, tests, settings."""
import base64
import urllib.error
import urllib.request


def ask(world, path, password=None):
    headers = {}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"any:{password}".encode()).decode()
    try:
        with urllib.request.urlopen(urllib.request.Request(world.stage.address + path, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, ""


def the_calendar_has_every_run_on_its_day_and_can_be_subscribed_to(world, browser):
    browser.become("look", "/calendar")
    assert len(browser.all(".day")) == 14 and browser.all(".day a[href^='/runs/spring']"), browser.text
    browser.press("a[rel=next]")
    assert len(browser.all(".day")) == 14 and not browser.all(".day a[href^='/runs/spring']")
    assert ask(world, "/calendar.ics")[0] == 401 and ask(world, "/calendar.ics", "guess")[0] == 401
    status, feed = ask(world, "/calendar.ics", "token-of-look")
    assert status == 200 and "BEGIN:VEVENT" in feed and "UID:spring" in feed and "token" not in feed
    assert all(len(line.encode()) <= 75 for line in feed.split("\r\n"))


def a_change_is_foretold_beside_the_run_as_it_stands(world, browser):
    browser.become("look", f"/runs/{world.later}")
    browser.press("a[href^='/what-if/']")
    browser.fill("pace", "60/h")
    browser.press("main form.filter button")
    sides = browser.all(".beside > section")
    assert len(sides) == 2 and sides[0].text != sides[1].text, browser.text
    browser.fill("pace", "fast")
    browser.press("main form.filter button")
    assert browser.all(".note.bad")


def an_account_is_tended_by_an_operator_and_read_by_everybody(world, browser):
    browser.become("look", "/accounts")
    browser.press("main h3 a")
    assert browser.path == "/accounts/flagship" and len(browser.all(".meter")) == 3
    assert not browser.all("main form")
    browser.become("ops", "/accounts/flagship")
    browser.fill("note", "一位用户投诉")
    browser.press("main form button")
    assert "一位用户投诉" in browser.find("[aria-labelledby=history]").text


def settings_are_read_and_hold_no_secret(world, browser):
    browser.become("ops", "/settings")
    assert "rules.quiet_hours" in browser.text and "marketing" in browser.text
    assert "token-of" not in browser.driver.page_source and ".secret" not in browser.driver.page_source
    browser.press("a[href='/sessions']")
    assert browser.all("main form")


STEPS = [
    the_calendar_has_every_run_on_its_day_and_can_be_subscribed_to, a_change_is_foretold_beside_the_run_as_it_stands,
    an_account_is_tended_by_an_operator_and_read_by_everybody, settings_are_read_and_hold_no_secret,
]
