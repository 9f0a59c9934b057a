"""Contrast, names, roles, focus, and the keyboard alone."""
import glob
import os
import sys
import unittest

import browser
import sessions
from browser import Case


def axe():
    """The rules of axe-core, from the PyPI package axe-playwright-python; None without it."""
    for folder in sys.path:
        for path in glob.glob(os.path.join(folder, "axe_playwright_python", "axe.min.js")):
            with open(path, encoding="utf-8") as file:
                return file.read()
    return None


class Rules(Case):
    def check(self, theme, width=1280, paths=None):
        source = axe()
        if source is None:
            raise unittest.SkipTest("axe-playwright-python is not installed: make test-servers")
        context = self.world.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB", reduced_motion="reduce")
        page = context.new_page()
        for path in paths or self.addresses():
            with self.subTest(f"{path} {theme}"):
                self.open(path, page)
                page.evaluate(source)
                result = page.evaluate("""() => axe.run(document, { runOnly: {
                  type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })""")
                found = [f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"[:500]
                         for one in result["violations"] for node in one["nodes"][:5]]
                self.assertEqual(found, [])
        context.close()

    def test_light(self):
        self.check("light")

    def test_dark(self):
        self.check("dark")

    def test_narrow(self):
        self.check("light", 360)

    def test_a_session_that_was_forked(self):
        session = sessions.Session(self.stage.sessions, "/home/ann/ship", seed=320)
        session.extra = {"forkedFrom": {"sessionId": self.world.ordinary[0].id}}
        session.prompt("asked").answer(sessions.said("answered"))
        fork = session.parent
        session.prompt("one way").answer(sessions.said("first"))
        session.parent = fork
        session.prompt("the other way").command("/model", output="Kept").write()
        self.stage.until("it is known", lambda: (self.stage.get(f"/api/sessions/{session.id}") or {}).get("items", 0) >= session.count,
                         60 * browser.SLACK)
        row = self.stage.get(f"/api/sessions/{session.id}")["session"]["id"]
        self.check("light", 1280, ["/sessions/" + row])


# What has the focus: whether it can be seen and is named, and where it stands in the document.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const named = element.getAttribute('aria-label') || element.getAttribute('aria-labelledby')
    || element.textContent.trim() || element.title || element.labels?.length || element.placeholder || element.alt;
  window.order ??= new Map();
  const known = window.order.has(element);
  window.order.set(element, true);
  const former = window.former;
  window.former = element;
  // What was scrolled away has no place any more.
  const backwards = Boolean(former?.isConnected
    && former.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING);
  return { backwards, known, named: Boolean(named), tag: element.outerHTML.slice(0, 140),
    ring: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
    visible: box.width > 0 && box.height > 0 && style.visibility !== 'hidden',
    tabindex: element.tabIndex };
}"""


class Keyboard(Case):
    def test_the_focus_goes_through_each_page_in_its_order(self):
        for path in self.addresses():
            with self.subTest(path):
                self.open(path)
                self.page.evaluate("""() => {
                  window.order = new Map();
                  window.former = null;
                  // A field may have the focus already: it begins at the beginning.
                  document.body.tabIndex = -1;
                  document.body.focus();
                  document.body.removeAttribute('tabindex');
                }""")
                backwards = 0
                for number in range(80):
                    self.page.keyboard.press("Tab")
                    focused = self.page.evaluate(FOCUSED)
                    if focused is None or focused["known"]:
                        break
                    if number == 0:
                        self.assertIn("skip", focused["tag"].lower())
                    self.assertTrue(focused["named"], focused)
                    self.assertTrue(focused["visible"], focused)
                    self.assertTrue(focused["ring"], focused)
                    self.assertEqual(focused["tabindex"], 0, focused)
                    backwards += focused["backwards"]
                self.assertGreater(number, 5)
                self.assertEqual(backwards, 0)

    def test_letters_lead_to_pages(self):
        self.open("/")
        for keys, path in (("gs", "/sessions"), ("ga", "/analytics"), ("gc", "/consumers"), ("gf", "/fleet"),
                           ("gr", "/reports"), ("gl", "/")):
            for key in keys:
                self.page.keyboard.press(key)
            browser.wait(self.page, "(path) => location.pathname === path || (path !== '/' && location.pathname.startsWith(path))",
                                        arg=path)
            browser.wait(self.page, "document.querySelector('main h1') !== null")
            browser.settle(self.page)
        self.assert_clean()

    def test_the_question_mark_helps_and_escape_closes(self):
        self.open("/")
        self.page.keyboard.press("?")
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        self.assertIn("Go to", dialog.inner_text())
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")

    def test_the_slash_searches(self):
        self.open("/sessions")
        self.page.keyboard.press("/")
        self.assertEqual(self.page.evaluate("document.activeElement.tagName"), "INPUT")
        self.page.keyboard.press("Control+K")
        self.page.get_by_role("dialog").wait_for()
        self.page.keyboard.type("Exchange")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/search?*")
        self.assert_clean()

    def test_j_and_k_move_through_sessions_and_enter_opens(self):
        self.open("/sessions")
        self.page.keyboard.press("j")
        self.page.keyboard.press("j")
        self.page.keyboard.press("k")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/sessions/*")
        self.assert_clean()

    def test_the_skip_link_leads_to_the_content(self):
        self.open("/sessions")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        self.assertEqual(self.page.evaluate("document.activeElement.id"), "view")

    def test_the_stream_is_told_in_few_words(self):
        """Not each row is read out, but a summary now and then."""
        self.open("/")
        polite = self.page.locator("[aria-live=polite], [role=status]").count()
        self.assertGreater(polite, 0)
        self.assertEqual(self.page.locator("[aria-live=assertive]").count(), 0)
        self.assertEqual(self.page.locator("[role=log]:not([aria-live=off])").count(), 0)
