"""How the page behaves towards who reads it, and what it makes of what was typed."""
import datetime
import re

import browser
import sessions
from browser import Case

# Texts of the transcript that lie under the time or the buttons beside them.
COVERED = """() => {
  const found = [];
  for (const item of document.querySelectorAll('.session-scroller .item')) {
    const aside = item.querySelector(':scope > .item-aside');
    for (const part of aside?.children ?? []) {
      const box = part.getBoundingClientRect();
      if (!box.width) continue;
      const walker = document.createTreeWalker(item.querySelector('.item-content'), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const clip = walker.currentNode.parentElement.getBoundingClientRect();
        for (const text of range.getClientRects()) {
          const right = Math.min(text.right, clip.right);
          if (text.left < box.right - 1 && right > box.left + 1 && text.top < box.bottom - 2 && text.bottom > box.top + 2) {
            found.push(`${part.textContent} over ${walker.currentNode.data.slice(0, 40)}`);
          }
        }
      }
    }
  }
  return found;
}"""


class Manners(Case):
    def known(self, session):
        """A session that was just written, when all of it has rows: its address."""
        self.stage.until("it is known", lambda: (self.stage.get(f"/api/sessions/{session.id}") or {}).get("items", 0) >= session.count, 60 * browser.SLACK)
        return "/sessions/" + self.stage.get(f"/api/sessions/{session.id}")["session"]["id"]

    def typed(self, seed, **more):
        session = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=seed, **more)
        session.prompt("Before the commands")
        session.command("/gsd:plan", "14 with <b>care</b>")
        session.command("/clear", output="(no content)")
        session.command("/model", output="Kept model as Opus")
        session.shell("git switch main", "Switched to branch 'main'\nYour branch is up to date.")
        session.answer(sessions.said("After the commands"))
        return session.write()

    def test_commands_are_shown_as_they_were_typed(self):
        self.open(self.known(self.typed(301)))
        self.page.keyboard.press("Home")
        main = self.page.locator(".session-scroller")
        main.get_by_text("Before the commands").wait_for()
        chip = main.locator(".command-chip")
        self.assertEqual(chip.all_inner_texts(), ["/gsd:plan", "/clear", "/model"])
        main.get_by_text("14 with <b>care</b>").wait_for()
        main.get_by_text("Kept model as Opus").wait_for()
        main.get_by_text("No output").wait_for()
        self.assertIn("git switch main", main.locator(".command.typed").inner_text())
        main.get_by_text("Switched to branch 'main'").wait_for()
        shown = self.page.locator("main").inner_text()
        self.assertNotRegex(shown, "command-name|command-args|bash-input|local-command")
        # As it was written, it is in the mode Raw and in the record.
        self.page.get_by_role("button", name="Raw").click()
        main.get_by_text("<command-name>/gsd:plan</command-name>").wait_for()
        self.assert_clean()

    def test_no_time_lies_over_words_in_a_narrow_window(self):
        address = self.known(self.typed(302))
        for width in (360, 390, 768):
            with self.subTest(width):
                self.page.set_viewport_size({"width": width, "height": 800})
                for path in (address, "/sessions/" + self.world.row(self.world.ordinary[0])):
                    self.open(path)
                    self.page.keyboard.press("Home")
                    browser.settle(self.page)
                    self.assertEqual(self.page.evaluate(COVERED), [])

    def test_what_is_the_same_is_not_drawn_anew(self):
        """Whoever reads, or is about to press a button, is not disturbed by what comes."""
        ago = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
        session = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=303, start=ago)
        session.prompt("it stays")
        for number in range(3):
            session.call("Bash", {"command": f"echo {number}"}, "done")
        session.write()
        self.open(self.known(session))
        call = self.page.get_by_role("button", name=re.compile("echo 1"))
        call.focus()
        handle = call.element_handle()
        for number in range(4):
            session.answer(sessions.said(f"and it goes on {number}"), now=True).write()
            self.page.get_by_text(f"and it goes on {number}").first.wait_for()
        self.assertTrue(handle.evaluate("(element) => element.isConnected"), "it was drawn anew")
        self.assertTrue(handle.evaluate("(element) => element === document.activeElement"), "it has lost the focus")
        self.assert_clean()

    def test_what_was_asked_anew_is_a_branch(self):
        session = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=304)
        session.prompt("the beginning").answer(sessions.said("begun"))
        fork = session.parent
        session.prompt("the first way").answer(sessions.said("first answer"))
        session.parent = fork
        session.prompt("the second way").answer(sessions.said("second answer"))
        session.write()
        other = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=305)
        other.extra = {"forkedFrom": {"sessionId": session.id, "messageUuid": fork}}
        other.prompt("another fork").answer(sessions.said("forked")).write()
        self.known(other)
        address = self.known(session)
        self.open(address)
        self.page.get_by_text("Branch 1 of 2: left behind.").wait_for()
        self.page.get_by_text("Branch 2 of 2: asked anew.").wait_for()
        family = self.page.get_by_role("navigation", name="Outline")
        family.get_by_role("link", name="another fork").click()
        self.page.get_by_text("Forked from").wait_for()
        self.page.locator(".session-scroller").get_by_role("link", name=re.compile("the beginning")).click()
        self.page.wait_for_url("**" + address)
        self.page.get_by_text("Forked into").wait_for()
        self.assert_clean()

    def test_enter_in_the_palette_does_the_same_before_and_after_the_answer(self):
        self.open("/fleet")
        for waits in (False, True):
            self.page.keyboard.press("Control+K")
            dialog = self.page.get_by_role("dialog")
            dialog.wait_for()
            self.page.keyboard.type("Exchange 3")
            if waits:
                dialog.get_by_role("option").nth(2).wait_for()
            self.page.keyboard.press("Enter")
            self.page.wait_for_url("**/search?q=Exchange%203")
        self.page.keyboard.press("Control+K")
        dialog.wait_for()
        self.page.keyboard.type("consumers")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/consumers")
        self.page.keyboard.press("Control+K")
        dialog.wait_for()
        self.page.keyboard.type(self.world.ordinary[0].id)
        self.page.get_by_role("option").filter(has_text="Session").first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/sessions/" + self.world.row(self.world.ordinary[0]))
        self.assert_clean()

    def test_findings_are_marked_by_the_dozen(self):
        session = sessions.Session(self.stage.sessions, "/home/ann/danger", seed=306)
        session.prompt("clean up", now=True)
        for number in range(30):
            session.call("Bash", {"command": f"rm -rf /srv/old{number}"}, "")
        session.write()
        counted = lambda: self.stage.get("/api/findings", project="danger", state="new", limit=1)["total"]
        self.known(session)
        self.stage.until("they are found", lambda: counted() == 30, 60 * browser.SLACK)
        self.open("/analytics/security?project=danger")
        inbox = self.page.get_by_role("region", name="Inbox")
        boxes = inbox.get_by_role("checkbox", name=re.compile("^Choose .* in "))
        boxes.first.wait_for()
        self.assertEqual(boxes.count(), 25)
        # A row, then another with Shift: those between are chosen too.
        boxes.nth(1).click()
        boxes.nth(4).click(modifiers=["Shift"])
        inbox.get_by_text("4 chosen").wait_for()
        inbox.get_by_role("button", name="False positive", exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Note").fill("a test's folders")
        dialog.get_by_role("button", name="False positive").click()
        self.stage.until("four are marked", lambda: counted() == 26, 60 * browser.SLACK)
        self.page.get_by_role("button", name="Undo").click()
        self.stage.until("nothing is marked", lambda: counted() == 30, 60 * browser.SLACK)
        browser.settle(self.page)
        # All that the filters leave, also those on further pages.
        inbox.get_by_label("Choose all that are shown").check()
        inbox.get_by_role("button", name="Choose all 30").click()
        inbox.get_by_text("30 chosen").wait_for()
        inbox.get_by_role("button", name="Triaged", exact=True).first.click()
        dialog.get_by_role("button", name="Triaged").click()
        self.stage.until("all are marked", lambda: counted() == 0, 60 * browser.SLACK)
        self.page.get_by_text("Everything in this range has been looked at.").wait_for()
        self.assert_clean()

    def test_a_rewind_is_drawn_before_it_is_done(self):
        self.open("/consumers/files")
        self.page.get_by_role("button", name="Rewind…").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_text("Dry run: nothing has been done yet").wait_for()
        dialog.get_by_role("img", name=re.compile("delivered again from there to")).wait_for()
        delivered = lambda: next(one for one in self.stage.get("/api/consumers")["consumers"] if one["name"] == "files")["delivered"]
        before = delivered()
        dialog.get_by_role("button", name="1 hour ago").click()
        self.assertTrue(dialog.get_by_role("radio", name="A time").is_checked())
        confirm = dialog.get_by_role("button", name=re.compile("^Rewind .* rows?$"))
        confirm.wait_for()
        self.assertEqual(delivered(), before)
        confirm.click()
        dialog.wait_for(state="detached")
        self.stage.until("rows are delivered again", lambda: delivered() > before, 60 * browser.SLACK)
        self.page.get_by_text(re.compile("^files: .* sent again|^files .* sent again")).wait_for()
        self.assert_clean()

    def test_a_receiver_that_does_not_answer_is_told_and_what_came_meanwhile_is_shown(self):
        session = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=308)
        for path in ("/fleet", "/"):
            with self.subTest(path):
                self.open(path)
                self.context.set_offline(True)
                told = self.page.get_by_text("The receiver does not answer.").first
                told.wait_for(timeout=40_000 * browser.SLACK)
                session.prompt("said meanwhile, before " + path, now=True).write()
                self.context.set_offline(False)
                told.wait_for(state="detached", timeout=40_000 * browser.SLACK)
        self.page.get_by_text("said meanwhile, before /").first.wait_for()

    def test_context_in_runs_is_one_line_that_opens(self):
        session = sessions.Session(self.stage.sessions, "/home/ann/typed", seed=307)
        session.prompt("what follows is told by the program")
        for number in range(5):
            session._line("user", {"isMeta": True, "message": {"role": "user", "content": f"told {number}"}})
        session.answer(sessions.said("and an answer")).write()
        self.open(self.known(session))
        self.page.keyboard.press("Home")
        main = self.page.locator(".session-scroller")
        run = main.get_by_role("button", name=re.compile("^5 × context"))
        run.wait_for()
        self.assertEqual(main.get_by_text("told 3").count(), 0)
        run.click()
        main.get_by_text("told 3").wait_for()
        self.assertEqual(main.get_by_text("told 4").count(), 1)
        # A link to one of them opens the run too.
        items = self.stage.get("/api/sessions/" + self.page.url.split("/")[-1] + "/transcript")["items"]
        told = next(item for item in items if item["text"] == "told 4")
        self.open(f"{self.page.url[len(self.stage.url):].split('?')[0]}?item={told['id']}")
        main.get_by_text("told 4").first.wait_for()
        self.assert_clean()

    def test_the_focus_stays_where_one_works(self):
        """What a press draws anew has the focus again: by the keyboard alone one is not sent back to the top."""
        def press(locator, key="Enter"):
            locator.focus()
            self.page.keyboard.press(key)
            browser.settle(self.page)

        def focused(name):
            browser.wait(self.page, """(name) => {
              const active = document.activeElement;
              return (active.getAttribute('aria-label') ?? active.textContent).startsWith(name);
            }""", arg=name)
        self.open("/sessions")
        press(self.page.get_by_role("button", name="Add filter"))
        self.page.get_by_role("menuitem", name="User").focus()
        self.page.keyboard.press("Enter")
        self.page.keyboard.type("ann")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/sessions?owner=ann")
        focused("Add filter")
        press(self.page.get_by_role("button", name="Remove User: ann"))
        focused("Add filter")
        self.open("/sessions/" + self.world.row(self.world.ordinary[0]))
        press(self.page.get_by_role("button", name="Skim"))
        focused("Skim")
        press(self.page.get_by_role("tab", name="Cost"), "ArrowRight")
        focused("Context")
        self.open("/search?q=offsets")
        press(self.page.get_by_role("button", name="Newest"))
        focused("Newest")
        self.open("/consumers/files")
        press(self.page.get_by_role("button", name="Rewind…"))
        self.assertTrue(self.page.get_by_role("radio", name="The beginning").evaluate("(one) => one === document.activeElement"))
        self.page.keyboard.press("Escape")
        focused("Rewind")
        self.assert_clean()
