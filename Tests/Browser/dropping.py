"""Dropping by a page: files, their verdict, a form that writes one, and what becomes of them."""
import io
import zipfile

from selenium.webdriver.common.by import By

from stage import ROOT, wait

ROWS = [("open_id", "nickname"), ("_000person001", "小一"), ("_000person002", ""), ("_000person003", "阿三 & \"他\"")]


def workbook(rows):
    """The least that Excel takes for a workbook."""
    cell = lambda text: f'<c t="inlineStr"><is><t>{text.replace("&", "&amp;")}</t></is></c>'
    sheet = "".join(f"<row>{''.join(cell(text) for text in row)}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def campaign(name, start, extra=""):
    return f"""campaign: {name}
author: marketing
account: flagship
title: 网页投递
audience: {{files: [{name}.csv]}}
schedule: {{start: "{start:%Y-%m-%d %H:%M}", window: "09:00-21:00", valid_until: +3d}}
fields: {{nickname: {{default: 朋友}}}}
{extra}variants:
  - name: a
    weight: 50
    messages:
      - text: "{{{{nickname}}}}，新品到了"
      - applet_card: {{template: card-001, path: pages/a}}
  - name: b
    weight: 50
    fallback: a
    messages:
      - image: {name}.png
      - applet_card: {{template: card-001, path: pages/b}}
"""


def choose(browser, place, *paths):
    # The browser reads the files itself: they have to lie somewhere.
    browser.find(place).send_keys("\n".join(str(path) for path in paths))


def a_set_is_uploaded_checked_and_handed_in_by_its_author(world, browser):
    stage = world.stage
    browser.become("look", "/")
    assert not browser.all("nav a[href='/drop']"), "whoever may not drop is shown no place for it"
    browser.become("marketing", "/")
    browser.press("nav a[href='/drop']")
    later = stage.now()
    later = later.replace(hour=19, minute=0, second=0, microsecond=0)
    folder = stage.root / "desk"
    folder.mkdir(exist_ok=True)
    rows = "open_id,nickname\n" + "".join(f"{one},{chr(23567) * (1 + number % 5)}\n" for number, one in enumerate(stage.people[:40])) + "not an id,x\n"
    (folder / "web.csv").write_text(rows)
    (folder / "web.png").write_bytes((ROOT / "Campaigns/examples/poster.png").read_bytes())
    (folder / "web.yaml").write_text(campaign("web", later, "holdot: 5%\n"))
    choose(browser, "#files", folder / "web.csv", folder / "web.png", folder / "web.yaml")
    browser.press("main form.card button")
    # Line and column of the misspelt key, as the command says them.
    assert browser.path == "/drop/files/web.yaml" and "8:1" in browser.text, browser.text
    assert "unknown_key" in browser.text and not browser.all("input[value=hand-in]")
    (folder / "web.yaml").write_text(campaign("web", later, "holdout: 5%\n"))
    browser.press("main .card a[href='/drop']")
    choose(browser, "#files", folder / "web.yaml")
    browser.press("main form.card button")
    assert len(browser.all(".phone")) >= 4 and "新品到了" in browser.find(".bubble").text, browser.text
    image = browser.find(".bubble img")
    browser.driver.execute_script("arguments[0].scrollIntoView()", image)
    browser.wait(lambda: browser.driver.execute_script("return arguments[0].naturalWidth", image) > 0)
    assert browser.all(".chart .night") and browser.all(".chart .hours") and browser.all(".waterfall tr")
    bad = browser.find("a[href^='/drop/bad-rows/']").get_attribute("href")
    text = browser.driver.execute_script("return fetch(arguments[0]).then((answer) => answer.text())", bad)
    assert "42,1,bad_open_id" in text, text
    browser.press("form:has([value=hand-in]) button")
    assert browser.path == "/drop/sent/web.yaml"
    world.clicks["drop a set"] = 4
    assert wait(lambda: [run for run in stage.runs() if run["campaign"] == "web"], 20), browser.text
    browser.wait(lambda: "web@" in browser.text)
    run = next(run for run in stage.runs() if run["campaign"] == "web")
    assert run["author"] == "marketing" and run["state"] == "in_review", run
    browser.become("review", "/audit")
    browser.fill("subject", "web.yaml")
    browser.press(".filter button")
    assert "marketing" in browser.find("main tbody").text and "投放文件" in browser.find("main tbody").text


def a_form_on_a_telephone_writes_a_campaign_from_a_workbook(world, browser):
    stage = world.stage
    browser.size(320)
    browser.become("marketing", "/compose")
    folder = stage.root / "desk"
    (folder / "名单.xlsx").write_bytes(workbook(ROWS))
    browser.fill("title", "手机上写的 \"活动\"")
    browser.fill("id", "phone")
    choose(browser, "#newlist", folder / "名单.xlsx")
    start = stage.now().replace(hour=19, minute=30)
    browser.driver.execute_script(
        "document.querySelector('#start').value = arguments[0]", f"{start:%Y-%m-%dT%H:%M}")
    browser.fill("valid_until", "+2d")
    browser.fill("text1", "{{nickname}}，你好")
    browser.fill("template1", "card-001")
    browser.fill("path1", "pages/a")
    browser.fill("fallback", "朋友")
    assert browser.overflow() <= 0
    browser.press("main form.card button.primary")
    assert browser.path == "/drop/files/phone.yaml", browser.text
    assert "朋友，你好" in browser.text and browser.overflow() <= 0, browser.text
    browser.press("form:has([value=hand-in]) button")
    world.clicks["compose a campaign"] = 3
    assert wait(lambda: [run for run in stage.runs() if run["campaign"] == "phone"], 20), browser.text
    found = next(run for run in stage.runs() if run["campaign"] == "phone")
    assert found["title"] == "手机上写的 \"活动\"" and found["sum"]["audience"] in (0, 3), found
    browser.size(1280)


def uploads_that_lie_are_refused_with_a_sentence(world, browser):
    stage = world.stage
    browser.become("marketing", "/drop")
    folder = stage.root / "desk"
    before = sorted(path.name for path in (stage.root / "inbox").iterdir())
    for name, content in (("stop.control.yaml", "do: stop-all\n"), ("tool.exe", "MZ"), ("big.yaml", "a" * 300_000)):
        (folder / name).write_text(content)
        browser.open("/drop")
        choose(browser, "#files", folder / name)
        browser.press("main form.card button")
        assert browser.all(".note.bad"), browser.text
        browser.open("/drop")
        assert name not in browser.text
    # One that stays, for the look at every page.
    for ending, content in (
        ("csv", "open_id,nickname\n_000person001,一\nnot an id,x\n"),
        ("png", (ROOT / "Campaigns/examples/poster.png").read_bytes()),
        ("yaml", campaign("shown", stage.now().replace(hour=19, minute=45))),
    ):
        (folder / f"shown.{ending}").write_bytes(content if isinstance(content, bytes) else content.encode())
    browser.open("/drop")
    choose(browser, "#files", *(folder / f"shown.{ending}" for ending in ("csv", "png", "yaml")))
    browser.press("main form.card button")
    assert browser.path == "/drop/files/shown.yaml", browser.text
    assert not world.stopped()
    assert sorted(path.name for path in (stage.root / "inbox").iterdir()) == before


STEPS = [
    a_set_is_uploaded_checked_and_handed_in_by_its_author,
    a_form_on_a_telephone_writes_a_campaign_from_a_workbook, uploads_that_lie_are_refused_with_a_sentence,
]
