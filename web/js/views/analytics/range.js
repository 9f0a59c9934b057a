// @ts-check
// The range that figures are of, in the URL (`since`, `until`, `compare`): a choice of usual ones, any
// two days, and whether the time before is shown beside it.

import { icon, segmented } from "../../core/components.js";
import { h, keepFocus, replace, uniqueId } from "../../core/dom.js";
import { zone } from "../../core/filters.js";
import { date } from "../../core/format.js";

/** Before there were any sessions: asks for everything. */
export const beginning = "2000-01-01";
const usual = [
  { id: "today", label: "Today" }, { id: "7d", label: "7 d", title: "7 days" }, { id: "30d", label: "30 d", title: "30 days" },
  { id: "90d", label: "90 d", title: "90 days" }, { id: "365d", label: "1 y", title: "A year" }, { id: beginning, label: "All", title: "All time" },
];
const days = /** @type {Record<string, number>} */ ({ today: 1, "7d": 7, "30d": 30, "90d": 90, "365d": 365 });

/**
 * @typedef {object} Range
 * @property {string} since
 * @property {string} until
 * @property {boolean} isAll
 * @property {boolean} compare whether to ask for the time before as well
 * @property {number|null} days about how many; null when it depends
 * @property {string} label
 */

/**
 * The range that the URL asks for.
 * @param {URLSearchParams} query
 * @param {string} [otherwise]
 * @returns {Range}
 */
export function rangeOf(query, otherwise = "30d") {
  const since = query.get("since") || (query.get("until") ? beginning : otherwise);
  const until = query.get("until") ?? "";
  const isAll = since === beginning && !until;
  const length = until ? (Date.parse(until) - Date.parse(since)) / 86_400_000 + 1 : days[since] ?? (Date.now() - Date.parse(since)) / 86_400_000 + 1;
  const known = usual.find((one) => one.id === since);
  const label = isAll ? "all time" : !until && known ? (since === "today" ? "today" : `the last ${known.title}`)
    : `${date(`${since}T12:00:00Z`)} – ${until ? date(`${until}T12:00:00Z`) : "now"}`;
  return { since, until, isAll, compare: query.get("compare") === "1" && !isAll, days: isAll || !Number.isFinite(length) ? null : length, label };
}

/**
 * The range as parameters of a question.
 * @param {Range} range
 */
export function rangeParams(range) {
  return { since: range.since, until: range.until, zone: zone(), compare: range.compare ? 1 : null };
}

/**
 * The picker. `update(query)` brings it up to date.
 * @param {{query: URLSearchParams, onChange: (params: Record<string, string|null>) => void, otherwise?: string, compare?: boolean}} options
 */
export function rangePicker({ query, onChange, otherwise, compare = true }) {
  const element = h("div", { class: "range" });
  const id = uniqueId("range");

  /** @param {URLSearchParams} next */
  function update(next) {
    const range = rangeOf(next, otherwise);
    const isUsual = !range.until && usual.some((one) => one.id === range.since);
    const from = h("input", { class: "input", type: "date", name: "since", value: /^\d/.test(range.since) && !range.isAll && range.since.length === 10 ? range.since : "", required: true });
    const to = h("input", { class: "input", type: "date", name: "until", value: range.until });
    const form = h("form", { class: "range-form" }, h("label", null, "From", from), h("label", null, "To, with that day", to),
      h("button", { class: "button primary", type: "submit" }, "Apply"));
    const pop = h("div", { class: "menu range-pop", popover: "auto", id, role: "dialog", "aria-label": "Any two days" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      pop.hidePopover();
      onChange({ since: from.value, until: to.value || null });
    });
    const open = h("button", { class: ["button range-days", !isUsual && "is-on"], "aria-haspopup": "dialog", "aria-controls": id, "aria-label": isUsual ? "Any two days" : `Days: ${range.label}`, onclick: () => {
      pop.showPopover();
      const box = open.getBoundingClientRect();
      pop.style.setProperty("left", `${Math.max(8, Math.min(box.left, innerWidth - pop.offsetWidth - 8))}px`);
      pop.style.setProperty("top", `${box.bottom + 4}px`);
      from.focus();
    } }, icon("down", 12), isUsual ? null : range.label);
    const box = h("input", { type: "checkbox", checked: range.compare, disabled: range.isAll });
    box.addEventListener("change", () => onChange({ compare: box.checked ? "1" : null }));
    keepFocus(element, () => replace(element,
      segmented({ label: "Range", items: usual, selected: isUsual ? range.since : "", onSelect: (chosen) => onChange({ since: chosen, until: null }) }),
      open, pop,
      compare ? h("label", { class: "check range-compare", title: range.isAll ? "There is no time before all time" : "With as long a time before" }, box, "Compare") : null));
  }
  update(query);
  return Object.assign(element, { update });
}
