// @ts-check
// The outline: what was asked, and where something happened; a click goes there.

import { get, isAborted } from "../../core/api.js";
import { errorBlock, icon, stateBlock } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { clock, excerpt, number, withoutTags } from "../../core/format.js";
import { visibleText } from "../../core/markdown.js";

const types = /** @type {Record<string, {label: string, icon: string}>} */ ({
  prompt: { label: "Prompts", icon: "human" },
  error: { label: "Errors", icon: "error" },
  commit: { label: "Commits", icon: "commit" },
  subagent: { label: "Subagents", icon: "subagent" },
  compaction: { label: "Compactions", icon: "compaction" },
  interruption: { label: "Interruptions", icon: "interruption" },
  plan: { label: "Plans", icon: "plan" },
});

export class Outline {
  /**
   * @param {string} id
   * @param {AbortSignal} signal
   * @param {(index: number) => void} onGo
   */
  constructor(id, signal, onGo) {
    this.id = id;
    this.signal = signal;
    this.onGo = onGo;
    /** @type {ApiPoint[]} */
    this.points = [];
    this.hidden = new Set();
    this.here = -1;
    this.filter = h("div", { class: "outline-types" });
    this.list = h("ol", { class: "outline-list" });
    this.family = h("div", { class: "family" });
    this.element = h("nav", { class: "session-outline", "aria-label": "Outline" }, this.family, this.filter, this.list);
  }

  async load() {
    try {
      const answer = await get(`sessions/${this.id}/outline`, {}, { signal: this.signal });
      this.points = answer.points;
      this.draw();
    } catch (error) {
      if (!isAborted(error)) replace(this.list, errorBlock(error, () => void this.load()));
    }
  }

  draw() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const point of this.points) counts.set(point.type, (counts.get(point.type) ?? 0) + 1);
    replace(this.filter, [...counts].map(([type, count]) => h("button", {
      class: ["outline-type", `point-${type}`], "aria-pressed": String(!this.hidden.has(type)), title: `${types[type]?.label ?? type}: ${number(count)}`,
      onclick: () => {
        if (this.hidden.has(type)) this.hidden.delete(type);
        else this.hidden.add(type);
        this.draw();
      },
    }, icon(types[type]?.icon ?? "unparsed", 13), h("span", { class: "visually-hidden" }, types[type]?.label ?? type), number(count))));
    const shown = this.points.filter((point) => !this.hidden.has(point.type));
    replace(this.list, shown.length ? shown.map((point) => h("li", null, h("button", {
      class: ["outline-point", `point-${point.type}`], dataset: { index: point.index }, title: excerpt(point.text, 400), onclick: () => this.onGo(point.index),
    }, icon(types[point.type]?.icon ?? "unparsed", 13), h("span", { class: "outline-text" }, visibleText(excerpt(withoutTags(point.text), 120) || types[point.type]?.label || point.type)),
    h("span", { class: "outline-time" }, clock(point.timestamp).slice(0, 5)))))
      : h("li", null, stateBlock({ kind: "empty", title: "Nothing to outline", text: "Prompts, errors, commits and subagents appear here." })));
    this.mark(this.here, true);
  }

  /**
   * Marks the point that is being read.
   * @param {number} index of the item at the top
   * @param {boolean} [again]
   */
  mark(index, again = false) {
    if (index === this.here && !again) return;
    this.here = index;
    /** @type {HTMLElement|null} */
    let found = null;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll(".outline-point"))) {
      if (Number(one.dataset.index) > index) break;
      found = one;
    }
    const before = this.list.querySelector("[aria-current]");
    if (before === found) return;
    before?.removeAttribute("aria-current");
    if (!found) return;
    found.setAttribute("aria-current", "location");
    if (this.element.matches(":hover, :focus-within")) return;
    const box = this.list.getBoundingClientRect();
    const own = found.getBoundingClientRect();
    if (own.top < box.top + 20 || own.bottom > box.bottom - 20) this.list.scrollTop += own.top - box.top - box.height / 3;
  }
}
