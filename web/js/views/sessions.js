// @ts-check
// Every session, with what it cost and how it went; facets at the side.

import { get, isAborted } from "../core/api.js";
import { badge, downloadMenu, errorBlock, facets, menu, pager, skeleton, stateBlock, statusDot, table } from "../core/components.js";
import { h, keepFocus, replace } from "../core/dom.js";
import { filterBar, isFiltered, none, toParams, toggled } from "../core/filters.js";
import { compact, date, duration, model, money, number, plural, time, tokens } from "../core/format.js";
import * as keys from "../core/keys.js";
import * as router from "../core/router.js";

const pageSize = 50;
const refreshEvery = 10_000;
const orders = /** @type {[string, string][]} */ ([
  ["recent", "Newest first"], ["oldest", "Oldest first"], ["cost", "Dearest first"], ["tokens", "Most tokens first"], ["errors", "Most errors first"],
]);
const groupings = /** @type {[string, string][]} */ ([["", "No groups"], ["day", "By day"], ["project", "By project"], ["machine", "By machine"]]);
const facetLabels = /** @type {[string, string][]} */ ([
  ["project", "Project"], ["tool", "Agent"], ["machine", "Machine"], ["owner", "User"], ["model", "Model"], ["branch", "Branch"],
]);
/** What the facets call a field, where filters call it otherwise. */
const fieldNames = /** @type {Record<string, string>} */ ({ machine: "agent" });
const gradeTones = /** @type {Record<string, string>} */ ({ A: "good", B: "good", C: "warn", D: "bad", F: "bad" });

/**
 * @param {HTMLElement} root
 * @param {{query: URLSearchParams, signal: AbortSignal}} context
 */
export function mount(root, context) {
  return new SessionsView(root, context);
}

class SessionsView {
  /**
   * @param {HTMLElement} root
   * @param {{query: URLSearchParams, signal: AbortSignal}} context
   */
  constructor(root, { query, signal }) {
    this.query = query;
    this.signal = signal;
    /** @type {AbortController|null} */
    this.asking = null;
    /** @type {ApiSession[]} */
    this.sessions = [];
    /** @type {string|null} */
    this.next = null;
    this.total = 0;
    this.hidden = 0;
    /** @type {Record<string, {value: string|null, count: number}[]>} */
    this.facets = {};
    this.bar = filterBar({
      query, placeholder: "Words of a title", label: "Filter sessions", onChange: (params) => router.setQuery(params),
      fields: ["agent", "owner", "project", "branch", "tool", "model", "name", "file", "cost", "has"],
      values: () => ({ ...this.facets, agent: this.facets.machine ?? [] }),
    });
    this.tools = h("div", { class: "actions" });
    this.summary = h("p", { class: "sessions-summary muted", role: "status" });
    this.list = h("div", { class: "sessions-list" });
    this.foot = h("div", null);
    this.side = h("aside", { class: "sessions-side", "aria-label": "Narrow the sessions" }, skeleton(12));
    replace(root, h("div", { class: "page page-wide sessions-page" },
      h("header", { class: "page-head" }, h("h1", null, "Sessions"), this.tools), this.bar,
      h("div", { class: "sessions-columns" }, this.side, h("div", { class: "sessions-main" }, this.summary, this.list, this.foot))));
    this.unbind = [
      keys.bind("j", "Next session", () => this.step(1), "Sessions"),
      keys.bind("k", "Previous session", () => this.step(-1), "Sessions"),
      keys.bind("o", "Another order", () => this.reorder(), "Sessions"),
    ];
    this.near = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting) && this.next && !this.asking) void this.ask(false);
    }, { rootMargin: "600px" });
    this.near.observe(this.foot);
    this.timer = setInterval(() => void this.refresh(), refreshEvery);
    this.show();
  }

  /** @param {URLSearchParams} query */
  update(query) {
    this.query = query;
    this.show();
  }

  unmount() {
    this.asking?.abort();
    this.near.disconnect();
    clearInterval(this.timer);
    for (const one of this.unbind) one();
  }

  /** @param {Record<string, any>} extra */
  params(extra) {
    return toParams(this.query, {
      order: this.query.get("order"), automated: this.query.has("automated") ? null : "0", subagents: this.query.get("subagents"), ...extra,
    });
  }

  show() {
    this.bar.update(this.query);
    this.drawTools();
    this.asking?.abort();
    this.sessions = [];
    this.next = null;
    replace(this.list, skeleton(14, "Loading the sessions"));
    replace(this.foot);
    void this.ask(true);
    void this.askFacets();
  }

  /** @param {boolean} fresh whether it is the first page */
  async ask(fresh) {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await get("sessions", this.params({ limit: pageSize, cursor: fresh ? null : this.next }), { signal: asking.signal });
      if (asking.signal.aborted) return;
      this.sessions = fresh ? answer.sessions : [...this.sessions, ...answer.sessions];
      this.take(answer);
    } catch (error) {
      if (isAborted(error) || asking.signal.aborted) return;
      replace(fresh ? this.list : this.foot, errorBlock(error, () => (fresh ? this.show() : void this.ask(false))));
      replace(this.summary);
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  /** The first page again, while nothing further was loaded: what works is seen to work. */
  async refresh() {
    if (document.hidden || this.asking || this.sessions.length > pageSize || String(getSelection())) return;
    try {
      const answer = await get("sessions", this.params({ limit: pageSize, cursor: null }), { signal: this.signal });
      if (this.asking) return;
      this.sessions = answer.sessions;
      this.take(answer);
    } catch {
      // The connection's dot says so; what is shown stays.
    }
  }

  /** @param {any} answer */
  take(answer) {
    this.next = answer.next;
    this.total = answer.total;
    this.hidden = answer.hidden ?? 0;
    const hidden = this.hidden
      ? [" · ", h("button", { class: "link-button", onclick: () => router.setQuery({ automated: "1" }) }, `${number(this.hidden)} without a conversation hidden`)]
      : this.query.has("automated") ? [" · ", h("button", { class: "link-button", onclick: () => router.setQuery({ automated: null }) }, "hide those without a conversation")] : null;
    replace(this.summary, h("strong", null, plural(this.total, "session")), hidden);
    this.draw();
    replace(this.foot, this.sessions.length ? pager({
      next: this.next, shown: this.sessions.length, total: this.total, noun: "session", onNext: () => void this.ask(false),
    }) : null);
  }

  draw() {
    if (!this.sessions.length) {
      replace(this.list, this.nothing());
      return;
    }
    const grouping = this.query.get("group") ?? "";
    if (!grouping) {
      const shown = /** @type {any} */ (this.list.querySelector(":scope > .table-holder"));
      if (shown?.update && this.list.childElementCount === 1) shown.update(this.sessions);
      else replace(this.list, this.table(this.sessions, "Sessions"));
      return;
    }
    /** @type {Map<string, ApiSession[]>} */
    const groups = new Map();
    for (const session of this.sessions) {
      const key = grouping === "day" ? date(session.ended) : grouping === "project" ? session.project ?? "No project" : session.machine;
      groups.set(key, [...(groups.get(key) ?? []), session]);
    }
    replace(this.list, [...groups].map(([key, sessions]) => h("section", { class: "sessions-group" },
      h("h2", null, key, h("span", { class: "muted" }, plural(sessions.length, "session"), " · ",
        money(sessions.reduce((sum, one) => sum + (one.cost ?? 0), 0)))),
      this.table(sessions, key))));
  }

  nothing() {
    return isFiltered(this.query)
      ? stateBlock({
        kind: "empty", title: "No session is so.", text: "One filter less may find some.",
        action: h("button", { class: "button", onclick: () => router.setQuery(none()) }, "Clear all filters"),
      })
      : stateBlock({
        kind: "empty", title: "No sessions yet.", text: "They come here by themselves as soon as an agent ships them.",
        action: h("a", { class: "button", href: "/fleet" }, "Enrol a machine"),
      });
  }

  /**
   * @param {ApiSession[]} sessions
   * @param {string} caption
   */
  table(sessions, caption) {
    return table({
      caption, rows: sessions, columns: this.columns(), rowKey: (session) => session.id,
      rowHref: (session) => `/sessions/${session.id}`, sort: this.sort(),
      onSort: (key, dir) => router.setQuery({ order: key === "ended" ? (dir === "asc" ? "oldest" : null) : key }),
      class: ["sessions-table", this.query.has("dense") && "is-dense"].filter(Boolean).join(" "),
    });
  }

  /** @returns {{key: string, dir: "asc"|"desc"}} */
  sort() {
    const order = this.query.get("order") ?? "recent";
    if (order === "recent" || order === "oldest") return { key: "ended", dir: order === "recent" ? "desc" : "asc" };
    return { key: order, dir: "desc" };
  }

  /** @returns {import("../core/tables.js").Column<ApiSession>[]} */
  columns() {
    const count = (/** @type {number} */ value, tone = "") => (value ? h("span", { class: tone }, number(value)) : h("span", { class: "faint" }, "0"));
    return [
      { key: "status", label: "Status", hideLabel: true, class: "col-status", render: (one) => statusDot(one.status) },
      { key: "title", label: "Title", class: "main col-title", render: (one) => this.title(one) },
      { key: "project", label: "Project", class: "col-project", render: (one) => h("span", { class: "truncate", title: one.directory }, one.project ?? "–") },
      { key: "branch", label: "Branch", class: "col-branch", render: (one) => h("span", { class: "truncate", title: one.branch }, one.branch ?? "–") },
      { key: "machine", label: "Machine", class: "col-machine", render: (one) => h("span", { class: "truncate" }, one.machine) },
      { key: "owner", label: "User", class: "col-owner" },
      { key: "models", label: "Model", class: "col-model", render: (one) => h("span", { class: "truncate", title: one.models.join(", ") },
        one.models.length ? model(one.models[0]) : "–", one.models.length > 1 ? h("span", { class: "muted" }, ` +${one.models.length - 1}`) : null) },
      { key: "started", label: "Started", class: "col-started", align: "end", render: (one) => time(one.started, "absolute") },
      { key: "ended", label: "Last", class: "col-ended", align: "end", sort: true, render: (one) => time(one.ended) },
      { key: "duration_ms", label: "Took", class: "col-took", align: "end", render: (one) => duration(one.duration_ms) },
      { key: "prompts", label: "Prompts", class: "col-prompts", align: "end", render: (one) => count(one.prompts) },
      { key: "messages", label: "Messages", class: "col-messages", align: "end", render: (one) => count(one.messages) },
      { key: "tool_calls", label: "Calls", class: "col-calls", align: "end", render: (one) => count(one.tool_calls) },
      { key: "errors", label: "Errors", class: "col-errors", align: "end", sort: true, render: (one) => count(one.tool_errors, "bad") },
      { key: "files", label: "Files", class: "col-files", align: "end", render: (one) => count(one.files) },
      { key: "peak_context", label: "Context", title: "Most tokens in the context at once", class: "col-context", align: "end", render: (one) => compact(one.peak_context) },
      { key: "tokens", label: "Tokens", class: "col-tokens", align: "end", sort: true, render: (one) => tokens(one.tokens) },
      { key: "cost", label: "Cost", class: "col-cost", align: "end", sort: true, render: (one) => this.cost(one) },
      { key: "grade", label: "Health", class: "col-grade", align: "center", render: (one) => (one.grade
        ? badge(one.grade, { tone: gradeTones[one.grade], title: `${one.health} of 100, a rule of thumb${one.outcome ? `; ${one.outcome}` : ""}` }) : "–") },
      { key: "findings", label: "Findings", class: "col-findings", align: "end", render: (one) => (one.findings
        ? h("a", { href: `/sessions/${one.id}?panel=findings`, class: "bad" }, number(one.findings)) : h("span", { class: "faint" }, "0")) },
    ];
  }

  /** @param {ApiSession} session */
  title(session) {
    return h("span", { class: "session-title" },
      h("span", { class: "truncate" }, session.title ?? session.short),
      session.lineage ? badge(session.lineage, { tone: "violet" }) : null,
      session.subagents ? badge(session.subagents, { icon: "subagent", title: plural(session.subagents, "subagent") }) : null,
      session.compactions ? badge(session.compactions, { icon: "compaction", title: plural(session.compactions, "compaction") }) : null);
  }

  /** @param {ApiSession} session */
  cost(session) {
    if (!session.unpriced) return money(session.cost);
    const says = `${plural(session.unpriced, "response")} of models without a price`;
    return session.cost ? [money(session.cost), " ", badge(`+${session.unpriced}`, { tone: "warn", title: says })] : badge("unpriced", { tone: "warn", title: says });
  }

  drawTools() {
    keepFocus(this.tools, () => this.drawToolsNow());
  }

  drawToolsNow() {
    const order = this.query.get("order") ?? "recent";
    const grouping = this.query.get("group") ?? "";
    const dense = this.query.has("dense");
    replace(this.tools,
      menu({
        label: orders.find(([id]) => id === order)?.[1] ?? "Order", class: "quiet",
        items: orders.map(([id, label]) => ({ label, checked: id === order, onSelect: () => router.setQuery({ order: id === "recent" ? null : id }) })),
      }),
      menu({
        label: groupings.find(([id]) => id === grouping)?.[1] ?? "Group", class: "quiet",
        items: groupings.map(([id, label]) => ({ label, checked: id === grouping, onSelect: () => router.setQuery({ group: id || null }) })),
      }),
      menu({
        label: "View", class: "quiet", items: [
          { label: "Dense rows", checked: dense, onSelect: () => router.setQuery({ dense: dense ? null : "1" }) },
          { label: "Subagents too", checked: this.query.has("subagents"), onSelect: () => router.setQuery({ subagents: this.query.has("subagents") ? null : "1" }) },
          { label: "Those without a conversation", checked: this.query.has("automated"), onSelect: () => router.setQuery({ automated: this.query.has("automated") ? null : "1" }) },
        ],
      }),
      downloadMenu(() => this.all(), "sessions"));
  }

  /** Every session that the filters leave, for a download. */
  async all() {
    /** @type {ApiSession[]} */
    const found = [];
    /** @type {string|null} */
    let cursor = null;
    do {
      /** @type {any} */
      const answer = await get("sessions", this.params({ limit: 500, cursor }), { signal: this.signal });
      found.push(...answer.sessions);
      cursor = answer.next;
    } while (cursor);
    return found;
  }

  async askFacets() {
    const query = this.query;
    try {
      const answer = await get("sessions/facets", toParams(query), { signal: this.signal });
      if (query !== this.query) return;
      this.facets = answer.facets;
      replace(this.side, facets({
        groups: facetLabels.map(([name, label]) => ({ field: fieldNames[name] ?? name, label, values: answer.facets[name] ?? [] })),
        query, few: 6, onToggle: (field, value, on) => router.setQuery(toggled(this.query, field, value, on), { replace: false }),
        format: (field, value) => (field === "model" ? model(value) : value),
      }));
    } catch (error) {
      if (!isAborted(error)) replace(this.side, errorBlock(error, () => void this.askFacets()));
    }
  }

  reorder() {
    const at = orders.findIndex(([id]) => id === (this.query.get("order") ?? "recent"));
    router.setQuery({ order: orders[(at + 1) % orders.length][0] });
  }

  /** @param {number} by */
  step(by) {
    const all = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("a.row-anchor")]);
    if (!all.length) return false;
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))].focus();
    return true;
  }
}
