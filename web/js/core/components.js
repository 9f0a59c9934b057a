// @ts-check
// What every view is made of: states, tables, badges, tabs, menus, dialogs, notices, downloads.

import { clear, h, replace, setText, uniqueId } from "./dom.js";
import { clock, number, plural } from "./format.js";
import { icon } from "./icons.js";

export { icon };
export { odometer } from "./odometer.js";
export { facets, table } from "./tables.js";

/**
 * What stands where there is nothing (yet, or at all), and what to do about it.
 * @param {{kind: "empty"|"loading"|"error", title: string, text?: string|null, action?: Node|null}} options
 */
export function stateBlock({ kind, title, text, action }) {
  const names = { empty: "search", loading: "live", error: "error" };
  return h("div", { class: ["state", `state-${kind}`], role: kind === "error" ? "alert" : "status" },
    kind === "loading" ? h("span", { class: "spinner", "aria-hidden": "true" }) : icon(names[kind], 20),
    h("p", { class: "state-title" }, title),
    text ? h("p", { class: "state-text" }, text) : null,
    action ?? null);
}

/**
 * An error as a state block, with what the receiver says can be done and a button to try again.
 * @param {unknown} error
 * @param {(() => void)|null} [retry]
 */
export function errorBlock(error, retry) {
  const found = /** @type {{message?: string, remedy?: string|null}} */ (error);
  return stateBlock({
    kind: "error",
    title: found?.message || "Something went wrong.",
    text: found?.remedy ?? null,
    action: retry ? h("button", { class: "button", onclick: retry }, "Try again") : null,
  });
}

/**
 * Grey bars of the height of what is coming, so that nothing moves when it comes.
 * @param {number} lines
 * @param {string} [name]
 */
export function skeleton(lines, name = "Loading") {
  return h("div", { class: "skeleton", role: "status", "aria-label": name },
    Array.from({ length: lines }, () => h("span", { class: "skeleton-line", "aria-hidden": "true" })));
}

/**
 * A short word in colour: `tone` is neutral, accent, good, warn, bad.
 * @param {string|number} text
 * @param {{tone?: string, title?: string, icon?: string}} [options]
 */
export function badge(text, options = {}) {
  return h("span", { class: ["badge", options.tone && `tone-${options.tone}`], title: options.title },
    options.icon ? icon(options.icon, 12) : null, String(text));
}

/**
 * A rounded label that may be a link, and may be taken away.
 * @param {string} text
 * @param {{href?: string, onRemove?: () => void, tone?: string, title?: string}} [options]
 */
export function pill(text, options = {}) {
  const label = options.href ? h("a", { href: options.href, title: options.title }, text) : h("span", { title: options.title }, text);
  return h("span", { class: ["pill", options.tone && `tone-${options.tone}`] }, label,
    options.onRemove
      ? h("button", { class: "pill-remove", "aria-label": `Remove ${text}`, onclick: options.onRemove }, icon("close", 12))
      : null);
}

/** The dot of a session's status, named for everybody. */
export function statusDot(/** @type {string} */ status) {
  const says = /** @type {Record<string, string>} */ ({
    working: "Working: something happened in the last minute",
    waiting: "Waiting: its turn has ended, within ten minutes",
    idle: "Idle: nothing for up to ten minutes",
    stale: "Stale: a call has had no result for ten minutes",
    unclean: "Unclean: a call has had no result for an hour",
    quiet: "Quiet: nothing for more than ten minutes",
  });
  return h("span", { class: ["dot", `dot-${status}`], role: "img", "aria-label": says[status] ?? status, title: says[status] ?? status });
}

/**
 * Tabs: links when they have `href`, else buttons; arrows move between them.
 * @param {{items: {id: string, label: string, count?: number|null, href?: string}[], selected: string,
 *   onSelect?: (id: string) => void, label: string, controls?: string}} options
 */
export function tabs({ items, selected, onSelect, label, controls }) {
  const links = items.some((item) => item.href);
  const elements = items.map((item) => {
    const content = [item.label, item.count === null || item.count === undefined ? null
      : h("span", { class: "tab-count" }, number(item.count))];
    const isSelected = item.id === selected;
    return item.href
      ? h("a", { class: "tab", href: item.href, "aria-current": isSelected ? "page" : null, dataset: { id: item.id } }, content)
      : h("button", {
        class: "tab", role: "tab", "aria-selected": String(isSelected), tabindex: isSelected ? "0" : "-1",
        "aria-controls": controls, dataset: { id: item.id }, onclick: () => choose(item.id),
      }, content);
  });
  const list = links
    ? h("nav", { class: "tabs", "aria-label": label }, elements)
    : h("div", { class: "tabs", role: "tablist", "aria-label": label }, elements);
  /** @param {string} id */
  function choose(id) {
    for (const element of elements) {
      const mine = element.dataset.id === id;
      if (links) mine ? element.setAttribute("aria-current", "page") : element.removeAttribute("aria-current");
      else {
        element.setAttribute("aria-selected", String(mine));
        element.tabIndex = mine ? 0 : -1;
      }
    }
    onSelect?.(id);
  }
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[/** @type {KeyboardEvent} */ (event).key];
    const at = elements.indexOf(/** @type {any} */ (document.activeElement));
    if (!move || at < 0) return;
    event.preventDefault();
    const next = elements[(at + move + elements.length) % elements.length];
    next.focus();
    if (!links) choose(next.dataset.id ?? "");
  });
  return list;
}

/**
 * A button that opens a list of actions.
 * @param {{label: string, icon?: string, class?: string, hideLabel?: boolean,
 *   items: {label: string, href?: string, onSelect?: () => void, checked?: boolean, disabled?: boolean,
 *   danger?: boolean, download?: string|boolean, hint?: string, separator?: boolean}[]}} options
 */
export function menu({ label, icon: name, items, hideLabel, ...options }) {
  const id = uniqueId("menu");
  const list = h("div", { class: "menu", id, role: "menu", popover: "auto", "aria-label": label });
  const button = h("button", {
    class: ["button", options.class], "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id,
    "aria-label": hideLabel ? label : null, title: hideLabel ? label : null,
  }, name ? icon(name) : null, hideLabel ? null : label, hideLabel ? null : icon("down", 12));
  for (const item of items) {
    if (item.separator) {
      list.append(h("hr", null));
      continue;
    }
    const content = [item.checked === undefined ? null : h("span", { class: "menu-check" }, item.checked ? icon("check", 14) : null),
      h("span", { class: "menu-label" }, item.label), item.hint ? h("span", { class: "menu-hint" }, item.hint) : null];
    const attributes = {
      class: ["menu-item", item.danger && "danger"], tabindex: "-1",
      role: item.checked === undefined ? "menuitem" : "menuitemcheckbox",
      "aria-checked": item.checked === undefined ? null : String(item.checked),
    };
    list.append(item.href && !item.disabled
      ? h("a", { ...attributes, href: item.href, download: item.download, onclick: () => list.hidePopover() }, content)
      : h("button", { ...attributes, disabled: Boolean(item.disabled), onclick: () => {
        list.hidePopover();
        item.onSelect?.();
      } }, content));
  }
  list.addEventListener("toggle", (event) => {
    const open = /** @type {any} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open) /** @type {HTMLElement|null} */ (list.querySelector(".menu-item:not(:disabled)"))?.focus();
  });
  button.addEventListener("click", () => {
    if (list.matches(":popover-open")) list.hidePopover();
    else {
      list.showPopover();
      placeBeside(list, button);
    }
  });
  list.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".menu-item:not(:disabled)")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[(at + move + all.length) % all.length]?.focus();
  });
  return h("span", { class: "menu-holder" }, button, list);
}

/**
 * Puts a popover under its button, inside the window.
 * @param {HTMLElement} list
 * @param {HTMLElement} button
 */
export function placeBeside(list, button) {
  const box = button.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - size.width - 8));
  const below = box.bottom + 4 + size.height <= innerHeight - 8;
  list.style.setProperty("left", `${left}px`);
  list.style.setProperty("top", `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - size.height)}px`);
}

/**
 * A modal dialog, opened at once; Escape and its cross close it.
 * @param {{title: string, content: Node|Node[], actions?: Node[], onClose?: () => void, wide?: boolean, class?: string}} options
 */
export function dialog({ title, content, actions, onClose, wide, ...options }) {
  const id = uniqueId("dialog");
  const before = document.activeElement;
  const element = h("dialog", { class: ["dialog", wide && "dialog-wide", options.class], "aria-labelledby": id },
    h("header", { class: "dialog-head" }, h("h2", { id }, title),
      h("button", { class: "button quiet square", "aria-label": "Close", onclick: () => element.close() }, icon("close"))),
    h("div", { class: "dialog-body" }, Array.isArray(content) ? content : [content]),
    actions?.length ? h("footer", { class: "dialog-foot" }, actions) : null);
  element.addEventListener("close", () => {
    element.remove();
    if (before instanceof HTMLElement) before.focus();
    onClose?.();
  });
  element.addEventListener("mousedown", (event) => {
    if (event.target === element) element.close();
  });
  document.body.append(element);
  element.showModal();
  // What is asked for comes before the cross that closes.
  /** @type {HTMLElement|null} */ (element.querySelector(".dialog-body :is(input, select, textarea):not(:disabled)"))?.focus();
  return element;
}

/** Says something to screen readers, without showing it. */
export function announce(/** @type {string} */ text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}

/**
 * A notice at the edge that goes by itself.
 * @param {string} text
 * @param {{kind?: "info"|"good"|"bad", action?: {label: string, onSelect: () => void}}} [options]
 */
export function toast(text, options = {}) {
  let holder = document.getElementById("toasts");
  if (!holder) {
    holder = h("div", { id: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(holder);
  }
  const element = h("div", { class: ["toast", options.kind && `toast-${options.kind}`] }, h("span", null, text),
    options.action ? h("button", { class: "button quiet", onclick: () => {
      element.remove();
      options.action?.onSelect();
    } }, options.action.label) : null,
    h("button", { class: "button quiet square", "aria-label": "Dismiss", onclick: () => element.remove() }, icon("close", 14)));
  holder.append(element);
  setTimeout(() => element.remove(), options.kind === "bad" ? 12_000 : 5_000);
  return element;
}

/** Copies a text and says so; where the browser refuses, the text is shown to be copied by hand. */
export async function copyText(/** @type {string} */ text, what = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    toast(what, { kind: "good" });
  } catch {
    const area = h("textarea", { class: "input mono", rows: "4", readonly: true, "aria-label": "Text to copy" }, text);
    dialog({ title: "Copy this", content: area });
    area.select();
  }
}

/**
 * @param {string|(() => string)} text
 * @param {string} [label]
 * @param {{showLabel?: boolean}} [options]
 */
export function copyButton(text, label = "Copy", options = {}) {
  return h("button", {
    class: ["button quiet", !options.showLabel && "square"], "aria-label": label, title: label,
    onclick: () => void copyText(typeof text === "function" ? text() : text),
  }, icon("copy"), options.showLabel ? label : null);
}

/**
 * What is shown of how many, and the way on.
 * @param {{next?: string|null, previous?: string|null, onNext?: () => void, onPrevious?: () => void,
 *   shown?: number, total?: number|null, noun?: string, nouns?: string}} options
 */
export function pager({ next, previous, onNext, onPrevious, shown, total, noun = "row", nouns }) {
  const text = shown === undefined ? ""
    : total === null || total === undefined ? plural(shown, noun, nouns)
      : shown >= total ? `All ${plural(total, noun, nouns)}` : `${number(shown)} of ${plural(total, noun, nouns)}`;
  return h("div", { class: "pager" },
    onPrevious ? h("button", { class: "button", disabled: !previous, onclick: onPrevious }, icon("left"), "Before") : null,
    h("span", { class: "muted", role: "status" }, text),
    onNext && next ? h("button", { class: "button", onclick: onNext }, onPrevious ? ["After", icon("right")] : "Show more") : null);
}

/**
 * When a figure was made, and whether it lacks something.
 * @param {Element} element
 * @param {string|null|undefined} time
 * @param {string|boolean|null} [partial] what is missing
 */
export function asOf(element, time, partial) {
  replace(element, time ? ["as of ", h("time", { datetime: time }, clock(time))] : null,
    partial ? h("span", { class: "badge tone-warn", title: typeof partial === "string" ? partial : "Not everything is counted yet" }, "partial") : null);
  element.classList.add("as-of");
  return element;
}

/** A cell of CSV: quoted where needed; what a spreadsheet would take for a formula gets a leading '. */
export function csvCell(/** @type {unknown} */ value) {
  let text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  if (typeof value !== "number" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} type
 */
function save(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * A menu that saves rows as CSV or JSON.
 * @param {object[]|(() => object[]|Promise<object[]>)} rows
 * @param {string} name of the file, without its ending
 */
export function downloadMenu(rows, name) {
  const all = async () => /** @type {Record<string, unknown>[]} */ (typeof rows === "function" ? await rows() : rows);
  return menu({
    label: "Download", icon: "download", hideLabel: true, class: "quiet square",
    items: [
      { label: "CSV", onSelect: async () => {
        const found = await all();
        const columns = [...new Set(found.flatMap((row) => Object.keys(row)))];
        const lines = [columns.map(csvCell).join(","), ...found.map((row) => columns.map((column) => csvCell(row[column])).join(","))];
        save(`${lines.join("\r\n")}\r\n`, `${name}.csv`, "text/csv;charset=utf-8");
      } },
      { label: "JSON", onSelect: async () => save(`${JSON.stringify(await all(), null, 2)}\n`, `${name}.json`, "application/json") },
    ],
  });
}

/**
 * A choice of a few, as buttons side by side.
 * @param {{label: string, items: {id: string, label: string, title?: string}[], selected: string, onSelect: (id: string) => void}} options
 */
export function segmented({ label, items, selected, onSelect }) {
  const buttons = items.map((item) => h("button", {
    class: "segment", "aria-pressed": String(item.id === selected), title: item.title, dataset: { id: item.id },
    onclick: () => {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.id === item.id));
      onSelect(item.id);
    },
  }, item.label));
  return h("div", { class: "segmented", role: "group", "aria-label": label }, buttons);
}

/**
 * A text with parts of it marked, by positions in Unicode scalars.
 * @param {string} text
 * @param {[number, number][]} marks
 */
export function marked(text, marks) {
  const scalars = Array.from(text);
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    fragment.append(scalars.slice(at, from).join(""), h("mark", null, scalars.slice(from, to).join("")));
    at = to;
  }
  fragment.append(scalars.slice(at).join(""));
  return fragment;
}

/** Whether movement is unwanted. */
export function reducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export { clear, setText };
