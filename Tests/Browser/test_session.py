"""The session's view: large ones open at once and scroll, every part works."""
import re

import browser
from browser import SLACK, Case

PROMPT = "/Prompt at \\\\d+/g"


class SessionView(Case):
    def first_content(self, path, pattern):
        """Milliseconds from the navigation to the first painted text of the transcript."""
        page, notes = self.new_page()
        # Not the title above it.
        page.add_init_script(f"window.wanted = [new RegExp({pattern!r}, 'g')]; window.within = '.transcript *'")
        page.goto(self.stage.url + path)
        browser.wait(page, "Object.values(window.seen).some((time) => time > 0)")
        took = page.evaluate("Math.min(...Object.values(window.seen).filter((time) => time > 0)) - performance.timeOrigin")
        self.assertEqual(notes.faults, [])
        return took, page

    def test_twenty_thousand_records_open_within_half_a_second(self):
        path = "/sessions/" + self.world.row(self.world.large)
        times = []
        for _ in range(5):
            took, page = self.first_content(path, r"Prompt at \d+|\bread |\bthe |\bwhen ")
            times.append(took)
            elements = page.evaluate("document.querySelectorAll('main *').length")
            page.close()
        browser.record("20,000 records open", p50_ms=round(browser.median(times)), most_ms=round(max(times)),
                       elements=elements)
        self.assertLessEqual(browser.median(times), 500 * SLACK)
        self.assertLess(elements, 12_000)

    def test_a_large_session_scrolls(self):
        self.open("/sessions/" + self.world.row(self.world.large))
        self.page.mouse.move(640, 400)
        self.page.evaluate("""() => {
          window.frames_ = [];
          let last = performance.now();
          const frame = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(frame); };
          requestAnimationFrame(frame);
        }""")
        for _ in range(60):
            self.page.mouse.wheel(0, 800)
            self.page.wait_for_timeout(16)
        for _ in range(20):
            self.page.mouse.wheel(0, -1200)
            self.page.wait_for_timeout(16)
        frames = self.page.evaluate("window.frames_.slice(2)")
        elements = self.page.evaluate("document.querySelectorAll('main *').length")
        browser.record("scrolling", p50_ms=round(browser.median(frames), 1),
                       p95_ms=round(browser.percentile(frames, 0.95), 1), elements=elements)
        self.assertLess(elements, 12_000)
        self.assertLessEqual(browser.percentile(frames, 0.5), 34 * SLACK)
        self.assert_clean()

    def test_ten_thousand_calls_open(self):
        took, page = self.first_content("/sessions/" + self.world.row(self.world.calls), r"echo \d+|Call it ten")
        browser.record("10,000 calls open", ms=round(took))
        self.assertLess(page.evaluate("document.querySelectorAll('main *').length"), 12_000)
        self.assertLessEqual(took, 1000 * SLACK)

    def test_a_line_of_five_megabytes_is_folded(self):
        took, page = self.first_content("/sessions/" + self.world.row(self.world.long), r"Long: 0123|after the long")
        browser.record("5 MB line opens", ms=round(took))
        self.assertLess(page.evaluate("document.querySelector('main').textContent.length"), 2_000_000)
        self.assertEqual(page.locator("main b").get_by_text("0123456789").count(), 0)
        self.assertLessEqual(took, 2000 * SLACK)

    def test_a_session_shows_what_was_said_done_and_changed(self):
        self.open("/sessions/" + self.world.row(self.world.ordinary[0]))
        # Its times are still to come, so it runs: it is shown from its end.
        self.page.locator(".session-scroller").focus()
        self.page.keyboard.press("Home")
        call = self.page.get_by_role("button", name=re.compile("make test PART=0"))
        call.wait_for()
        self.assertIn("Exchange 0", self.page.locator("main").inner_text())
        self.assertEqual(call.get_attribute("aria-expanded"), "false")
        call.click()
        self.page.locator(".call.is-open .command").get_by_text("make test PART=0").wait_for()
        # What the header does not tell is in the record that it is from.
        item = self.page.locator("article", has=call)
        item.hover()
        item.get_by_role("button", name=re.compile("^Inspect")).click()
        inspector = self.page.get_by_role("complementary", name="Inspector")
        inspector.get_by_text("run the tests").first.wait_for()
        self.assertRegex(inspector.inner_text(), "[0-9a-f]{64}")
        self.assertIn("claude --resume", self.page.content())
        self.assertGreater(self.page.locator("main").get_by_text(re.compile("let a = ")).count(), 0)
        self.assert_clean()

    def test_a_link_to_one_item_shows_it(self):
        row = self.world.row(self.world.ordinary[1])
        points = self.stage.get(f"/api/sessions/{row}/outline")["points"]
        point = next(one for one in reversed(points) if one["type"] == "prompt")
        self.open(f"/sessions/{row}?item={point['id']}")
        shown = self.page.get_by_text(point["text"][:20]).last
        shown.wait_for()
        self.assertTrue(shown.is_visible())
        self.assert_clean()

    def test_what_is_written_now_appears(self):
        import sessions
        session = sessions.Session(self.stage.sessions, "/home/ann/grows", seed=110)
        session.prompt("it begins", now=True).write()
        self.stage.until("it is known", lambda: (self.stage.get(f"/api/sessions/{session.id}") or {}).get("session"))
        self.open("/sessions/" + session.id)
        self.page.get_by_text("it begins").first.wait_for()
        session.answer(sessions.said("and it goes on"), now=True).write()
        self.page.get_by_text("and it goes on").first.wait_for()
        self.assert_clean()
