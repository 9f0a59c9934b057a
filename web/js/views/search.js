// @ts-check
// Search over everything that was said: results by session, every match reachable.

import { ApiError, get, isAborted } from "../core/api.js";
import { errorBlock, facets, icon, pager, segmented, skeleton, stateBlock } from "../core/components.js";
import { append, h, keepFocus, replace } from "../core/dom.js";
import { filterBar, isFiltered, none, toParams, toggled } from "../core/filters.js";
import { model, money, number, plural, time } from "../core/format.js";
import * as keys from "../core/keys.js";
import * as router from "../core/router.js";
import { grammar } from "./search/grammar.js";
import { kindOf } from "./search/kinds.js";
import { snippetOf } from "./search/snippet.js";
import { matchAddress, namedSession } from "./search/targets.js";

export { openPalette } from "./search/palette.js";

/** @typedef {{session: ApiSession, count: number, matches: ApiMatch[]}} Group */

const pageSize = 20;
const few = 3;
const morePage = 50;
const orders = [
  { id: "rank", label: "Best", title: "The best matches first" },
  { id: "newest", label: "Newest" },
  { id: "oldest", label: "Oldest" },
];

/**
 * @param {HTMLElement} root
 * @param {{query: URLSearchParams, signal: AbortSignal}} context
 */
export function mount(root, context) {
  return new SearchView(root, context);
}

class SearchView {
  /**
   * @param {HTMLElement} root
   * @param {{query: URLSearchParams, signal: AbortSignal}} context
   */
  constructor(root, { query, signal }) {
    this.query = query;
    this.signal = signal;
    /** @type {AbortController|null} */
    this.asking = null;
    /** @type {Group[]} */
    this.groups = [];
    /** @type {string|null} */
    this.next = null;
    this.totals = { matches: 0, sessions: 0 };
    this.bar = filterBar({
      query, placeholder: "Search everything that was said", label: "Search",
      onChange: (params) => this.change(params), values: () => this.values(),
    });
    this.bar.input.setAttribute("data-search", "");
    this.order = h("div", { class: "search-order" });
    this.summary = h("p", { class: "search-summary muted", role: "status" });
    this.list = h("div", { class: "search-results" });
    this.foot = h("div", null);
    this.side = h("aside", { class: "search-side", "aria-label": "Narrow the results" });
    replace(root, h("div", { class: "page search-page" },
      h("header", { class: "page-head" }, h("h1", null, "Search"), h("div", { class: "actions" }, this.order)),
      this.bar, h("div", { class: "search-columns" }, h("div", { class: "search-main" }, this.summary, this.list, this.foot), this.side)));
    this.unbind = [
      keys.bind("j", "Next match", () => this.step(1), "Search"),
      keys.bind("k", "Previous match", () => this.step(-1), "Search"),
    ];
    if (!isFiltered(query)) this.bar.focus();
    this.show();
  }

  /** @param {URLSearchParams} query */
  update(query) {
    this.query = query;
    this.show();
  }

  unmount() {
    this.asking?.abort();
    for (const one of this.unbind) one();
  }

  /** @param {Record<string, string|string[]|null>} params */
  change(params) {
    const named = typeof params.q === "string" ? namedSession(params.q) : null;
    if (named) void this.jump(named, params);
    else router.setQuery(params, { replace: !isFiltered(this.query) });
  }

  /**
   * Goes to a session that was pasted; what is none is searched for as words.
   * @param {string} named
   * @param {Record<string, string|string[]|null>} params
   */
  async jump(named, params) {
    try {
      const { session } = await get(`sessions/${encodeURIComponent(named)}`, null, { signal: this.signal });
      router.navigate(`/sessions/${session.id}`);
    } catch (error) {
      if (!isAborted(error)) router.setQuery(params);
    }
  }

  /** Draws what the URL asks. */
  show() {
    this.asking?.abort();
    this.bar.update(this.query);
    this.groups = [];
    this.next = null;
    const words = this.query.get("q") ?? "";
    keepFocus(this.order, () => replace(this.order, segmented({
      label: "Order", items: orders, selected: this.query.get("order") ?? (words ? "rank" : "newest"),
      onSelect: (order) => router.setQuery({ order }),
    })));
    replace(this.foot);
    if (!isFiltered(this.query)) {
      replace(this.summary);
      replace(this.side);
      replace(this.list, grammar((example) => router.setQuery({ q: example }, { replace: false })));
      return;
    }
    replace(this.list, skeleton(9, "Searching"));
    replace(this.summary, "Searching…");
    void this.ask(true);
  }

  /** @param {boolean} fresh whether it is the first page */
  async ask(fresh) {
    const asking = new AbortController();
    this.asking = asking;
    const params = toParams(this.query, {
      order: this.query.get("order"), limit: pageSize, few, cursor: fresh ? null : this.next,
    });
    try {
      const answer = await get("search/sessions", params, { signal: asking.signal });
      if (asking.signal.aborted) return;
      this.take(answer, fresh);
    } catch (error) {
      if (isAborted(error) || asking.signal.aborted) return;
      const block = errorBlock(error, () => this.show());
      if (error instanceof ApiError && error.code === "usage") append(block, [h("a", { class: "button quiet", href: "/search" }, "How to ask")]);
      if (fresh) replace(this.list, block);
      else replace(this.foot, block);
      replace(this.summary);
    }
  }

  /**
   * @param {any} answer
   * @param {boolean} fresh
   */
  take(answer, fresh) {
    this.groups.push(...answer.groups);
    this.next = answer.next;
    this.totals = { matches: answer.total, sessions: answer.sessions };
    if (!this.groups.length && this.next) {
      // A slice of the newest may have nothing that the filters let through: the next one may.
      void this.ask(false);
      return;
    }
    if (fresh || this.list.querySelector(":scope > .skeleton")) replace(this.list);
    const strange = answer.unknown_fields?.length
      ? ` “${answer.unknown_fields.join("”, “")}” is no field, so it was looked for as words.` : "";
    if (!this.groups.length) {
      replace(this.summary);
      replace(this.list, this.nothing(answer.hints ?? []));
    } else {
      replace(this.summary, h("strong", null, plural(answer.total, "match", "matches")), ` in ${plural(answer.sessions, "session")}.`, strange);
      append(this.list, answer.groups.map((/** @type {Group} */ group) => this.group(group)));
    }
    replace(this.foot, this.groups.length ? pager({
      next: this.next, shown: this.groups.length, total: answer.sessions, noun: "session", onNext: () => void this.ask(false),
    }) : null);
    replace(this.side, this.narrowing());
  }

  /** @param {{text: string, q: string, total: number}[]} hints */
  nothing(hints) {
    const ways = hints.map((hint) => h("li", null,
      h("button", { class: "button", onclick: () => router.setQuery({ ...none(), q: hint.q }, { replace: false }) },
        hint.text, h("span", { class: "muted" }, plural(hint.total, "match", "matches")))));
    return stateBlock({
      kind: "empty", title: "Nothing was found.",
      text: ways.length ? "With less it would be:" : "Try fewer words, the beginning of a word (refus*), or a part of a path (path:src/).",
      action: ways.length ? h("ul", { class: "search-hints" }, ways)
        : h("button", { class: "button", onclick: () => router.setQuery(none(), { replace: false }) }, "Begin again"),
    });
  }

  /** @param {Group} group */
  group({ session, count, matches }) {
    const lines = h("ol", { class: "search-matches" }, matches.map((match) => this.match(match)));
    const rest = h("div", null);
    const shown = { cursor: /** @type {string|null} */ (null), count: matches.length, began: false };
    const more = async () => {
      replace(rest, h("span", { class: "muted", role: "status" }, "Loading…"));
      try {
        const params = toParams(this.query, {
          session: [...this.query.getAll("session"), session.session], limit: morePage, cursor: shown.cursor, order: this.query.get("order"),
        });
        const answer = await get("search", params, { signal: this.signal });
        if (!shown.began) replace(lines);
        shown.count = shown.began ? shown.count + answer.matches.length : answer.matches.length;
        shown.began = true;
        shown.cursor = answer.next;
        append(lines, answer.matches.map((/** @type {ApiMatch} */ match) => this.match(match)));
        drawRest(answer.total);
      } catch (error) {
        if (!isAborted(error)) replace(rest, errorBlock(error, () => void more()));
      }
    };
    const drawRest = (/** @type {number} */ total) => replace(rest, total > shown.count
      ? h("button", { class: "button quiet small", onclick: () => void more() },
        shown.began ? `${number(total - shown.count)} more` : `All ${plural(total, "match", "matches")} of this session`)
      : null);
    drawRest(count);
    return h("article", { class: "card search-group", "aria-label": session.title ?? session.short },
      h("header", { class: "search-group-head" },
        h("h2", { class: "truncate" }, h("a", { href: `/sessions/${session.id}` }, session.title ?? session.short)),
        h("span", { class: "search-count" }, plural(count, "match", "matches")),
        h("p", { class: "search-facts muted truncate" }, this.facts(session))),
      lines, rest);
  }

  /** @param {ApiSession} session */
  facts(session) {
    const texts = [session.project, session.branch, session.machine, session.models.map(model).join(", "), session.tool]
      .filter((text) => text).map((text) => [text, " · "]);
    return [texts, time(session.ended), session.cost ? ` · ${money(session.cost)}` : null];
  }

  /** @param {ApiMatch} match */
  match(match) {
    const kind = kindOf(match);
    return h("li", null, h("a", { class: "search-match", href: matchAddress(match) },
      h("span", { class: ["search-kind", `tone-${kind.tone}`] }, icon(kind.icon, 14), h("span", { class: "search-kind-name" }, kind.label)),
      h("span", { class: "search-snippet" }, snippetOf(match)),
      time(match.timestamp)));
  }

  /** What the sessions that are shown have in common, to narrow by. */
  narrowing() {
    const values = this.values();
    const groups = [["project", "Project"], ["agent", "Machine"], ["owner", "User"], ["model", "Model"], ["tool", "Agent"], ["branch", "Branch"]]
      .map(([field, label]) => ({ field, label, values: values[field] ?? [] }))
      .filter((group) => group.values.length > 1 || this.query.has(group.field));
    if (!groups.length) return null;
    return [
      h("h2", null, "Narrow"),
      h("p", { class: "muted" }, this.next ? `By the ${plural(this.groups.length, "session")} shown so far` : "Sessions with matches"),
      facets({
        groups, query: this.query,
        onToggle: (field, value, on) => router.setQuery(toggled(this.query, field, value, on), { replace: false }),
        format: (field, value) => (field === "model" ? model(value) : value),
      }),
    ];
  }

  /** @returns {Record<string, {value: string|null, count: number}[]>} */
  values() {
    /** @type {Record<string, Map<string, number>>} */
    const counts = {};
    for (const { session } of this.groups) {
      const facts = { project: [session.project], agent: [session.machine], owner: [session.owner], model: session.models, tool: [session.tool], branch: [session.branch] };
      for (const [field, found] of Object.entries(facts)) {
        const map = (counts[field] ??= new Map());
        for (const value of found) if (value) map.set(value, (map.get(value) ?? 0) + 1);
      }
    }
    return Object.fromEntries(Object.entries(counts).map(([field, map]) =>
      [field, [...map].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)]));
  }

  /** @param {number} by */
  step(by) {
    const all = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("a.search-match")]);
    if (!all.length) return false;
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))].focus();
    return true;
  }
}
