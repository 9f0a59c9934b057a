// @ts-check
// Cost: what was spent on what, how fast, how far it will go, what the cache saved, and how the
// lines that were read add up to it.

import { get } from "../../core/api.js";
import { badge, segmented } from "../../core/components.js";
import { barList, bars, meter, stack } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { bytes, compact, model, money, number, percent, plural, time, tokens } from "../../core/format.js";
import { navigate } from "../../core/router.js";
import { change, cost, figures, nothing, panel, sessionsOf, share, table } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const groups = [
  { id: "project", label: "Project" }, { id: "model", label: "Model" }, { id: "machine", label: "Machine" }, { id: "owner", label: "User" },
  { id: "tool", label: "Agent" }, { id: "branch", label: "Branch" }, { id: "session", label: "Session" },
];
const field = /** @type {Record<string, string>} */ ({ project: "project", model: "model", machine: "agent", owner: "owner", tool: "tool", branch: "branch" });
const buckets = [{ id: "day", label: "Days" }, { id: "week", label: "Weeks" }, { id: "month", label: "Months" }];
const mostModels = 7;

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const { query, signal, range } = ask;
  const bucket = query.get("bucket") ?? (range.days !== null && range.days <= 62 ? "day" : range.days !== null && range.days <= 366 ? "week" : "week");
  const mayRead = ask.me.role !== "viewer-aggregate";
  const by = groups.some((one) => one.id === query.get("by") && (mayRead || one.id !== "session")) ? /** @type {string} */ (query.get("by")) : "project";
  const [days, grouped, burn, counted, top] = await Promise.all([
    get("analytics/cost", ask.params({ by: bucket, and: "model" }), { signal }),
    get("analytics/cost", ask.params({ by }), { signal }),
    get("analytics/burn", { ...ask.params(), since: null, until: null, compare: null }, { signal }),
    get("analytics/reconciliation", pick(ask.params(), ["agent", "owner", "tool"]), { signal }).catch((error) => ({ error })),
    mayRead && by !== "session" ? get("analytics/cost", ask.params({ by: "session", compare: null }), { signal }) : null,
  ]);
  const { total, before } = { total: days.total, before: days.before?.total };
  const made = { time: days.as_of, partial: ask.partial };
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Spent", value: cost(total, { href: sessionsOf(query, { order: "cost" }) }), change: change(total.cost, before?.cost, { format: money }) },
      { label: "Tokens", value: tokens(total.tokens), href: sessionsOf(query, { order: "tokens" }), change: change(total.tokens, before?.tokens, { format: compact }), note: `${tokens(total.output)} out` },
      { label: "Responses", value: number(total.responses), href: sessionsOf(query), change: change(total.responses, before?.responses) },
      { label: "A response", value: total.responses > total.unpriced ? money(total.cost / (total.responses - total.unpriced)) : "–", note: "on average" },
      { label: "Cache hit rate", value: share(days.cache.hit_rate), change: change(days.cache.hit_rate, days.before?.cache?.hit_rate, { better: "more", points: true, format: share }) },
      { label: "Saved by the cache", value: money(days.cache.savings), tone: days.cache.savings < 0 ? "bad" : undefined, title: "Had all input been plain input, less what it cost; writing the cache can make it negative" },
      { label: "Last 60 min", value: money(burn.last_60_min.cost), note: `${money(burn.last_10_min.per_hour)}/h in the last 10 min` },
      { label: "This month", value: money(burn.month.cost), note: `${money(burn.month.forecast)} by its end` },
    ], "Cost")),
    total.responses ? spent(days, bucket, ask, made) : h("div", { class: "card panel span-8" }, nothing(ask, "responses")),
    pace(burn, ask),
    ranked(grouped, by, mayRead, ask),
    models(days, ask, made),
    top ? sessions(top, ask) : null,
    economics(days, ask, made),
    "error" in counted ? null : reconciliation(counted, ask)));
}

/**
 * @param {Record<string, any>} params
 * @param {string[]} names
 */
function pick(params, names) {
  return Object.fromEntries(names.filter((name) => name in params).map((name) => [name, params[name]]));
}

/**
 * The parts of time from the first to the last, those without a response too.
 * @param {any} answer
 * @param {string} bucket
 * @param {Ask} ask
 * @returns {{key: string, last: string, row: any}[]}
 */
function filled(answer, bucket, ask) {
  const rows = new Map(answer.rows.map((/** @type {any} */ row) => [row.key, row]));
  const first = answer.rows[0]?.key;
  if (!first) return [];
  const offset = -new Date().getTimezoneOffset() * 60_000;
  const local = (/** @type {string} */ moment) => new Date(Date.parse(moment) + offset).toISOString().slice(0, 10);
  const from = ask.range.isAll ? first.slice(0, 10) : local(answer.span.since);
  const until = ask.range.until || local(answer.span.until);
  const at = new Date(`${from.length === 7 ? `${from}-01` : from}T00:00:00Z`);
  if (bucket === "week") at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  if (bucket === "month") at.setUTCDate(1);
  /** @type {{key: string, last: string, row: any}[]} */
  const found = [];
  while (found.length < 1200) {
    const day = at.toISOString().slice(0, 10);
    if (day > until) break;
    const key = bucket === "month" ? day.slice(0, 7) : day;
    if (bucket === "month") at.setUTCMonth(at.getUTCMonth() + 1);
    else at.setUTCDate(at.getUTCDate() + (bucket === "week" ? 7 : 1));
    found.push({ key, last: new Date(at.getTime() - 86_400_000).toISOString().slice(0, 10), row: rows.get(key) ?? null });
  }
  return found;
}

/**
 * @param {any} answer
 * @param {string} bucket
 * @param {Ask} ask
 * @param {{time: string, partial: string|null}} made
 */
function spent(answer, bucket, ask, made) {
  const list = filled(answer, bucket, ask);
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const row of answer.rows) for (const part of row.parts ?? []) sums.set(part.key ?? "", (sums.get(part.key) ?? 0) + (part.cost ?? 0));
  const names = [...sums].sort((a, b) => b[1] - a[1]).slice(0, mostModels).map(([name]) => name);
  const series = names.map((name) => ({
    name: model(name || "no model named"), values: list.map(({ row }) => row?.parts?.find((/** @type {any} */ part) => (part.key ?? "") === name)?.cost ?? 0),
  }));
  const rest = list.map(({ row }, index) => Math.max(0, (row?.cost ?? 0) - series.reduce((sum, one) => sum + one.values[index], 0)));
  if (rest.some((value) => value > 500)) series.push(/** @type {any} */ ({ name: "others", values: rest, tone: "other" }));
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
  const long = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });
  const date = (/** @type {string} */ key) => new Date(`${key.length === 7 ? `${key}-01` : key}T00:00:00Z`);
  const years = new Set(list.map(({ key }) => key.slice(0, 4))).size > 1;
  return panel({
    title: "By time and model", span: 8, ...made, rows: () => answer.rows.map(flat), name: `cost-by-${bucket}`,
    actions: segmented({ label: "In", items: buckets, selected: bucket, onSelect: (id) => ask.set({ bucket: id }) }),
    content: bars({
      label: "Cost by time and model", series, height: 264, legend: true, format: (value) => money(value),
      axisFormat: (value) => (value === 0 ? "$0" : money(value, Math.abs(value ?? 0) >= 10e6 ? 0 : 2)),
      names: list.map(({ key, row }) => `${bucket === "month" ? month.format(date(key)) : `${bucket === "week" ? "Week of " : ""}${long.format(date(key))}`}${row?.unpriced ? `, ${row.unpriced} unpriced` : ""}`),
      short: list.map(({ key }) => (bucket === "month" || years ? (bucket === "month" ? month : new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" })) : day).format(date(key))),
      onSelect: (index) => navigate(sessionsOf(ask.query, { since: list[index].key.length === 7 ? `${list[index].key}-01` : list[index].key, until: list[index].last, order: "cost" })),
    }),
  });
}

/** @param {any} row */
function flat(row) {
  const { parts, ...rest } = row;
  return { ...rest, ...Object.fromEntries((parts ?? []).map((/** @type {any} */ part) => [`cost ${part.key}`, part.cost])) };
}

/**
 * How fast it goes: the last hour, the five-hour block, today, the month, and the budgets.
 * @param {any} burn
 * @param {Ask} ask
 */
function pace(burn, ask) {
  const block = burn.block;
  const line = (/** @type {string} */ name, /** @type {any} */ value, /** @type {Child} */ note) =>
    h("div", { class: "pair" }, h("dt", null, name), h("dd", null, h("b", { class: "num" }, value), note ? h("span", { class: "muted" }, note) : null));
  return panel({
    title: "Burn rate and forecast", span: 4, time: burn.as_of, partial: ask.partial, rows: [burn], name: "burn",
    content: [
      h("dl", { class: "pairs" },
        line("Last 60 min", `${money(burn.last_60_min.per_hour)}/h`, `${tokens(burn.last_60_min.tokens)} tokens`),
        line("Last 10 min", `${money(burn.last_10_min.per_hour)}/h`, `${tokens(burn.last_10_min.tokens)} tokens`),
        block ? line("Block", money(block.cost), h("span", null, "since ", time(block.start, "clock"), `, ${money(block.projected_cost)} at its end`)) : line("Block", "–", "no 5-hour block is running"),
        line("Today", money(burn.today.cost), `${money(burn.today.forecast)} by midnight`),
        line("Month", money(burn.month.cost), `${money(burn.month.forecast)} by its end`)),
      h("h3", { class: "panel-part" }, "Budgets"),
      burn.budgets.length ? h("ul", { class: "budgets" }, burn.budgets.map((/** @type {any} */ one) => budget(one)))
        : h("p", { class: "muted" }, "No budget is set. ", h("a", { href: "/settings#budgets" }, "Set one"), " to be told at 80 % and at 100 % of it."),
    ],
  });
}

/** A budget: how much of it is spent, and where it is going. */
export function budget(/** @type {any} */ one) {
  const state = one.state === "critical" ? badge("spent", { tone: "bad" }) : one.state === "warn" ? badge("over 80 %", { tone: "warn" }) : null;
  const going = one.will_exceed && one.state !== "critical" ? badge("will exceed", { tone: "warn", title: `At the rate of the last hour: ${money(one.forecast)}` }) : null;
  return h("li", null,
    h("p", { class: "budget-line" }, h("b", null, one.name), h("span", { class: "muted" }, `a ${one.period}`), state, going,
      h("span", { class: "num budget-sum" }, `${money(one.spent)} of ${money(one.limit)}`)),
    meter({ label: one.name, value: one.spent, max: one.limit, forecast: one.forecast, text: `${percent(one.share)} of ${money(one.limit)}` }));
}

/**
 * @param {any} answer
 * @param {string} by
 * @param {boolean} mayRead
 * @param {Ask} ask
 */
function ranked(answer, by, mayRead, ask) {
  const before = new Map((answer.before?.rows ?? []).map((/** @type {any} */ row) => [row.key, row]));
  const rows = answer.rows.slice(0, 100);
  const most = Math.max(1, ...rows.map((/** @type {any} */ row) => row.cost ?? 0));
  const href = (/** @type {any} */ row) => (by === "session" ? `/sessions/${encodeURIComponent(row.key)}`
    : row.key ? sessionsOf(ask.query, { [field[by]]: row.key, order: "cost" }) : null);
  return panel({
    title: `By ${groups.find((one) => one.id === by)?.label.toLowerCase()}`, span: 8, time: answer.as_of, partial: ask.partial, rows: answer.rows, name: `cost-by-${by}`,
    actions: segmented({ label: "By", items: groups.filter((one) => mayRead || one.id !== "session"), selected: by, onSelect: (id) => ask.set({ by: id }) }),
    class: "panel-tall",
    content: table({
      caption: `Cost by ${by}`, rows, rowKey: (row) => row.key ?? "", empty: "Nothing was spent in this range.",
      columns: [
        { key: "key", label: groups.find((one) => one.id === by)?.label ?? "", class: "main cell-name", render: (row) => {
          const name = by === "model" ? model(row.key) : row.title ?? row.key ?? "none";
          const to = href(row);
          return to ? h("a", { href: to, class: "row-anchor", title: row.title ?? row.key }, name) : h("span", { class: "muted" }, name);
        } },
        { key: "share", label: "Share", class: "cell-bar", hideLabel: true, render: (row) => h("span", { class: "inline-bar", "aria-hidden": "true", style: { "--share": String((row.cost ?? 0) / most) } }) },
        { key: "cost", label: "Cost", align: "end", render: (row) => cost(row) },
        ...(answer.before ? [{ key: "before", label: "Change", align: /** @type {"end"} */ ("end"), render: (/** @type {any} */ row) => change(row.cost, before.get(row.key)?.cost ?? 0, { format: money }) }] : []),
        { key: "tokens", label: "Tokens", align: "end", render: (row) => compact(row.tokens) },
        { key: "output", label: "Output", align: "end", class: "wide-only", render: (row) => compact(row.output) },
        { key: "cache_read", label: "Cache read", align: "end", class: "wide-only", render: (row) => compact(row.cache_read) },
        { key: "responses", label: "Responses", align: "end", render: (row) => number(row.responses) },
      ],
    }),
  });
}

/**
 * Models without a price, and the price tables that were used.
 * @param {any} answer
 * @param {Ask} ask
 * @param {{time: string, partial: string|null}} made
 */
function models(answer, ask, made) {
  const list = answer.unpriced_models;
  return panel({
    title: "Prices", span: 4, ...made, rows: list, name: "unpriced-models",
    content: [
      h("p", { class: "muted" }, answer.prices.length ? ["Price table ", answer.prices.map((/** @type {string} */ one) => badge(one)), ". "] : null,
        !answer.total.responses ? "Nothing of this range had to be priced." : list.length ? `${plural(answer.total.unpriced, "response")} of ${plural(list.length, "model")} without a price are in no sum:` : "Every response of this range has a price."),
      list.length ? barList({
        label: "Models without a price", rows: list.map((/** @type {any} */ one) => ({
          name: one.model ?? "no model named", value: one.responses, text: plural(one.responses, "response"), note: `${tokens(one.tokens)} tokens`, tone: "warn",
          href: one.model ? sessionsOf(ask.query, { model: one.model }) : sessionsOf(ask.query, { has: "unpriced" }),
        })),
      }) : null,
      list.length ? h("p", { class: "panel-hint" }, "Name their prices in the file of ", h("code", null, "[prices]"), " in receiver.conf: ", h("a", { href: "/settings#prices" }, "how"), ".") : null,
    ],
  });
}

/**
 * @param {any} answer
 * @param {Ask} ask
 */
function sessions(answer, ask) {
  return panel({
    title: "Dearest sessions", span: 8, time: answer.as_of, partial: ask.partial, rows: answer.rows, name: "cost-by-session",
    content: table({
      caption: "Dearest sessions", rows: answer.rows.slice(0, 12), rowKey: (row) => row.key, rowHref: (row) => `/sessions/${encodeURIComponent(row.key)}`,
      empty: "No session in this range.",
      columns: [
        { key: "title", label: "Session", class: "main cell-name", render: (row) => row.title ?? row.key },
        { key: "cost", label: "Cost", align: "end", render: (row) => cost(row) },
        { key: "tokens", label: "Tokens", align: "end", render: (row) => compact(row.tokens) },
        { key: "output", label: "Output", align: "end", class: "wide-only", render: (row) => compact(row.output) },
        { key: "responses", label: "Responses", align: "end" },
      ],
    }),
    actions: h("a", { class: "button small", href: sessionsOf(ask.query, { order: "cost" }) }, "All"),
  });
}

/**
 * Where tokens went, and what the cache was good for.
 * @param {any} answer
 * @param {Ask} ask
 * @param {{time: string, partial: string|null}} made
 */
function economics(answer, ask, made) {
  const { total, cache } = answer;
  const parts = [
    { name: "cache read", value: total.cache_read, tone: "c1" }, { name: "cache write, 1 h", value: total.cache_write_1h, tone: "c3" },
    { name: "cache write, 5 min", value: total.cache_write_5m, tone: "c7" }, { name: "input", value: total.input, tone: "c2" }, { name: "output", value: total.output, tone: "c4" },
  ].filter((part) => part.value > 0);
  return panel({
    title: "Cache economics", span: 4, ...made, rows: [{ ...total, ...cache }], name: "cache",
    content: parts.length ? [
      stack({ label: "Tokens by class", parts, format: (value) => compact(value) }),
      h("dl", { class: "pairs" },
        h("div", { class: "pair" }, h("dt", null, "Hit rate"), h("dd", null, h("b", null, share(cache.hit_rate)), h("span", { class: "muted" }, "of all input"))),
        h("div", { class: "pair" }, h("dt", null, "Without a cache"), h("dd", null, h("b", null, money(total.cost + cache.savings)), h("span", { class: "muted" }, `instead of ${money(total.cost)}`))),
        h("div", { class: "pair" }, h("dt", null, "Saved"), h("dd", null, h("b", { class: cache.savings < 0 ? "bad" : "good" }, money(cache.savings)),
          h("span", { class: "muted" }, cache.savings < 0 ? "writing it cost more than it saved" : `${number((total.cost + cache.savings) / Math.max(1, total.cost), 1)} times cheaper`)))),
    ] : h("p", { class: "list-empty" }, "No tokens were used in this range."),
  });
}

/**
 * Lines that were read, copies that were taken out, and what is left: nothing is counted twice, nothing is lost.
 * @param {any} answer
 * @param {Ask} ask
 */
function reconciliation(answer, ask) {
  const { total } = answer;
  const step = (/** @type {string} */ name, /** @type {Children} */ value, /** @type {string} */ note) =>
    h("li", null, h("span", { class: "step-value num" }, value), h("span", { class: "step-name" }, name), h("span", { class: "step-note" }, note));
  return panel({
    title: "Reconciliation", about: "How the lines of every file come down to what is counted. Of all time, whatever the range.", span: 12, time: answer.as_of, partial: ask.partial,
    rows: [...answer.rows, { source: "total", ...total }], name: "reconciliation",
    content: [
      h("ol", { class: "steps" },
        step("lines", number(total.lines), `in ${plural(total.files, "file")}, ${bytes(total.bytes)}`),
        step("records", number(total.entries), `${number(total.malformed)} malformed, ${number(total.recovered)} recovered, ${number(total.unknown)} unknown`),
        step("first copies", number(total.first), `${number(total.copies)} copies of them taken out`),
        step("responses", number(total.responses), "each counted once"),
        step("spent", cost(total), "at list prices")),
      table({
        caption: "Reconciliation by source", rows: answer.rows, rowKey: (row) => `${row.source} ${row.machine}`,
        columns: [
          { key: "source", label: "Source", class: "main" }, { key: "machine", label: "Machine", render: (row) => h("a", { href: `/fleet#${encodeURIComponent(row.machine)}` }, row.machine) },
          { key: "files", label: "Files", align: "end" }, { key: "bytes", label: "Bytes", align: "end", render: (row) => bytes(row.bytes) },
          { key: "lines", label: "Lines", align: "end" }, { key: "entries", label: "Records", align: "end" }, { key: "first", label: "First copies", align: "end" },
          { key: "copies", label: "Copies", align: "end" },
          { key: "malformed", label: "Malformed", align: "end", render: (row) => (row.malformed ? h("span", { class: "warn" }, number(row.malformed)) : "0") },
          { key: "recovered", label: "Recovered", align: "end" }, { key: "unknown", label: "Unknown", align: "end" },
          { key: "responses", label: "Responses", align: "end" }, { key: "cost", label: "Cost", align: "end", render: (row) => cost(row) },
        ],
      }),
    ],
  });
}
