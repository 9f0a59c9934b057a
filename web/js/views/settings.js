// @ts-check
// Settings: budgets and alerts are made here; retention, prices and the rest are what receiver.conf says.

import { get, isAborted, me, put } from "../core/api.js";
import { badge, errorBlock, icon, pager, segmented, skeleton, toast } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import { duration, money, number, time } from "../core/format.js";
import * as keys from "../core/keys.js";
import { setTheme, theme } from "../theme.js";
import { budget as budgetLine } from "./analytics/cost.js";
import { panel, table } from "./analytics/parts.js";
import { access } from "./settings/access.js";
import { alertDialog, budgetDialog, kinds, limitText } from "./settings/forms.js";

/** @typedef {{id: string, name: string, period: "day"|"week"|"month", limit: number, scope: Record<string, string>}} Budget */
/** @typedef {{id: string, name: string, kind: string, threshold: number, scope: Record<string, string>, webhook: string|null, command: string|null, cooldown_seconds: number, enabled: boolean}} Rule */
/** @typedef {{budgets: Budget[], alerts: Rule[], commands: string[], kinds: string[], configuration: string|null}} Settings */

const places = [
  ["budgets", "Budgets"], ["alerts", "Alerts"], ["access", "Access"], ["retention", "Retention"], ["prices", "Prices"], ["theme", "Appearance"], ["audit", "Audit"], ["configuration", "Configuration"],
];

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 * @returns {Promise<import("../core/router.js").View>}
 */
export async function mount(root, context) {
  const who = await me();
  const isAdmin = who.role === "admin";
  const shown = places.filter(([id]) => isAdmin || !["access", "audit", "configuration", "retention"].includes(id));
  const body = h("div", { class: "settings-body" }, skeleton(12));
  replace(root, h("div", { class: "page settings" }, h("header", { class: "page-head" }, h("h1", null, "Settings")),
    h("div", { class: "settings-layout" },
      h("nav", { class: "settings-nav", "aria-label": "Settings" }, shown.map(([id, label]) => h("a", { href: `#${id}`, class: "settings-link", onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        history.replaceState(null, "", `#${id}`);
        document.getElementById(id)?.scrollIntoView({ block: "start" });
      } }, label))), body)));
  const { signal } = context;

  async function draw() {
    try {
      const [settings, burn, alerts] = await Promise.all([
        /** @type {Promise<Settings>} */ (get("settings", {}, { signal })), get("analytics/burn", {}, { signal }).catch(() => null), get("alerts", {}, { signal }).catch(() => ({ alerts: [] })),
      ]);
      const sections = parse(settings.configuration ?? "");
      replace(body, budgets(settings, burn, isAdmin, draw), rules(settings, alerts.alerts, isAdmin, draw), isAdmin ? access(signal) : null,
        isAdmin ? retention(sections) : null, prices(sections, isAdmin), appearance(), isAdmin ? audit(signal) : null, isAdmin ? configuration(sections) : null);
      if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "start" });
    } catch (error) {
      if (!isAborted(error)) replace(body, errorBlock(error, () => void draw()));
    }
  }
  await draw();
  return {};
}

/**
 * @param {Settings} settings
 * @param {any} burn
 * @param {boolean} isAdmin
 * @param {() => Promise<void>} redraw
 */
function budgets(settings, burn, isAdmin, redraw) {
  const states = new Map((burn?.budgets ?? []).map((/** @type {any} */ one) => [one.id, one]));
  const save = async (/** @type {Budget[]} */ list, /** @type {string} */ said) => {
    await put("settings/budgets", { budgets: list });
    toast(said, { kind: "good" });
    await redraw();
  };
  const edit = (/** @type {Budget|null} */ one) => budgetDialog(one, (changed) => save(one ? settings.budgets.map((other) => (other.id === one.id ? changed : other)) : [...settings.budgets, changed], "The budget is kept."),
    one ? () => save(settings.budgets.filter((other) => other.id !== one.id), "The budget is removed.") : null);
  return panel({
    title: "Budgets", id: "budgets", span: 12, about: "What a day, a week or a month may cost. Told at 80 % and at 100 %, and when the pace of the last hour would exceed it.",
    actions: isAdmin ? h("button", { class: "button small", onclick: () => edit(null) }, icon("plus", 14), "Budget") : null,
    content: settings.budgets.length ? h("ul", { class: "budgets settings-list" }, settings.budgets.map((one) => {
      const state = states.get(one.id);
      return h("li", { class: "settings-row" },
        h("div", { class: "settings-main" }, state ? h("ul", null, budgetLine(state)) : h("p", null, h("b", null, one.name), ` ${money(one.limit)} a ${one.period}`),
          Object.keys(one.scope).length ? h("p", { class: "muted" }, "of ", Object.entries(one.scope).map(([field, value]) => badge(`${field} ${value}`))) : null),
        isAdmin ? h("button", { class: "button quiet square small", "aria-label": `Change ${one.name}`, title: "Change", onclick: () => edit(one) }, icon("edit", 14)) : null);
    })) : h("p", { class: "list-empty" }, "No budget is set."),
  });
}

/**
 * @param {Settings} settings
 * @param {any[]} holding
 * @param {boolean} isAdmin
 * @param {() => Promise<void>} redraw
 */
function rules(settings, holding, isAdmin, redraw) {
  const save = async (/** @type {Rule[]} */ list, /** @type {string} */ said) => {
    await put("settings/alerts", { alerts: list });
    toast(said, { kind: "good" });
    await redraw();
  };
  const edit = (/** @type {Rule|null} */ one) => alertDialog(one, settings, (changed) => save(one ? settings.alerts.map((other) => (other.id === one.id ? changed : other)) : [...settings.alerts, changed], "The rule is kept."),
    one ? () => save(settings.alerts.filter((other) => other.id !== one.id), "The rule is removed.") : null);
  return panel({
    title: "Alerts", id: "alerts", span: 12, about: "What holds now, and the rules that tell somebody: by a webhook, or by a command that receiver.conf names.",
    actions: isAdmin ? h("button", { class: "button small", onclick: () => edit(null) }, icon("plus", 14), "Rule") : null,
    content: [
      holding.length ? h("ul", { class: "holding" }, holding.map((one) => h("li", { class: one.severity === "critical" ? "is-bad" : "" }, icon("error", 14),
        one.link ? h("a", { href: one.link }, one.text) : h("span", null, one.text), one.since ? h("span", { class: "muted" }, "since ", time(one.since)) : null)))
        : h("p", { class: "muted holding-none" }, icon("check", 14), " Nothing holds now."),
      settings.alerts.length ? table({
        caption: "Rules", rows: settings.alerts, rowKey: (row) => row.id, columns: [
          { key: "enabled", label: "On", render: (row) => {
            const box = h("input", { type: "checkbox", checked: row.enabled, disabled: !isAdmin, "aria-label": `${row.name} is on` });
            box.addEventListener("change", () => void save(settings.alerts.map((other) => (other.id === row.id ? { ...row, enabled: box.checked } : other)), box.checked ? "The rule is on." : "The rule is off.").catch((error) => {
              box.checked = !box.checked;
              toast(error.message, { kind: "bad" });
            }));
            return box;
          } },
          { key: "name", label: "Rule", class: "main", render: (row) => h("b", { class: "tool-name" }, row.name) },
          { key: "kind", label: "When", render: (row) => `${kinds[row.kind]?.label ?? row.kind}${limitText(row)}` },
          { key: "scope", label: "Of", class: "wide-only", render: (row) => (Object.keys(row.scope).length ? Object.entries(row.scope).map(([field, value]) => badge(`${field} ${value}`)) : "everything") },
          { key: "webhook", label: "Tells", render: (row) => (row.command ? h("span", null, "command ", h("code", null, row.command)) : row.webhook ? "a webhook" : h("span", { class: "muted" }, "this page only")) },
          { key: "cooldown_seconds", label: "At most every", align: "end", class: "wide-only", render: (row) => duration(row.cooldown_seconds * 1000) },
          { key: "edit", label: "Change", hideLabel: true, align: "end", render: (row) => (isAdmin ? h("button", { class: "button quiet square small", "aria-label": `Change ${row.name}`, onclick: () => edit(row) }, icon("edit", 14)) : null) },
        ],
      }) : h("p", { class: "list-empty" }, "No rule is set. Trouble of the receiver itself is told without one."),
    ],
  });
}

/** @typedef {{name: string, lines: {key: string, value: string|null, from: string}[]}} Section */

/**
 * The configuration as the receiver tells it: sections of `key = value  # where it is from`.
 * @param {string} text
 * @returns {Section[]}
 */
function parse(text) {
  /** @type {Section[]} */
  const sections = [];
  for (const line of text.split("\n")) {
    const head = /^\[(.+)\]$/.exec(line);
    if (head) sections.push({ name: head[1], lines: [] });
    const unset = /^# (\w+) is not set$/.exec(line);
    const set = /^(\w+) = (.*?)(?:  # (.*))?$/.exec(line);
    const last = sections[sections.length - 1];
    if (last && unset) last.lines.push({ key: unset[1], value: null, from: "not set" });
    if (last && set) last.lines.push({ key: set[1], value: set[2], from: set[3] ?? "" });
  }
  return sections;
}

/** @param {Section[]} sections */
function retention(sections) {
  const lines = sections.find((one) => one.name === "retention")?.lines ?? [];
  const kept = lines.filter((line) => line.key !== "every");
  return panel({
    title: "Retention", id: "retention", span: 12, about: "How long what is kept. Set in [retention] of receiver.conf; the archive has every byte, the rest is made from it.", rows: kept, name: "retention",
    content: h("dl", { class: "kept" }, kept.map((line) => {
      const value = (line.value ?? "off").replace(/"/g, "");
      return h("div", null, h("dt", null, line.key.replace(/_/g, " ")), h("dd", { class: value === "off" ? "" : "warn" }, value === "off" ? "for ever" : value));
    })),
  });
}

/**
 * @param {Section[]} sections
 * @param {boolean} isAdmin
 */
function prices(sections, isAdmin) {
  const file = sections.find((one) => one.name === "prices")?.lines.find((line) => line.key === "file")?.value;
  const holder = h("div", null, skeleton(3));
  void get("analytics/cost", { by: "model", since: "2000-01-01" }).then((found) => {
    const missing = new Set(found.unpriced_models.map((/** @type {any} */ one) => one.model));
    replace(holder,
      h("p", null, "Price table ", found.prices.length ? found.prices.map((/** @type {string} */ one) => badge(one, { tone: "accent" })) : badge("none"), ". ",
        isAdmin ? file ? ["Overridden by ", h("code", { class: "break" }, file), "."] : ["Nothing overrides it: name a ", h("code", null, "file"), " in ", h("code", null, "[prices]"), " of receiver.conf for models of your own or for other rates."] : null),
      table({
        caption: "Models", rows: found.rows.filter((/** @type {any} */ row) => row.key), rowKey: (row) => row.key, class: "prices-table",
        columns: [
          { key: "key", label: "Model", class: "main mono", render: (row) => h("a", { class: "row-anchor", href: `/sessions?model=${encodeURIComponent(row.key)}` }, row.key) },
          { key: "responses", label: "Responses", align: "end" },
          { key: "tokens", label: "Tokens", align: "end", render: (row) => number(row.tokens) },
          { key: "cost", label: "Cost", align: "end", render: (row) => (missing.has(row.key) ? badge("no price", { tone: "warn" }) : money(row.cost)) },
          { key: "rate", label: "A million tokens", align: "end", class: "wide-only", render: (row) => (missing.has(row.key) || !row.tokens ? "–" : money((row.cost / row.tokens) * 1e6)), title: "What they came to, the cache included" },
        ],
      }));
  }, (error) => replace(holder, errorBlock(error)));
  return panel({ title: "Prices", id: "prices", span: 12, about: "What each model has cost. A model without a price is counted, never taken as free.", content: holder });
}

function appearance() {
  const shortcuts = h("input", { type: "checkbox", checked: keys.enabled() });
  shortcuts.addEventListener("change", () => keys.setEnabled(shortcuts.checked));
  return panel({
    title: "Appearance", id: "theme", span: 12, about: "Kept in this browser only.",
    content: h("div", { class: "appearance" },
      h("div", null, h("p", { class: "field" }, "Theme"), segmented({
        label: "Theme", selected: theme(), items: [{ id: "auto", label: "As the system" }, { id: "light", label: "Light" }, { id: "dark", label: "Dark" }],
        onSelect: (id) => setTheme(/** @type {"auto"|"light"|"dark"} */ (id)),
      })),
      h("div", null, h("p", { class: "field" }, "Keyboard"), h("label", { class: "check" }, shortcuts, "Shortcuts of single keys (", h("kbd", null, "?"), " lists them)"))),
  });
}

/** @param {AbortSignal} signal */
function audit(signal) {
  const holder = h("div", null, skeleton(5));
  const foot = h("div", null);
  /** @type {any[]} */
  let rows = [];
  /** @param {string|null} cursor */
  async function load(cursor) {
    try {
      const page = await get("audit", { limit: 50, cursor }, { signal });
      rows = [...rows, ...page.rows];
      replace(holder, table({
        caption: "Audit", rows, empty: "Nothing was changed yet.", columns: [
          { key: "at", label: "When", render: (row) => time(row.at, "absolute") }, { key: "action", label: "What", class: "main nowrap", render: (row) => h("b", { class: "tool-name" }, row.action) },
          { key: "detail", label: "Detail", class: "break" },
        ],
      }));
      replace(foot, rows.length ? pager({ next: page.next, shown: rows.length, noun: "change", onNext: () => void load(page.next) }) : null);
    } catch (error) {
      if (!isAborted(error)) replace(holder, errorBlock(error, () => void load(cursor)));
    }
  }
  void load(null);
  return panel({ title: "Audit", id: "audit", span: 12, about: "Everything that somebody changed, newest first.", content: [holder, foot], rows: () => rows, name: "audit" });
}

/** @param {Section[]} sections */
function configuration(sections) {
  return panel({
    title: "Configuration", id: "configuration", span: 12, about: "What the receiver runs with, and where each value is from. Changed in receiver.conf, and by a restart.",
    rows: sections.flatMap((section) => section.lines.map((line) => ({ section: section.name, ...line }))), name: "configuration",
    content: h("div", { class: "conf" }, sections.map((section) => {
      const set = section.lines.filter((line) => line.from !== "default" && line.value !== null).length;
      return h("details", { open: set > 0 }, h("summary", null, icon("chevron", 12), h("code", null, `[${section.name}]`), set ? badge(`${number(set)} set`, { tone: "accent" }) : null),
        h("dl", null, section.lines.map((line) => h("div", { class: line.from === "default" || line.value === null ? "is-default" : "" }, h("dt", { class: "mono" }, line.key),
          h("dd", { class: "mono" }, line.value ?? "–"), h("dd", { class: "conf-from" }, line.from)))));
    })),
  });
}

