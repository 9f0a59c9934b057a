// @ts-check
// Tables that sort and open by keyboard, and the lists of values beside them.

import { h, replace } from "./dom.js";
import { number } from "./format.js";
import { icon } from "./icons.js";

/**
 * @template R
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {"start"|"end"|"center"} [align]
 * @property {boolean} [sort] the heading sorts
 * @property {(row: R) => any} [render] a node, a text or a number; default: the value as text
 * @property {string} [title] of the heading
 * @property {string} [class] of the cells
 * @property {boolean} [hideLabel] shows the heading to screen readers only
 */

/**
 * A table. `update(rows, sort)` gives it others; rows with the same key keep their element and focus.
 * @template R
 * @param {{columns: Column<R>[], rows: R[], caption: string, rowKey?: (row: R) => string,
 *   sort?: {key: string, dir: "asc"|"desc"}|null, onSort?: (key: string, dir: "asc"|"desc") => void,
 *   onRow?: (row: R) => void, rowHref?: (row: R) => string, rowClass?: (row: R) => string|null,
 *   empty?: Node|string, class?: string}} options
 */
export function table(options) {
  const { columns, caption, rowKey, onSort, onRow, rowHref, rowClass } = options;
  let sort = options.sort ?? null;
  /** @type {WeakMap<Element, R>} */
  const rowsOf = new WeakMap();
  const head = h("thead", null);
  const body = h("tbody", null);
  const element = h("div", { class: ["table-holder scroll-x", options.class], tabindex: "-1" },
    h("table", { class: "table" }, h("caption", { class: "visually-hidden" }, caption), head, body));

  function drawHead() {
    replace(head, h("tr", null, columns.map((column) => {
      const sorted = sort?.key === column.key ? sort.dir : null;
      const label = column.hideLabel ? h("span", { class: "visually-hidden" }, column.label) : column.label;
      return h("th", {
        scope: "col", class: [column.class, column.align && `align-${column.align}`], title: column.title,
        "aria-sort": sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : null,
      }, column.sort && onSort
        ? h("button", { class: "sort", onclick: () => onSort(column.key, sorted === "desc" ? "asc" : "desc") }, label,
          sorted ? icon(sorted === "asc" ? "up" : "down", 10) : null)
        : label);
    })));
  }

  /** @param {R} row */
  function drawRow(row) {
    const href = rowHref?.(row);
    const line = h("tr", { class: [(onRow || href) && "row-link", rowClass?.(row)], dataset: { key: rowKey?.(row) } },
      columns.map((column, index) => {
        const value = column.render ? column.render(row) : /** @type {any} */ (row)[column.key];
        const shown = typeof value === "number" ? number(value) : value;
        return h("td", { class: [column.class, column.align && `align-${column.align}`] },
          href && index === firstLink ? h("a", { class: "row-anchor", href }, shown) : shown ?? "–");
      }));
    rowsOf.set(line, row);
    if (onRow && !href) line.tabIndex = 0;
    return line;
  }
  const firstLink = Math.max(0, columns.findIndex((column) => column.class?.includes("main")));

  body.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const line = target.closest("tr");
    if (!line || target.closest("a, button, input, label") || String(getSelection())) return;
    const anchor = /** @type {HTMLElement|null} */ (line.querySelector("a.row-anchor"));
    const row = rowsOf.get(line);
    if (onRow && row) onRow(row);
    else anchor?.click();
  });
  body.addEventListener("keydown", (event) => {
    const line = /** @type {Element} */ (event.target).closest("tr");
    const row = line && rowsOf.get(line);
    if (event.key === "Enter" && event.target === line && row && onRow) {
      event.preventDefault();
      onRow(row);
    }
  });

  /**
   * @param {R[]} rows
   * @param {{key: string, dir: "asc"|"desc"}|null} [newSort]
   */
  function update(rows, newSort) {
    if (newSort !== undefined) sort = newSort;
    drawHead();
    const key = /** @type {HTMLElement|null} */ (document.activeElement?.closest("tr"))?.dataset.key;
    replace(body, rows.length ? rows.map(drawRow)
      : h("tr", null, h("td", { class: "table-empty", colspan: String(columns.length) }, options.empty ?? "Nothing to show.")));
    if (key && rowKey) {
      const line = /** @type {HTMLElement|null} */ (body.querySelector(`tr[data-key="${CSS.escape(key)}"]`));
      (/** @type {HTMLElement|null} */ (line?.querySelector("a.row-anchor")) ?? line)?.focus({ preventScroll: true });
    }
  }
  update(options.rows);
  return Object.assign(element, { update, body });
}

/**
 * Lists of values with their counts, to narrow by.
 * @param {{groups: {field: string, label: string, values: {value: string|null, count: number}[]}[],
 *   query: URLSearchParams, onToggle: (field: string, value: string, on: boolean) => void, few?: number,
 *   format?: (field: string, value: string) => string}} options
 */
export function facets({ groups, query, onToggle, few = 7, format }) {
  return h("div", { class: "facets" }, groups.map((group) => {
    const chosen = new Set(query.getAll(group.field));
    const values = group.values.filter((one) => one.value !== null);
    const rest = group.values.find((one) => one.value === null);
    for (const value of chosen) {
      if (!values.some((one) => one.value === value)) values.unshift({ value, count: 0 });
    }
    if (!values.length) return null;
    const most = Math.max(1, ...values.map((one) => one.count));
    const lines = values.map((one) => {
      const value = /** @type {string} */ (one.value);
      const on = chosen.has(value);
      const box = h("input", { type: "checkbox", checked: on });
      box.addEventListener("change", () => onToggle(group.field, value, box.checked));
      const bar = h("span", { class: "facet-bar", style: { "--share": String(one.count / most) } });
      return h("label", { class: ["facet", on && "is-on"], title: value }, box,
        h("span", { class: "facet-name" }, format?.(group.field, value) ?? value), h("span", { class: "facet-count" }, number(one.count)), bar);
    });
    const more = lines.length > few
      ? h("details", { class: "facet-more" }, h("summary", null, `${lines.length - few} more`), lines.slice(few))
      : null;
    return h("details", { class: "facet-group", open: true }, h("summary", null, icon("chevron", 12), group.label,
      chosen.size ? h("span", { class: "facet-chosen" }, String(chosen.size)) : null),
    lines.slice(0, few), more, rest ? h("span", { class: "facet-rest muted" }, `${number(rest.count)} in others`) : null);
  }));
}
