"""A real Chromium, and what is asked of every page in it."""
import pathlib
import site

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = next(pathlib.Path(site.getsitepackages()[0]).glob("axe_playwright_python/axe.min.js")).read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
    def __init__(self, address, script=True, width=1280, language="zh"):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-background-networking", "--no-proxy-server"):
            options.add_argument(word)
        options.add_experimental_option("prefs", {
            "intl.accept_languages": language,
            **({} if script else {"profile.managed_default_content_settings.javascript": 2})})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        self.address = address
        self.width = width
        self.size(width)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def size(self, width, height=900):
        self.width = width
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": name},
                         {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def open(self, path):
        self.driver.get(self.address + path)

    def log_in(self, name, path="/"):
        self.open(path)
        self.fill("token", f"token-of-{name}")
        self.press("main form button")

    def become(self, name, path="/"):
        self.driver.delete_cookie("curfew_session")
        self.log_in(name, path)

    def log_out(self):
        self.press("footer form button")

    def fill(self, name, text):
        def type_it():
            place = self.find(f"[name={name}]:not([type=hidden])")
            place.clear()
            place.send_keys(text)
            return True

        self.wait(type_it)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, selector):
        """A click, and the page that it leads to."""
        page = self.wait(lambda: self.find("html"))
        # A live page may replace the place between the look and the click.
        self.wait(lambda: self.find(selector).click() or True)
        self.wait(lambda: self.is_gone(page))
        self.wait(lambda: self.driver.execute_script("return document.readyState") == "complete")

    @staticmethod
    def is_gone(element):
        try:
            element.is_enabled()
            return False
        except StaleElementReferenceException:  # The element's page is no more.
            return True
        except WebDriverException as error:  # The driver's other words for it, in the middle of going to the next page.
            if "does not belong to the document" in str(error) or "aborted by navigation" in str(error):
                return True
            raise

    def wait(self, question, seconds=20):
        # What is kept true may be replaced between two looks.
        return WebDriverWait(
            self.driver, seconds, 0.1, (StaleElementReferenceException, NoSuchElementException)
        ).until(lambda _: question())

    @property
    def text(self):
        return self.find("body").text

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.address)

    def violations(self):
        # Half a megabyte: once a page is enough.
        if not self.driver.execute_script("return 'axe' in window"):
            self.driver.execute_script(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: arguments[0]}}).then((r) => done(r.violations));", TAGS)
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:300]}"
                for one in found]

    def overflow(self):
        """Wider than the window: whoever looks has to scroll sideways."""
        return self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")

    def shot(self, path):
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.size(self.width, min(max(height, 400), 6000))
        self.driver.save_screenshot(str(path))
        self.size(self.width)
