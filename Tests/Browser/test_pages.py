"""Each page opens, says nothing in the console, and is right at every width."""
import os

import browser
from browser import Case


class Pages(Case):
    def test_each_page_opens_without_errors_or_violations(self):
        for path in self.addresses():
            with self.subTest(path):
                self.notes.faults.clear()
                self.open(path)
                self.assertEqual(self.page.get_by_role("main").count(), 1)
                self.assertEqual(self.page.get_by_role("heading", level=1).count(), 1)
                self.assertEqual(self.page.locator("main [role=alert]").count(), 0)
                self.assertIn("Tailship", self.page.title())
                self.assert_clean(path)

    def test_every_view_is_reached_by_the_navigation(self):
        self.open("/")
        links = self.page.get_by_role("navigation", name="Main").get_by_role("link")
        names = links.all_inner_texts()
        self.assertGreaterEqual(len(names), 7, names)
        for number in range(links.count()):
            links.nth(number).click()
            browser.wait(self.page, "document.querySelector('main h1') !== null")
            browser.settle(self.page)
            self.assertEqual(links.nth(number).get_attribute("aria-current"), "page")
        self.page.go_back()
        browser.settle(self.page)
        self.assert_clean()

    def test_what_there_is_not_says_what_to_do(self):
        # Both of these are answered with 404, which is what is tested.
        for path in ("/nowhere/at/all", "/sessions/ffffffffffffffff"):
            self.page.goto(self.stage.url + path)
            state = self.page.locator("main").get_by_role("status").or_(self.page.locator("main").get_by_role("alert"))
            state.first.wait_for()
            self.assertTrue(self.page.locator("main").get_by_role("link").or_(
                self.page.locator("main").get_by_role("button")).first.is_visible())

    def test_a_number_leads_to_what_it_counts(self):
        self.open("/analytics/cost")
        self.assertGreater(self.page.locator("main a[href*='/sessions']").count(), 0)
        self.open("/analytics/files")
        self.assertGreater(self.page.locator("main a[href]").count(), 0)

    def test_the_state_of_a_view_is_in_its_address(self):
        self.open("/sessions?project=garden")
        rows = self.page.locator("main").get_by_text("garden").count()
        self.assertGreater(rows, 0)
        self.assertEqual(self.page.locator("main a[href*='/sessions/']").get_by_text("Call it ten").count(), 0)
        self.open("/search?q=%22Exchange+3%22")
        self.assertGreater(self.page.locator("main mark").count(), 0)
        self.assert_clean()

    def test_the_title_and_the_icon_count(self):
        self.open("/")
        # Long counts have a narrow space before their unit: "(24.1 k) Live".
        browser.wait(self.page, r"/^\([^)]+\)/.test(document.title)")
        self.assertRegex(self.page.title(), r"^\([\d.,]+\s?[kMB]?\) ")
        self.assertTrue(self.page.locator("link[rel=icon]").get_attribute("href"))

    def test_screenshots(self):
        """At three widths in both themes, for somebody to look at; nothing is wider than the window."""
        os.makedirs(browser.OUTPUT, exist_ok=True)
        for theme in ("light", "dark"):
            for width, height in browser.WIDTHS.items():
                context = self.world.browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB")
                page = context.new_page()
                for path in self.addresses():
                    with self.subTest(f"{path} {width} {theme}"):
                        self.open(path, page)
                        name = f"{browser.file_name(path if not path.startswith('/sessions/') else 'session')}"
                        page.screenshot(path=f"{browser.OUTPUT}/{name}-{width}-{theme}.png", timeout=30_000 * browser.SLACK)
                        over = page.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth")
                        self.assertLessEqual(over, 0, f"{over} px too wide")
                context.close()


class Dark(Case):
    theme = "dark"

    def test_the_theme_follows_the_system_and_the_choice(self):
        self.open("/")
        dark = self.page.evaluate("getComputedStyle(document.body).backgroundColor")
        self.page.keyboard.press("t")
        light = self.page.evaluate("getComputedStyle(document.body).backgroundColor")
        self.assertNotEqual(dark, light)
        self.page.reload()
        browser.wait(self.page, "document.querySelector('main h1') !== null")
        self.assertEqual(self.page.evaluate("getComputedStyle(document.body).backgroundColor"), light)


class Still(Case):
    reduced = "reduce"

    def test_nothing_moves_where_movement_is_unwanted(self):
        self.open("/")
        moving = self.page.evaluate("""() => document.getAnimations()
          .filter((one) => one.playState === 'running' && (one.effect?.getComputedTiming().duration ?? 0) > 20).length""")
        self.assertEqual(moving, 0)


class Login(Case):
    def setUp(self):
        import stage
        import sessions
        self.world = browser.World.get()
        self.stage = stage.Stage(login=True)
        self.addCleanup(self.stage.stop)
        sessions.ordinary(self.stage.sessions, 1, exchanges=2)
        self.context = self.world.browser.new_context(locale="en-GB")
        self.page, self.notes = self.new_page()

    def test_a_link_logs_in_once(self):
        self.page.goto(self.stage.url + "/")
        self.page.wait_for_url("**/login")
        self.page.get_by_role("heading", level=1).wait_for()
        link = self.stage.receiver("login", "--role", "viewer").strip().splitlines()[-1]
        self.page.goto(link)
        self.page.wait_for_url(self.stage.url + "/")
        self.page.get_by_role("navigation", name="Main").wait_for()
        self.assertNotIn(link.split("#")[1], self.page.url)
        cookies = self.context.cookies()
        self.assertTrue(all(cookie["httpOnly"] and cookie["sameSite"] == "Strict" for cookie in cookies), cookies)
        self.assertEqual(self.page.evaluate("document.cookie"), "")
        other = self.world.browser.new_context()
        page = other.new_page()
        page.goto(link)
        page.get_by_role("alert").first.wait_for()
        other.close()

    def test_who_sees_numbers_only_is_offered_no_content(self):
        link = self.stage.receiver("login", "--role", "viewer-aggregate").strip().splitlines()[-1]
        self.page.goto(link)
        self.page.wait_for_url(self.stage.url + "/")
        names = self.page.get_by_role("navigation", name="Main").get_by_role("link")
        names.first.wait_for()
        self.assertFalse({"Sessions", "Search"} & set(names.all_inner_texts()))
        browser.settle(self.page)
        self.assertNotIn("Exchange", self.page.locator("main").inner_text())
        for path in ("/analytics/cost", "/analytics/files", "/consumers", "/fleet", "/reports", "/settings"):
            self.open(path)
        faults = [fault for fault in self.notes.faults if not fault.startswith(("401", "403"))]
        self.assertEqual(faults, [])
