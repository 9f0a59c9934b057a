// @ts-check
// The filters of the URL: one grammar in every view (docs/api.md), shown as a line of chips.

import { h, replace, uniqueId } from "./dom.js";
import { icon, menu, pill } from "./components.js";

/** The fields that a filter can name, as people call them. */
export const fields = /** @type {Record<string, {label: string, values?: string[]}>} */ ({
  agent: { label: "Machine" },
  owner: { label: "User" },
  project: { label: "Project" },
  branch: { label: "Branch" },
  session: { label: "Session" },
  title: { label: "Title" },
  tool: { label: "Agent", values: ["claude-code", "codex"] },
  name: { label: "Tool", values: ["Bash", "Edit", "Read", "Write", "Grep", "Glob", "Task", "WebFetch", "WebSearch"] },
  model: { label: "Model" },
  role: { label: "Role", values: ["user", "assistant", "tool", "system"] },
  kind: { label: "Kind", values: ["prompt", "text", "thinking", "tool_use", "tool_result", "compact_summary", "interruption",
    "slash_command", "subagent_prompt", "api_error", "system", "meta"] },
  language: { label: "Language" },
  path: { label: "Path" },
  file: { label: "File" },
  command: { label: "Command" },
  cost: { label: "Cost", values: [">1", ">5", ">20"] },
  has: { label: "Has", values: ["error", "secret", "danger", "sensitive", "finding", "code", "paths", "attachment", "subagent", "unpriced", "compaction", "interruption", "retry", "loop"] },
  grade: { label: "Grade", values: ["A", "B", "C", "D", "F"] },
  outcome: { label: "Outcome", values: ["success", "error", "denied", "interrupted", "none", "completed", "errored", "abandoned", "unknown"] },
  integrity: { label: "Integrity", values: ["ok", "recovered", "unknown", "malformed"] },
  rule: { label: "Rule" },
  error_class: { label: "Error" },
  program: { label: "Program", values: ["git commit", "git push"] },
  host: { label: "Host" },
  duration: { label: "Took", values: [">10m", ">1m", ">10s"] },
  peak: { label: "Peak context", values: [">=100000", ">=200000"] },
  pressure: { label: "Pressure", values: [">=0.8", ">=0.5"] },
  speaker: { label: "Speaker" },
  tag: { label: "Tag" },
  within: { label: "Of sessions with" },
});

const aliases = /** @type {Record<string, string>} */ ({ machine: "agent", user: "owner", lang: "language", is: "has" });
const ranges = [["", "Any time"], ["today", "Today"], ["yesterday", "Since yesterday"], ["7d", "7 days"], ["30d", "30 days"], ["90d", "90 days"]];

/**
 * What the URL asks.
 * @param {URLSearchParams} query
 * @returns {{q: string, fields: Record<string, string[]>, since: string, until: string}}
 */
export function read(query) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const [name, value] of query) {
    const field = aliases[name] ?? name;
    if (field in fields && value) (found[field] ??= []).push(value);
  }
  return { q: query.get("q") ?? "", fields: found, since: query.get("since") ?? "", until: query.get("until") ?? "" };
}

/**
 * The filters of the URL as parameters of a question, and nothing else of the URL.
 * @param {URLSearchParams} query
 * @param {import("./api.js").Params} [extra]
 * @returns {import("./api.js").Params}
 */
export function toParams(query, extra = {}) {
  const { q, fields: chosen, since, until } = read(query);
  return { q, since, until, ...chosen, zone: since || until || /since:|until:|on:/.test(q) ? zone() : null, ...extra };
}

/** Minutes east of UTC, here and now. */
export function zone() {
  return -new Date().getTimezoneOffset();
}

/** Whether the URL asks for anything at all. */
export function isFiltered(/** @type {URLSearchParams} */ query) {
  const { q, fields: chosen, since, until } = read(query);
  return Boolean(q || since || until || Object.keys(chosen).length);
}

/** The parameters that take every filter away: for `setQuery`. */
export function none() {
  return Object.fromEntries([...Object.keys(fields), ...Object.keys(aliases), "q", "since", "until"].map((name) => [name, null]));
}

/**
 * The parameters after a value of a field is added or taken away: for `setQuery`.
 * @param {URLSearchParams} query
 * @param {string} field
 * @param {string} value
 * @param {boolean} on
 */
export function toggled(query, field, value, on) {
  const values = new Set(query.getAll(field));
  if (on) values.add(value);
  else values.delete(value);
  return { [field]: [...values] };
}

/**
 * The line of filters: words, a range, a menu of fields, and a chip for each that holds.
 * @param {{query: URLSearchParams, onChange: (params: Record<string, string|string[]|null>) => void,
 *   fields?: string[], placeholder?: string, words?: boolean, dates?: boolean, label?: string,
 *   values?: () => Record<string, {value: string|null, count: number}[]>}} options
 */
export function filterBar({ query, onChange, placeholder, words = true, dates = true, label = "Filters", ...options }) {
  let present = query;
  const names = options.fields ?? Object.keys(fields);
  const input = h("input", {
    class: "input filter-words", type: "search", value: query.get("q") ?? "", placeholder: placeholder ?? "Filter",
    "aria-label": placeholder ?? "Filter", spellcheck: "false", autocomplete: "off", enterkeyhint: "search",
  });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const send = () => {
    clearTimeout(timer);
    if (input.value.trim() !== (present.get("q") ?? "")) onChange({ q: input.value.trim() || null });
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 250);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send();
    if (event.key === "Escape" && input.value) {
      event.stopPropagation();
      input.value = "";
      send();
    } else if (event.key === "Escape") input.blur();
  });
  const range = h("select", { class: "select", "aria-label": "Time" });
  range.addEventListener("change", () => onChange({ since: range.value || null, until: null }));
  const chips = h("div", { class: "chips" });

  /** @param {string} field */
  function ask(field) {
    const id = uniqueId("field");
    const known = options.values?.()[field]?.flatMap((one) => (one.value === null ? [] : [one.value])) ?? fields[field].values ?? [];
    const box = h("input", { class: "input", list: `${id}-list`, placeholder: `${fields[field].label}…`, "aria-label": fields[field].label, autocomplete: "off" });
    const form = h("form", { class: "chip-form" }, box, h("datalist", { id: `${id}-list` }, known.map((value) => h("option", { value }))));
    const done = () => {
      const value = box.value.trim();
      form.remove();
      if (value) onChange(toggled(present, field, value, true));
      adder.querySelector("button")?.focus({ preventScroll: true });
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done();
    });
    // Enter both changes the field and submits the form: that is one choice.
    box.addEventListener("change", () => setTimeout(() => form.isConnected && known.includes(box.value.trim()) && done()));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      form.remove();
      adder.querySelector("button")?.focus({ preventScroll: true });
    });
    box.addEventListener("blur", () => setTimeout(() => form.isConnected && !box.value && form.remove(), 100));
    chips.append(form);
    box.focus();
  }

  const adder = menu({
    label: "Add filter", icon: "filter", class: "quiet", items: names.map((name) => ({ label: fields[name].label, onSelect: () => ask(name) })),
  });
  const element = h("div", { class: "filter-bar", role: "search", "aria-label": label },
    words ? h("span", { class: "field-icon" }, icon("search"), input) : null, dates ? range : null, adder, chips);

  /** @param {URLSearchParams} next */
  function update(next) {
    present = next;
    const found = read(next);
    if (document.activeElement !== input) input.value = found.q;
    const known = ranges.some(([value]) => value === found.since) && !found.until;
    replace(range, ranges.map(([value, text]) => h("option", { value, selected: known && value === found.since }, text)),
      known ? null : h("option", { value: found.since, selected: true }, [found.since, found.until].filter(Boolean).join(" – ")));
    const list = Object.entries(found.fields).flatMap(([field, values]) => values.map((value) =>
      pill(`${fields[field].label}: ${value}`, { onRemove: () => onChange(withoutValue(next, field, value)) })));
    const all = list.length > 1 || (list.length && (found.q || found.since))
      ? h("button", { class: "button quiet small", onclick: () => onChange(none()) }, "Clear all") : null;
    const removed = chips.contains(document.activeElement);
    replace(chips, list, all);
    // What was removed had the focus: the next one has it, or what adds others.
    if (removed) /** @type {HTMLElement|null} */ (chips.querySelector("button") ?? adder.querySelector("button"))?.focus({ preventScroll: true });
    chips.classList.toggle("is-empty", !list.length);
  }
  update(query);
  return Object.assign(element, { update, focus: () => input.focus(), input });
}

/**
 * @param {URLSearchParams} query
 * @param {string} field
 * @param {string} value
 */
function withoutValue(query, field, value) {
  /** @type {Record<string, string[]>} */
  const params = {};
  for (const name of [field, ...Object.keys(aliases).filter((alias) => aliases[alias] === field)]) {
    if (query.has(name)) params[name] = query.getAll(name).filter((one) => one !== value);
  }
  return params;
}
