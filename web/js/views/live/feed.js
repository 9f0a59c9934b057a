// @ts-check
// The stream as rows, newest first. It follows until somebody reads: a scroll, an opened row or a
// selection leaves the rows where they are, and what comes is counted until it is wanted.

import { announce, icon } from "../../core/components.js";
import { h, replace, setText } from "../../core/dom.js";
import { number, plural } from "../../core/format.js";
import { details, row } from "./row.js";

const longest = 500;
const frame = 250;
const leavesAfter = 16;
const mostPerSecond = 200;
const mostPerFrame = mostPerSecond / (1000 / frame);
const summaryEvery = 10_000;

export class Feed {
  /** @param {{onOlder: () => void}} options */
  constructor({ onOlder }) {
    /** @type {Map<string, {entry: ApiEntry, element: HTMLLIElement}>} */
    this.rows = new Map();
    /** What waits for its frame, or for the reader, oldest first; never more than the rows there can be. */
    this.waiting = /** @type {ApiEntry[]} */ ([]);
    this.count = 0;
    this.paused = false;
    this.flushed = 0;
    this.open = new Set();
    this.second = { begins: 0, count: 0, dropped: 0 };
    /** @type {Map<string, number>} */
    this.heard = new Map();
    this.list = h("ol", { class: "feed-list", "aria-label": "Messages, newest first" });
    this.older = h("button", { class: "button quiet small", onclick: onOlder }, "Older");
    this.end = h("div", { class: "feed-end" }, this.older);
    this.scroller = h("div", { class: "feed-scroller", tabindex: "0", role: "region", "aria-label": "Stream of messages" }, this.list, this.end);
    this.pill = h("button", { class: "feed-pill", hidden: true, onclick: () => this.resume() });
    this.note = h("span", { class: "feed-note muted", "aria-hidden": "true" });
    this.element = h("div", { class: "feed" }, this.pill, this.scroller);
    this.scroller.addEventListener("scroll", () => this.drawPill(), { passive: true });
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.frames = setInterval(() => Date.now() - this.flushed >= frame - 5 && this.flush(), frame);
    this.summaries = setInterval(() => this.summarise(), summaryEvery);
  }

  close() {
    clearInterval(this.frames);
    clearInterval(this.summaries);
  }

  /** Whether rows may move. */
  follows() {
    if (this.paused || this.open.size || this.scroller.scrollTop > leavesAfter) return false;
    const selection = getSelection();
    return !(selection && !selection.isCollapsed && selection.anchorNode && this.list.contains(selection.anchorNode));
  }

  /**
   * Begins anew with these, newest first.
   * @param {ApiEntry[]} entries
   */
  reset(entries) {
    this.rows.clear();
    this.open.clear();
    this.waiting = [];
    this.count = 0;
    this.list.replaceChildren();
    for (const entry of entries) this.put(entry, false);
    this.scroller.scrollTop = 0;
    this.drawPill();
  }

  /** @param {ApiEntry[]} entries newest first, behind those that are shown */
  append(entries) {
    for (const entry of entries) if (this.rows.size < longest) this.put(entry, false);
  }

  get isFull() {
    return this.rows.size >= longest;
  }

  /** @param {ApiEntry} entry */
  add(entry) {
    this.heard.set(entry.machine, (this.heard.get(entry.machine) ?? 0) + 1);
    const now = Date.now();
    if (now - this.second.begins >= 1000) {
      setText(this.note, this.second.dropped ? `${number(this.second.dropped)} more this second` : "");
      this.second = { begins: now, count: 0, dropped: 0 };
    }
    this.second.count += 1;
    this.count += 1;
    this.waiting.push(entry);
    if (this.waiting.length > longest) this.waiting.splice(0, this.waiting.length - longest);
    // What comes alone is shown at once; what comes in numbers, four times a second.
    if (now - this.flushed >= frame) {
      this.flushed = now;
      requestAnimationFrame(() => this.flush());
    }
  }

  flush() {
    if (this.second.begins && Date.now() - this.second.begins > 2000) setText(this.note, "");
    if (!this.waiting.length || document.hidden) {
      if (document.hidden) this.drawPill();
      return;
    }
    if (!this.follows()) {
      this.drawPill();
      return;
    }
    this.flushed = Date.now();
    let entries = this.waiting;
    this.waiting = [];
    this.count = 0;
    if (this.second.count > mostPerSecond && entries.length > mostPerFrame) {
      this.second.dropped += entries.length - mostPerFrame;
      entries = entries.slice(-mostPerFrame);
    }
    for (const entry of entries) this.put(entry, true);
    this.trim();
    this.drawPill();
  }

  /**
   * @param {ApiEntry} entry
   * @param {boolean} first before all others
   */
  put(entry, first) {
    const element = row(entry);
    const known = this.rows.get(entry.id);
    if (known) {
      // A later copy of a record that is shown: it takes the place of the earlier one.
      known.element.replaceWith(element);
      this.open.delete(entry.id);
    } else if (first) {
      element.classList.add("is-new");
      this.list.prepend(element);
    } else this.list.append(element);
    this.rows.set(entry.id, { entry, element });
  }

  trim() {
    while (this.list.childElementCount > longest) {
      const last = /** @type {HTMLElement} */ (this.list.lastElementChild);
      this.rows.delete(last.dataset.id ?? "");
      this.open.delete(last.dataset.id ?? "");
      last.remove();
    }
  }

  drawPill() {
    const waits = this.count > 0 && (!this.follows() || document.hidden);
    this.pill.hidden = !waits && !this.paused;
    if (this.pill.hidden) return;
    replace(this.pill, icon(this.paused ? "play" : "up", 14), this.count ? `${number(this.count)} new, resume` : "Paused, resume");
  }

  /** Follows again: to the top, with what waited. */
  resume() {
    this.paused = false;
    for (const id of [...this.open]) this.toggle(id);
    getSelection()?.removeAllRanges();
    this.scroller.scrollTop = 0;
    this.flush();
    this.drawPill();
    this.onPause?.(false);
  }

  togglePause() {
    if (this.paused) this.resume();
    else {
      this.paused = true;
      this.drawPill();
      this.onPause?.(true);
    }
  }

  /** @type {((paused: boolean) => void)|null} */
  onPause = null;

  /** @param {MouseEvent} event */
  clicked(event) {
    const line = /** @type {Element} */ (event.target).closest(".feed-line");
    const id = /** @type {HTMLElement|null} */ (line?.closest(".feed-row"))?.dataset.id;
    if (!line || !id) return;
    const selection = getSelection();
    if (selection && !selection.isCollapsed) return;
    this.toggle(id);
  }

  /** @param {string} id */
  toggle(id) {
    const found = this.rows.get(id);
    if (!found) return;
    const { element, entry } = found;
    const isOpen = this.open.has(id);
    element.querySelector(".feed-line")?.setAttribute("aria-expanded", String(!isOpen));
    element.classList.toggle("is-open", !isOpen);
    if (isOpen) {
      this.open.delete(id);
      element.querySelector(".feed-details")?.remove();
    } else {
      this.open.add(id);
      element.append(details(entry));
    }
    this.drawPill();
  }

  /** @param {number} by */
  step(by) {
    const lines = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(".feed-line")]);
    if (!lines.length) return;
    const at = lines.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    lines[Math.max(0, Math.min(lines.length - 1, at < 0 ? 0 : at + by))].focus();
  }

  /** Once in a while, for who listens instead of looking: how many came, and from where. */
  summarise() {
    if (!this.heard.size || document.hidden) {
      this.heard.clear();
      return;
    }
    const total = [...this.heard.values()].reduce((sum, count) => sum + count, 0);
    const machines = [...this.heard].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, count]) => `${number(count)} from ${name}`);
    announce(`${plural(total, "new message")}: ${machines.join(", ")}`);
    this.heard.clear();
  }
}
