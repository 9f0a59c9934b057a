// @ts-check
// The keyboard: one table of bindings, sequences ("g l") included, and the dialog that explains them.

import { h } from "./dom.js";

/** @typedef {{keys: string, description: string, scope: string, handler: (event: KeyboardEvent) => void|boolean}} Binding */

/** @type {Binding[]} */
let bindings = [];
const sequenceTimeout = 1_200;
let pending = "";
/** @type {ReturnType<typeof setTimeout>|undefined} */
let pendingTimer;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * Binds keys: "j", "Shift+J", "Mod+K" (Ctrl, Cmd on a Mac), "Space", "g l" (one after the other).
 * A handler that returns false lets the key through. Answers what removes the binding.
 * @param {string} keys
 * @param {string} description for the help; "" hides it there
 * @param {(event: KeyboardEvent) => void|boolean} handler
 * @param {string} [scope] the heading in the help
 * @returns {() => void}
 */
export function bind(keys, description, handler, scope = "Everywhere") {
  const binding = { keys, description, handler, scope };
  bindings.push(binding);
  return () => {
    bindings = bindings.filter((other) => other !== binding);
  };
}

/** Whether single keys are shortcuts; speech input and some people want them off. */
export function enabled() {
  return localStorage.getItem("tailship.keys") !== "off";
}

/** Turns shortcuts of single keys on or off. */
export function setEnabled(/** @type {boolean} */ on) {
  localStorage.setItem("tailship.keys", on ? "on" : "off");
}

/** @param {KeyboardEvent} event */
function nameOf(event) {
  let key = event.key === " " ? "Space" : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key.length === 1) key = key.toUpperCase();
    return `${(isMac ? event.metaKey : event.ctrlKey) ? "Mod" : "Other"}+${key}`;
  }
  if (event.shiftKey && (key.length > 1 || /[A-Z]/.test(key))) return `Shift+${key}`;
  return key;
}

/** @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
      || (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type)));
}

/** @param {EventTarget|null} target */
function isPressable(target) {
  return target instanceof HTMLElement && /^(BUTTON|A|SUMMARY|INPUT)$/.test(target.tagName);
}

/** Begins to listen. */
export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const name = nameOf(event);
    const modified = name.startsWith("Mod+");
    if (name.startsWith("Other+")) return;
    if (!modified && (isTyping(event.target) || !enabled())) return;
    if (!modified && document.querySelector("dialog[open]")) return;
    if ((name === "Space" || name === "Enter") && isPressable(event.target)) return;
    clearTimeout(pendingTimer);
    const sequence = pending ? `${pending} ${name}` : name;
    pending = "";
    if (run(sequence, event) || (sequence !== name && run(name, event))) return;
    if (bindings.some((binding) => binding.keys.startsWith(`${name} `))) {
      pending = name;
      pendingTimer = setTimeout(() => (pending = ""), sequenceTimeout);
    }
  });
}

/**
 * @param {string} name
 * @param {KeyboardEvent} event
 */
function run(name, event) {
  for (const binding of [...bindings].reverse()) {
    if (binding.keys !== name) continue;
    if (binding.handler(event) === false) continue;
    event.preventDefault();
    return true;
  }
  return false;
}

/** The keys of a binding as `<kbd>`s. */
export function keyCaps(/** @type {string} */ keys) {
  return keys.split(" ").flatMap((key, index) => [
    index ? h("span", { class: "muted" }, " then ") : null,
    ...key.split("+").map((part) => h("kbd", null, part === "Mod" ? (isMac ? "⌘" : "Ctrl") : part === "Shift" ? "⇧" : part)),
  ]);
}

/** What the help shows: every binding, by scope. */
export function helpContent() {
  /** @type {Map<string, Map<string, string[]>>} */
  const scopes = new Map();
  for (const { keys, description, scope } of bindings) {
    if (!description) continue;
    const lines = scopes.get(scope) ?? new Map();
    lines.set(description, [...(lines.get(description) ?? []), keys]);
    scopes.set(scope, lines);
  }
  const toggle = h("input", { type: "checkbox", checked: enabled() });
  toggle.addEventListener("change", () => setEnabled(toggle.checked));
  return h("div", { class: "keys-help" },
    [...scopes].map(([scope, lines]) => h("section", null, h("h3", null, scope),
      h("dl", null, [...lines].map(([description, keys]) => h("div", null,
        h("dt", null, keys.map((one, index) => [index ? h("span", { class: "muted" }, " or ") : null, keyCaps(one)])),
        h("dd", null, description)))))),
    h("label", { class: "check" }, toggle, "Shortcuts of single keys"));
}
