// @ts-check
// The palette (Ctrl+K): go anywhere, or find a session by what was said in it.

import { get, isAborted } from "../../core/api.js";
import { dialog, icon } from "../../core/components.js";
import { h, replace, uniqueId } from "../../core/dom.js";
import { relative } from "../../core/format.js";
import * as router from "../../core/router.js";
import { kindOf } from "./kinds.js";
import { snippetOf } from "./snippet.js";
import { matchAddress, namedSession } from "./targets.js";

/** @typedef {{href: string, icon: string, title: Node|string, detail?: Node|string}} Choice */

const wait = 140;
const sessionsShown = 7;
const places = [
  ["Live", "/", "live"], ["Sessions", "/sessions", "sessions"], ["Search", "/search", "search"], ["Cost", "/analytics/cost", "analytics"],
  ["Tools", "/analytics/tools", "analytics"], ["Files", "/analytics/files", "analytics"], ["Context", "/analytics/context", "analytics"],
  ["Security", "/analytics/security", "shield"], ["Conversations", "/analytics/conversations", "analytics"], ["Quality", "/analytics/quality", "analytics"],
  ["Consumers", "/consumers", "consumers"], ["Fleet", "/fleet", "fleet"], ["Reports", "/reports", "reports"], ["Settings", "/settings", "settings"],
];

/** Opens the palette. */
export function openPalette() {
  if (document.querySelector("dialog.palette")) return;
  new Palette();
}

class Palette {
  constructor() {
    const id = uniqueId("palette");
    /** @type {Choice[]} */
    this.choices = [];
    this.at = 0;
    this.moved = false;
    this.asking = new AbortController();
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.list = h("ul", { class: "palette-list", role: "listbox", id, "aria-label": "Results" });
    this.note = h("p", { class: "palette-note muted", role: "status" });
    this.input = h("input", {
      class: "input palette-input", type: "search", placeholder: "Search, or go to…", "aria-label": "Search, or go to", role: "combobox",
      "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    });
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.dialog = dialog({
      title: "Search everything", content: [this.input, this.list, this.note], wide: true, class: "palette", onClose: () => this.asking.abort(),
    });
    this.input.focus();
    this.draw(this.places(""), "");
  }

  /**
   * @param {string} text
   * @returns {Choice[]}
   */
  places(text) {
    const wanted = text.toLowerCase();
    return places.filter(([label]) => label.toLowerCase().startsWith(wanted))
      .map(([label, href, name]) => ({ href, icon: name, title: label, detail: "Go to" }));
  }

  changed() {
    clearTimeout(this.timer);
    this.asking.abort();
    const text = this.input.value.trim();
    if (!text) {
      this.draw(this.places(""), "");
      return;
    }
    // Enter does the same before and after the answer: what stands first does not change meanwhile.
    this.draw(this.first(text), "Searching…");
    this.timer = setTimeout(() => void this.ask(text), wait);
  }

  /**
   * What can be chosen without asking: the page of that very name, and all matches.
   * @param {string} text
   * @returns {Choice[]}
   */
  first(text) {
    const all = { href: `/search?q=${encodeURIComponent(text)}`, icon: "search", title: `All matches of “${text}”`, detail: "Search" };
    const pages = this.places(text);
    return pages.some((page) => String(page.title).toLowerCase() === text.toLowerCase()) ? [...pages, all] : [all, ...pages];
  }

  /** @param {string} text */
  async ask(text) {
    const asking = new AbortController();
    this.asking = asking;
    const named = namedSession(text);
    try {
      const [session, found] = await Promise.all([
        named ? get(`sessions/${encodeURIComponent(named)}`, null, { signal: asking.signal }).catch(() => null) : null,
        get("search/sessions", { q: text, limit: sessionsShown, few: 1 }, { signal: asking.signal }),
      ]);
      if (asking.signal.aborted) return;
      /** @type {Choice[]} */
      const choices = found.groups.map((/** @type {any} */ group) => this.found(group));
      const none = choices.length ? "" : "Nothing was found.";
      const first = this.first(text);
      // A session that was pasted is what is wanted.
      if (session) first.unshift({ href: `/sessions/${session.session.id}`, icon: "sessions", title: session.session.title ?? session.session.short, detail: "Session" });
      this.draw([...first, ...choices], session ? "" : none, this.moved);
    } catch (error) {
      if (isAborted(error) || asking.signal.aborted) return;
      this.draw(this.first(text), error instanceof Error ? error.message : "The search failed.", this.moved);
    }
  }

  /**
   * @param {{session: ApiSession, count: number, matches: ApiMatch[]}} group
   * @returns {Choice}
   */
  found({ session, matches }) {
    const match = matches[0];
    return {
      href: match ? matchAddress(match) : `/sessions/${session.id}`,
      icon: match ? kindOf(match).icon : "sessions",
      title: h("span", { class: "palette-found" },
        h("span", { class: "palette-session truncate" }, session.title ?? session.short),
        match ? h("span", { class: "palette-snippet truncate muted" }, snippetOf(match)) : null),
      detail: [session.project, relative(session.ended)].filter(Boolean).join(" · "),
    };
  }

  /**
   * @param {Choice[]} choices
   * @param {string} note
   * @param {boolean} [keep] stays with what was chosen by arrows
   */
  draw(choices, note, keep = false) {
    const chosen = keep ? Math.max(0, choices.findIndex((one) => one.href === this.choices[this.at]?.href)) : 0;
    this.choices = choices;
    this.moved = keep;
    this.at = 0;
    this.note.textContent = note;
    replace(this.list, choices.map((choice, index) => h("li", {
      class: "palette-item", role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false",
      onclick: (/** @type {MouseEvent} */ event) => this.open(choice, event.metaKey || event.ctrlKey),
      onmousemove: () => this.select(index),
    }, icon(choice.icon), h("span", { class: "palette-title" }, choice.title), h("span", { class: "palette-detail muted" }, choice.detail ?? ""))));
    this.select(chosen);
  }

  /** @param {number} index */
  select(index) {
    const items = this.list.children;
    items[this.at]?.setAttribute("aria-selected", "false");
    this.at = Math.max(0, Math.min(this.choices.length - 1, index));
    items[this.at]?.setAttribute("aria-selected", "true");
    items[this.at]?.scrollIntoView({ block: "nearest" });
    if (this.choices.length) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const count = this.choices.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.moved = true;
    if (event.key === "ArrowDown") this.select((this.at + 1) % Math.max(1, count));
    else if (event.key === "ArrowUp") this.select((this.at + count - 1) % Math.max(1, count));
    else if (event.key === "Enter" && this.choices[this.at]) this.open(this.choices[this.at], event.metaKey || event.ctrlKey);
    else return;
    event.preventDefault();
  }

  /**
   * @param {Choice} choice
   * @param {boolean} aside in a tab of its own
   */
  open(choice, aside) {
    this.dialog.close();
    if (aside) window.open(choice.href, "_blank", "noopener");
    else router.navigate(choice.href);
  }
}
