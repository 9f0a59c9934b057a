"""What sessions hold stays text, wherever it is shown."""
import browser
import sessions
from browser import Case, settle

# Elements that only the text of others could have made.
STRANGE = """() => {
  const main = document.querySelector('body');
  const found = [];
  for (const element of main.querySelectorAll('script, iframe, object, embed, base, style, math, frame, meta, link')) {
    if (element.tagName === 'SCRIPT' && element.src.startsWith(location.origin + '/')) continue;
    found.push(element.outerHTML.slice(0, 120));
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`${name}=${value}`.slice(0, 120));
      if (/^(href|src|action|formaction|xlink:href|data)$/i.test(name) && /^\\s*(javascript|vbscript|data:text)/i.test(value)) {
        found.push(`${name}=${value}`.slice(0, 120));
      }
      // Only a link that says where it leads may lead away.
      const leads = element.tagName === 'A' && /noopener/.test(element.rel) && element.target === '_blank';
      if (/^(src|action|href)$/i.test(name) && !leads && !value.startsWith('#')
          && !/^(data:image|blob)/.test(value) && new URL(value, location.href).origin !== location.origin) {
        found.push(`${name}=${value}`.slice(0, 120));
      }
    }
    if (element.tagName === 'IMG' && !element.src.startsWith(location.origin) && !/^(data|blob):/.test(element.src)) {
      found.push(element.outerHTML.slice(0, 120));
    }
  }
  return found;
}"""
BIDI = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data;
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(text)) found.push(text.slice(0, 80));
  }
  if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.title)) found.push('title ' + document.title);
  return found;
}"""


# Opens what is closed and can be seen now: its name, or null when everything is open.
OPEN_ONE = """() => {
  const frame = document.querySelector('.session-scroller').getBoundingClientRect();
  for (const control of document.querySelectorAll('.session-scroller [aria-expanded=false]')) {
    const box = control.getBoundingClientRect();
    if (box.bottom < frame.top || box.top > frame.bottom) continue;
    const item = control.closest('[data-item]')?.dataset.item ?? '';
    control.click();
    return item + control.textContent.slice(0, 80);
  }
  return null;
}"""


class Hostile(Case):
    def check(self, path):
        self.assertIsNone(self.page.evaluate("window.hacked ?? null"), path)
        self.assertEqual(self.page.evaluate(STRANGE), [], path)
        self.assertEqual(self.page.evaluate(BIDI), [], path)
        self.assertEqual(self.page.locator("#view").count(), 1)
        self.assertNotEqual(self.page.evaluate("getComputedStyle(document.body).display"), "none")
        self.assert_clean(path)

    def test_in_the_session(self):
        self.open("/sessions/" + self.world.row(self.world.hostile))
        self.assertIn("<script>window.hacked=1</script>", self.page.locator("main").inner_text())
        self.page.mouse.move(640, 400)
        for _ in range(60):
            self.check("the session")
            self.page.mouse.wheel(0, 1500)
            self.page.wait_for_timeout(30)
        # Everything that opens is opened, from the end to the beginning. Rows come and go while their
        # heights become known, so that a control is pressed at once where it is found.
        opened = set()
        for _ in range(400):
            name = self.page.evaluate(OPEN_ONE)
            if name is not None:
                opened.add(name)
                continue
            settle(self.page, 50)
            self.check("the session, opened")
            if self.page.evaluate("document.querySelector('.session-scroller').scrollTop") <= 0:
                break
            self.page.mouse.wheel(0, -300)
            self.page.wait_for_timeout(30)
        else:
            self.fail("the beginning was not reached")
        self.assertGreater(len(opened), 35)

    def test_in_every_other_page(self):
        for path in ["/", "/sessions", "/search?q=hacked", "/search?q=evil", "/analytics/tools", "/analytics/files",
                     "/analytics/cost", "/analytics/security", "/analytics/conversations", "/analytics/quality",
                     "/fleet", "/reports"]:
            with self.subTest(path):
                self.notes.faults.clear()
                self.open(path)
                self.check(path)

    def test_on_the_stream(self):
        self.open("/")
        session = sessions.Session(self.stage.sessions, "/home/ann/<b>bold</b>", seed=120, branch="<i>x</i>")
        for text in sessions.HOSTILE + (sessions.BIDI,):
            session.prompt("streamed " + text, now=True)
            session.answer(sessions.said("answered " + text), now=True, model="<u>model</u>")
        session.prompt("the last of them", now=True)
        session.write()
        self.page.get_by_text("the last of them").first.wait_for()
        self.check("/")
        self.assertIn("<script>window.hacked=1</script>", self.page.locator("main").inner_text())

    def test_in_the_address(self):
        text = "%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E"
        for path in (f"/search?q={text}", f"/sessions?project={text}", f"/analytics/cost?project={text}"):
            self.page.goto(self.stage.url + path)
            browser.wait(self.page, "document.querySelector('main h1, main [role=alert]') !== null")
            settle(self.page)
            self.assertIsNone(self.page.evaluate("window.hacked ?? null"), path)
            self.assertEqual(self.page.evaluate(STRANGE), [], path)

    def test_an_attachment_that_is_a_script_is_a_download(self):
        row = self.world.row(self.world.hostile)
        attachments = self.stage.get(f"/api/sessions/{row}/attachments")["attachments"]
        for attachment in attachments:
            answer = self.context.request.get(self.stage.url + "/api/attachments/" + attachment["id"])
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
            self.assertIn("sandbox", answer.headers["content-security-policy"])
            self.assertTrue(answer.headers["content-disposition"].startswith("attachment"))
