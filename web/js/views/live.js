// @ts-check
// Live: today's numbers as they grow, and every message as it arrives.

import { get, isAborted, me } from "../core/api.js";
import { errorBlock, icon, stateBlock } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import { filterBar, isFiltered, none, toParams } from "../core/filters.js";
import { plural } from "../core/format.js";
import * as keys from "../core/keys.js";
import * as router from "../core/router.js";
import { openStream } from "../core/stream.js";
import { Feed } from "./live/feed.js";
import { Figures } from "./live/figures.js";
import { Side } from "./live/side.js";

const firstPage = 100;
const quietAfter = 20_000;

/**
 * @param {HTMLElement} root
 * @param {{query: URLSearchParams, signal: AbortSignal}} context
 */
export function mount(root, context) {
  return new LiveView(root, context);
}

class LiveView {
  /**
   * @param {HTMLElement} root
   * @param {{query: URLSearchParams, signal: AbortSignal}} context
   */
  constructor(root, { query, signal }) {
    this.query = query;
    this.signal = signal;
    /** @type {ReturnType<typeof openStream>|null} */
    this.stream = null;
    /** @type {AbortController|null} */
    this.asking = null;
    /** @type {string|null} */
    this.cursor = null;
    this.numbersAt = 0;
    this.figures = new Figures();
    this.feed = new Feed({ onOlder: () => void this.older() });
    this.side = new Side(signal);
    this.bar = filterBar({
      query, placeholder: "Only messages with these words", label: "Filter the stream", dates: false, onChange: (params) => router.setQuery(params),
      fields: ["agent", "owner", "project", "session", "tool", "name", "kind", "model", "has"],
    });
    this.pause = h("button", { class: "button quiet", onclick: () => this.feed.togglePause(), "aria-keyshortcuts": "Space" });
    this.head = h("header", { class: "live-head" }, this.bar, this.feed.note, this.pause);
    this.body = h("div", { class: "live-body" }, feedSkeleton());
    this.feed.onPause = () => this.drawPause();
    this.drawPause();
    replace(root, h("div", { class: "page page-wide live-page" }, h("h1", { class: "visually-hidden" }, "Live"), this.figures.element,
      h("div", { class: "live-columns" },
        h("section", { class: "card live-card", "aria-label": "Stream" },
          this.head, this.body),
        this.side.element)));
    this.unbind = [
      keys.bind("Space", "Pause, or follow again", () => this.feed.togglePause(), "Live"),
      keys.bind("j", "Next message", () => this.feed.step(1), "Live"),
      keys.bind("k", "Previous message", () => this.feed.step(-1), "Live"),
      keys.bind("Escape", "Close what is open, and follow", () => this.feed.resume(), "Live"),
    ];
    this.second = setInterval(() => this.tick(), 1000);
    void this.begin();
  }

  /** @param {URLSearchParams} query */
  update(query) {
    this.query = query;
    this.bar.update(query);
    void this.begin();
  }

  unmount() {
    this.stream?.close();
    this.asking?.abort();
    this.feed.close();
    this.side.close();
    clearInterval(this.second);
    for (const one of this.unbind) one();
  }

  tick() {
    if (document.hidden) return;
    this.figures.tick();
    if (Date.now() - this.numbersAt > quietAfter) void this.askNumbers();
  }

  drawPause() {
    const paused = this.feed.paused;
    this.pause.setAttribute("aria-pressed", String(paused));
    replace(this.pause, icon(paused ? "play" : "pause"), paused ? "Resume" : "Pause");
  }

  /** @param {ApiLive} numbers */
  took(numbers) {
    this.numbersAt = Date.now();
    this.figures.set(numbers);
    this.side.set(numbers);
    dispatchEvent(new CustomEvent("tailship:numbers", { detail: numbers }));
  }

  async askNumbers() {
    this.numbersAt = Date.now();
    try {
      this.took(await get("live", {}, { signal: this.signal }));
    } catch {
      // The stream's state says so.
    }
  }

  /** What there is, then the stream exactly behind it. */
  async begin() {
    this.asking?.abort();
    this.stream?.close();
    this.stream = null;
    const asking = new AbortController();
    this.asking = asking;
    void this.askNumbers();
    const filters = toParams(this.query);
    try {
      if ((await me()).role === "viewer-aggregate") {
        // There is no stream to filter or to pause.
        this.head.hidden = true;
        replace(this.body, stateBlock({ kind: "empty", title: "Your role sees numbers.", text: "The messages themselves are for the roles viewer-own, viewer and admin." }));
        this.listen({}, null);
        return;
      }
      const page = await get("entries", { ...filters, limit: firstPage }, { signal: asking.signal });
      if (asking.signal.aborted) return;
      this.cursor = page.next;
      this.feed.older.hidden = !this.cursor;
      this.feed.reset(page.entries);
      this.drawBody();
      this.listen(filters, page.position);
    } catch (error) {
      if (isAborted(error) || asking.signal.aborted) return;
      replace(this.body, errorBlock(error, () => void this.begin()));
      this.listen({}, null);
    }
  }

  /**
   * @param {import("../core/api.js").Params} filters
   * @param {string|null} after
   */
  listen(filters, after) {
    this.stream = openStream({ ...filters, after }, {
      entry: (entry) => {
        this.feed.add(entry);
        if (!this.feed.element.isConnected) {
          this.feed.flush();
          this.drawBody();
        }
      },
      numbers: (numbers) => this.took(numbers),
      machines: () => void this.side.askMachines(),
      skipped: () => void this.begin(),
      reset: () => void this.begin(),
      state: (state) => dispatchEvent(new CustomEvent("tailship:connection", { detail: state })),
    });
  }

  /** The rows, or why there are none. */
  drawBody() {
    if (this.feed.rows.size) {
      if (!this.feed.element.isConnected) replace(this.body, this.feed.element);
      return;
    }
    const enrolled = this.figures.numbers?.machines.enrolled ?? 0;
    replace(this.body, isFiltered(this.query)
      ? stateBlock({
        kind: "empty", title: "Nothing like this yet.", text: "It will appear here as soon as it is said.",
        action: h("button", { class: "button", onclick: () => router.setQuery(none()) }, "Show everything"),
      })
      : stateBlock({
        kind: "empty", title: "Nothing has arrived yet.",
        text: enrolled ? `${plural(enrolled, "machine")} ${enrolled === 1 ? "is" : "are"} enrolled. Talk to an assistant there: every line appears here.`
          : "Enrol a machine, then talk to an assistant on it: every line appears here.",
        action: h("a", { class: "button", href: "/fleet" }, enrolled ? "See the fleet" : "Enrol a machine"),
      }));
  }

  async older() {
    if (!this.cursor) return;
    if (this.feed.isFull) {
      router.navigate(`/search${location.search ? `${location.search}&` : "?"}order=newest`);
      return;
    }
    try {
      const page = await get("entries", { ...toParams(this.query), limit: firstPage, cursor: this.cursor }, { signal: this.signal });
      this.cursor = page.next;
      this.feed.append(page.entries);
      this.feed.older.hidden = !this.cursor;
      if (this.feed.isFull) replace(this.feed.older, "Older ones: search");
    } catch (error) {
      if (!isAborted(error)) replace(this.feed.older, "Not to be had now; try again");
    }
  }
}

/** Grey rows of the height of the rows to come. */
function feedSkeleton() {
  return h("div", { class: "feed-skeleton", role: "status", "aria-label": "Loading the messages" },
    Array.from({ length: 18 }, () => h("span", { class: "feed-skeleton-row", "aria-hidden": "true" }, h("span", { class: "skeleton-line" }))));
}
