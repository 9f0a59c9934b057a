// @ts-check
// Analytics: seven tabs of figures over one range and one set of filters, all of it in the URL.

import { get, isAborted, me, takePending } from "../core/api.js";
import { announce, errorBlock, skeleton, stateBlock, tabs } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import { filterBar, toParams } from "../core/filters.js";
import { bytes, plural } from "../core/format.js";
import * as keys from "../core/keys.js";
import { navigate, setQuery } from "../core/router.js";
import { rangeOf, rangeParams, rangePicker } from "./analytics/range.js";

/** @typedef {import("./analytics/parts.js").Ask} Ask */
/** @type {{id: string, label: string, load: () => Promise<{draw: (body: HTMLElement, ask: Ask) => Promise<void>}>, content?: boolean}[]} */
const all = [
  { id: "cost", label: "Cost", load: () => import("./analytics/cost.js") },
  { id: "tools", label: "Tools", load: () => import("./analytics/tools.js") },
  { id: "files", label: "Files", load: () => import("./analytics/files.js"), content: true },
  { id: "context", label: "Context", load: () => import("./analytics/context.js") },
  { id: "security", label: "Security", load: () => import("./analytics/security.js") },
  { id: "conversations", label: "Conversations", load: () => import("./analytics/conversations.js") },
  { id: "quality", label: "Quality", load: () => import("./analytics/quality.js") },
];
const refreshEvery = 60_000;
const pendingEvery = 2_000;

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 * @returns {Promise<import("../core/router.js").View>}
 */
export async function mount(root, context) {
  const who = await me();
  const shown = all.filter((one) => !one.content || who.role !== "viewer-aggregate");
  const tab = shown.find((one) => one.id === (context.params.tab ?? "cost"));
  if (!tab) {
    const hidden = all.find((one) => one.id === context.params.tab);
    replace(root, h("div", { class: "page" }, h("header", { class: "page-head" }, h("h1", null, "Analytics")), stateBlock({
      kind: "empty", title: hidden ? "Your role sees numbers." : "There is no such analysis.",
      text: hidden ? `${hidden.label} names what was worked on: that is for the roles viewer-own, viewer and admin.` : "The address may be mistyped, or from another version.",
      action: h("a", { class: "button", href: "/analytics/cost" }, "Go to cost"),
    })));
    return {};
  }
  const change = (/** @type {Record<string, any>} */ params) => setQuery(params, { replace: false });
  const picker = rangePicker({ query: context.query, onChange: change });
  const bar = filterBar({
    query: context.query, onChange: change, words: false, dates: false,
    fields: ["project", "agent", "owner", "tool", "model", "branch"], values: () => known,
  });
  /** @type {Record<string, {value: string|null, count: number}[]>} */
  let known = {};
  const holder = h("div", { class: "analytics-tabs" });
  const body = h("div", { class: "analytics-body" });
  replace(root, h("div", { class: "page analytics" },
    h("header", { class: "page-head" }, h("h1", null, "Analytics ", h("span", { class: "visually-hidden" }, tab.label)), picker),
    h("div", { class: "analytics-bar" }, holder, bar), body));

  let query = context.query;
  let abort = new AbortController();

  function drawTabs() {
    const kept = new URLSearchParams(query);
    for (const name of ["by", "bucket", "state", "severity", "rule", "has", "path", "sort", "tool_name", "trigger", "operation", "sensitive"]) kept.delete(name);
    const text = kept.toString() ? `?${kept}` : "";
    replace(holder, tabs({ label: "Analyses", selected: tab?.id ?? "", items: shown.map(({ id, label }) => ({ id, label, href: `/analytics/${id}${text}` })) }));
  }

  /** @param {boolean} quiet keeps what is shown until the new is there */
  async function draw(quiet) {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    const range = rangeOf(query);
    if (!quiet && !body.childElementCount) replace(body, waiting());
    body.setAttribute("aria-busy", "true");
    const fresh = h("div", { class: "analytics-tab" });
    takePending();
    try {
      const [module, partial] = await Promise.all([tab?.load(), lacking(signal)]);
      await module?.draw(fresh, {
        query, range, signal, partial, me: who, set: change,
        params: (extra = {}) => ({ ...toParams(query, {}), q: null, ...rangeParams(range), ...extra }),
      });
      if (signal.aborted) return;
      const pending = takePending();
      if (pending) {
        fresh.prepend(h("p", { class: "muted", role: "status" }, `The figures are being made: ${plural(pending, "session")} not counted yet.`));
        setTimeout(() => { if (!signal.aborted) void draw(true); }, pendingEvery);
      }
      const focused = whereFocused(body);
      replace(body, fresh);
      if (focused) /** @type {HTMLElement|null} */ (body.querySelector(focused))?.focus({ preventScroll: true });
    } catch (error) {
      if (signal.aborted || isAborted(error)) return;
      if (!quiet) replace(body, errorBlock(error, () => void draw(false)));
    }
    body.setAttribute("aria-busy", "false");
  }

  async function learn() {
    if (who.role === "viewer-aggregate") return;
    try {
      const found = await get("sessions/facets", {}, { signal: context.signal });
      known = { ...found.facets, agent: found.facets.machine ?? [] };
    } catch {
      // Only suggestions: any value can be typed.
    }
  }

  /** @param {number} by */
  function move(by) {
    const at = shown.findIndex((one) => one.id === tab?.id);
    const link = /** @type {HTMLAnchorElement|undefined} */ (holder.querySelectorAll("a")[(at + by + shown.length) % shown.length]);
    if (link) navigate(link.pathname + link.search);
  }
  const unbind = [
    keys.bind("]", "The next analysis", () => move(1), "Analytics"), keys.bind("[", "The analysis before", () => move(-1), "Analytics"),
    keys.bind("j", "The next row", () => step(body, 1), "Analytics"), keys.bind("k", "The row before", () => step(body, -1), "Analytics"),
  ];

  drawTabs();
  void learn();
  void draw(false).then(() => announce(`${tab.label} is shown`));
  const timer = setInterval(() => {
    if (!document.hidden && !body.contains(document.activeElement) && !body.matches(":hover") && !body.querySelector(".finding input:checked")) void draw(true);
  }, refreshEvery);
  return {
    update(next) {
      query = next;
      picker.update(next);
      bar.update(next);
      drawTabs();
      void draw(false);
    },
    unmount() {
      for (const one of unbind) one();
      clearInterval(timer);
      abort.abort();
    },
  };
}

/**
 * Moves the focus by rows: findings, and the lines of tables.
 * @param {HTMLElement} body
 * @param {number} by
 */
function step(body, by) {
  const rows = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(".finding, tbody tr")]);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
  const target = /** @type {HTMLElement|null|undefined} */ (row?.tabIndex === 0 ? row : row?.querySelector("a, button, input"));
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

/**
 * How to find the chosen one of a group of buttons again after everything is drawn anew.
 * @param {HTMLElement} body
 */
function whereFocused(body) {
  const active = /** @type {HTMLElement|null} */ (document.activeElement);
  const group = active && body.contains(active) && active.dataset.id !== undefined ? active.closest("[role=group], [role=tablist]") : null;
  const label = group?.getAttribute("aria-label");
  return label && active ? `[aria-label="${CSS.escape(label)}"] [data-id="${CSS.escape(active.dataset.id ?? "")}"]` : null;
}

function waiting() {
  return h("div", { class: "panels" }, [12, 8, 4].map((span) => h("div", { class: `card panel span-${span}` }, h("div", { class: "card-body" }, skeleton(span === 12 ? 3 : 9)))));
}

/**
 * What figures cannot have counted yet, or null.
 * @param {AbortSignal} signal
 * @returns {Promise<string|null>}
 */
async function lacking(signal) {
  try {
    const { agents } = await get("fleet", {}, { signal });
    const behind = agents.filter((/** @type {any} */ one) => one.behind?.rows_bytes > 0 && one.state !== "revoked");
    if (!behind.length) return null;
    return `Not counted yet: ${behind.map((/** @type {any} */ one) => `${bytes(one.behind.rows_bytes)} of ${one.name}${one.behind.why ? ` (${one.behind.why})` : ""}`).join("; ")}`;
  } catch {
    return null;
  }
}

