// @ts-check
// Find in a session: asked of the receiver, so that what is not loaded is found as well.

import { get, isAborted } from "../../core/api.js";
import { icon } from "../../core/components.js";
import { h, setText } from "../../core/dom.js";
import { number } from "../../core/format.js";

const wait = 250;
const pageSize = 200;

export class Find {
  /**
   * @param {{id: string, signal: AbortSignal, onGo: (index: number, id: string) => void, onText: (text: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    /** @type {{index: number, id: string}[]} */
    this.matches = [];
    this.total = 0;
    /** @type {string|null} */
    this.next = null;
    this.at = -1;
    this.text = "";
    this.asking = new AbortController();
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.input = h("input", { class: "input", type: "search", placeholder: "Find here", "aria-label": "Find in this session", autocomplete: "off", spellcheck: "false", "data-search": "" });
    this.count = h("span", { class: "find-count muted", role: "status" });
    this.element = h("div", { class: "find", role: "search", "aria-label": "In this session" }, h("span", { class: "field-icon" }, icon("search"), this.input), this.count,
      h("button", { class: "button quiet small square", "aria-label": "Previous match", onclick: () => void this.step(-1) }, icon("up", 14)),
      h("button", { class: "button quiet small square", "aria-label": "Next match", onclick: () => void this.step(1) }, icon("down", 14)));
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.options.onText(this.input.value.trim()), wait);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.input.value.trim() !== this.text) this.options.onText(this.input.value.trim());
        else void this.step(event.shiftKey ? -1 : 1);
      }
      if (event.key === "Escape") {
        this.input.value = "";
        this.options.onText("");
        this.input.blur();
      }
    });
  }

  /**
   * @param {string} text
   * @param {boolean} go whether the first match is gone to
   */
  async set(text, go) {
    if (text === this.text) return;
    this.text = text;
    if (document.activeElement !== this.input) this.input.value = text;
    this.asking.abort();
    this.matches = [];
    this.total = 0;
    this.next = null;
    this.at = -1;
    setText(this.count, "");
    highlight(text);
    if (!text) return;
    this.asking = new AbortController();
    await this.more(this.asking.signal);
    if (go && this.matches.length) await this.step(1);
    else this.drawCount();
  }

  /** @param {AbortSignal} signal */
  async more(signal) {
    try {
      const answer = await get(`sessions/${this.options.id}/find`, { text: this.text, limit: pageSize, cursor: this.next }, { signal });
      this.matches.push(...answer.matches);
      this.total = answer.total;
      this.next = answer.next;
    } catch (error) {
      if (!isAborted(error)) setText(this.count, error instanceof Error ? error.message : "not to be had");
    }
  }

  /** @param {1|-1} by */
  async step(by) {
    if (!this.matches.length) return;
    if (this.at + by >= this.matches.length && this.next) await this.more(this.asking.signal);
    this.at = (this.at + by + this.matches.length) % this.matches.length;
    this.drawCount();
    const match = this.matches[this.at];
    this.options.onGo(match.index, match.id);
  }

  drawCount() {
    setText(this.count, this.total ? `${this.at >= 0 ? `${number(this.at + 1)} of ` : ""}${number(this.total)}` : this.text ? "none" : "");
  }
}

/** @type {string[]} */
let words = [];

/** Marks these words wherever the transcript shows them, where the browser can. */
export function highlight(/** @type {string} */ text) {
  words = (text.match(/"[^"]+"|\S+/g) ?? []).filter((word) => !/^-|^\w+:|^OR$/.test(word))
    .map((word) => word.replace(/^"|"$|\*$/g, "").toLowerCase()).filter((word) => word.length > 1);
  paint();
}

let queued = 0;

/** Marks anew, once the rows stand. */
export function paint() {
  const registry = /** @type {any} */ (CSS).highlights;
  if (!registry || queued) return;
  if (!words.length) {
    registry.delete("find");
    return;
  }
  queued = requestAnimationFrame(() => {
    queued = 0;
    const root = document.querySelector(".virtual-window");
    if (!root) return;
    /** @type {Range[]} */
    const ranges = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && ranges.length < 2000) {
      const node = /** @type {Text} */ (walker.currentNode);
      if (node.data.length > 200_000) continue;
      const data = node.data.toLowerCase();
      for (const word of words) {
        for (let at = data.indexOf(word); at >= 0 && ranges.length < 2000; at = data.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    registry.set("find", new (/** @type {any} */ (window).Highlight)(...ranges));
  });
}
