"""The pictures in the READMEs, taken of the real pages: `make pictures`."""
import argparse
import pathlib
import shlex
import tempfile

from browser import Browser
from stage import ROOT, Stage, wait

PLACE = ROOT / "Deploy/pictures"
TITLES = {"spring": "春季上新", "members": "会员日预热", "coupon": "周五领券"}


def take(address, language, name, path, width, height):
    with Browser(address, width=width, language=language) as browser:
        browser.log_in("review", path)
        browser.open(f"{path}?lang={language}")
        browser.size(width, height)
        browser.scheme("light")
        browser.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        browser.driver.save_screenshot(str(PLACE / f"{name}-{language}.png"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sandbox", required=True)
    words = parser.parse_args()
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Stage(
            words.binary, shlex.split(words.sandbox), pathlib.Path(folder) / "stage", pace="2/s,burst=2") as stage:
        stage.campaign("coupon", TITLES["coupon"], "{{nickname}}，本周的券已放进你的卡包。", hours=9, image=False)
        members = stage.campaign("members", TITLES["members"], hours=6)
        spring = stage.campaign("spring", TITLES["spring"])
        stage.act("review", act="approve", run=spring)
        report = lambda: stage.api(f"/v1/runs/{spring}/report")["summary"]["sum"]
        assert wait(lambda: report()["accepted"] >= 40, 60), report()
        for language in ("zh", "en"):
            take(stage.address, language, "start", "/", 1120, 800)
            take(stage.address, language, "review", f"/review/{members}", 1120, 1000)
            take(stage.address, language, "run", f"/runs/{spring}", 390, 780)
    print("\n".join(f"{path.relative_to(ROOT)}  {path.stat().st_size} bytes" for path in sorted(PLACE.glob("*.png"))))


main()
