"""A Chromium that notes everything which should not happen on a page."""
import json
import os
import re
import statistics
import time
import unittest

from playwright.sync_api import sync_playwright

import sessions
import stage

OUTPUT = os.environ.get("TAILSHIP_OUTPUT", stage.ROOT + "/.build/browser")
# On a machine that is busy with other things, times may be this many times as long.
SLACK = float(os.environ.get("TAILSHIP_SLACK", "1"))
WIDTHS = {360: 780, 1280: 800, 2560: 1440}

# Remembers when a text was painted for the first time: `seen[name]`, milliseconds since 1970.
PAINTS = """(() => {
  const seen = window.seen = {};
  window.wanted = [];
  window.within = '*';
  const look = (text) => {
    for (const pattern of window.wanted) {
      for (const found of text.matchAll(pattern)) {
        const name = found[0];
        if (name in seen) continue;
        seen[name] = 0;
        // The first callback is before the paint of this change, the message behind it.
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => { seen[name] = performance.timeOrigin + performance.now(); };
          channel.port2.postMessage(0);
        });
      }
    }
  };
  new MutationObserver((changes) => {
    if (!window.wanted.length) return;
    for (const change of changes) {
      if (!change.target.parentElement?.closest(window.within) && !change.target.matches?.(window.within)) continue;
      if (change.type === "characterData") look(change.target.data);
      for (const node of change.addedNodes) look(node.textContent ?? "");
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
})()"""


class Notes:
    """What a page did that no page should do."""

    def __init__(self, page, url):
        self.faults = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append("dialog: " + dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self._request(request, url))
        page.on("response", self._response)

    def _console(self, message):
        text = message.text
        # A status is judged by `_response`, which knows the address.
        if message.type in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.faults.append(f"console: {text[:300]}")

    def _request(self, request, url):
        if not request.url.startswith((url, "data:", "blob:")):
            self.faults.append("asked another host: " + request.url[:200])

    def _response(self, response):
        if response.status >= 400 and "/api/nothing" not in response.url:
            self.faults.append(f"{response.status}: {response.url[:200]}")


class World:
    """One receiver with everything shipped, and one browser, for all tests of a run."""
    _only = None

    @classmethod
    def get(cls):
        if cls._only is None:
            cls._only = cls()
        return cls._only

    @classmethod
    def end(cls):
        if cls._only is not None:
            cls._only.close()
            cls._only = None

    def __init__(self):
        self.stage = stage.Stage()
        root = self.stage.sessions
        self.ordinary = [sessions.ordinary(root, seed, project=f"/home/ann/{name}")
                         for seed, name in enumerate(("ship", "ship", "garden", "router"), 1)]
        self.hostile = sessions.hostile(root)
        self.long = sessions.long_line(root)
        self.large = sessions.large(root)
        self.calls = sessions.many_calls(root)
        everything = [*self.ordinary, self.hostile, self.long, self.large, self.calls]
        self.entries = sum(session.count for session in everything)
        self.stage.settled(self.entries, 900)
        self.rows = {session["session"]: session["id"]
                     for session in self.stage.get("/api/sessions", limit=100)["sessions"]}
        self.playwright = sync_playwright().start()
        self.browser = launch(self.playwright)

    def row(self, session):
        return self.rows[session.id]

    def close(self):
        self.browser.close()
        self.playwright.stop()
        self.stage.stop()


def launch(playwright):
    return playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-dev-shm-usage", "--js-flags=--expose-gc"])


class Case(unittest.TestCase):
    """A test with a page of its own."""
    theme, width, reduced = "light", 1280, "no-preference"

    def setUp(self):
        self.world = World.get()
        self.stage = self.world.stage
        self.context = self.world.browser.new_context(
            viewport={"width": self.width, "height": WIDTHS.get(self.width, 800)}, color_scheme=self.theme,
            reduced_motion=self.reduced, locale="en-GB", timezone_id="UTC")
        self.context.add_init_script(PAINTS)
        self.page, self.notes = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.set_default_timeout(20_000 * SLACK)
        return page, Notes(page, self.stage.url)

    def tearDown(self):
        self.context.close()

    def open(self, path, page=None):
        """Opens a view and waits until it shows something and loads nothing more."""
        page = page or self.page
        page.goto(self.stage.url + path)
        wait(page, "document.querySelector('main h1, main [role=alert]') !== null")
        settle(page)
        return page

    def assert_clean(self, what=""):
        self.assertEqual(self.notes.faults, [], what)

    def addresses(self):
        return PAGES + ["/sessions/" + self.world.row(self.world.ordinary[0])]


PAGES = ["/", "/sessions", "/search", "/search?q=offsets", "/analytics/cost", "/analytics/tools", "/analytics/files",
         "/analytics/context", "/analytics/security", "/analytics/conversations", "/analytics/quality", "/consumers",
         "/consumers/files", "/fleet", "/reports", "/settings"]


def settle(page, quiet=300):
    """Waits until nothing is being loaded and nothing is told to be."""
    wait(page, """(quiet) => {
      const busy = document.querySelector('main .spinner, main .skeleton, main [aria-busy=true]');
      const state = window.settling ??= { since: performance.now() };
      if (busy) state.since = performance.now();
      return performance.now() - state.since >= quiet;
    }""", arg=quiet)
    page.evaluate("delete window.settling")


def wait(page, condition, arg=None, timeout=20_000):
    """Waits until a condition holds; it is asked from here, since the page's policy forbids it to ask by itself."""
    end = time.monotonic() + timeout / 1000 * SLACK
    while not page.evaluate(condition, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"after {timeout} ms still not: {condition.strip()[:200]}")
        page.wait_for_timeout(30)


def percentile(values, share):
    values = sorted(values)
    return values[max(0, min(len(values) - 1, int(len(values) * share + 0.999999) - 1))]


def record(name, **figures):
    """Keeps figures beside the screenshots, and prints them."""
    os.makedirs(OUTPUT, exist_ok=True)
    path = OUTPUT + "/figures.json"
    known = {}
    if os.path.exists(path):
        with open(path) as file:
            known = json.load(file)
    known[name] = figures
    with open(path, "w") as file:
        json.dump(known, file, indent=1, sort_keys=True)
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()), flush=True)


def file_name(path):
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "live"


def median(values):
    return statistics.median(values)
