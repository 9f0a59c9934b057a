// @ts-check
// Long texts, folded; code with the numbers of its lines.

import { h, replace } from "../../core/dom.js";
import { number } from "../../core/format.js";
import { colourLater, languageOf, visibleText } from "../../core/markdown.js";
import { ansi, hasAnsi } from "./ansi.js";

const foldAt = 40;
const foldTo = 24;

/** @param {string} text */
function countLines(text) {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/**
 * The first so many lines of a text.
 * @param {string} text
 * @param {number} count
 */
function firstLines(text, count) {
  let at = -1;
  for (let line = 0; line < count; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return text;
  }
  return text.slice(0, at);
}

/**
 * Shows a text folded when it has more than 40 lines.
 * @param {string} text
 * @param {(text: string) => Node} draw
 * @param {{open: boolean, onOpen?: () => void}} state
 */
export function folded(text, draw, state) {
  const lines = countLines(text);
  const holder = h("div", { class: "folded" });
  const show = () => {
    if (lines <= foldAt || state.open) replace(holder, draw(text));
    else {
      replace(holder, draw(firstLines(text, foldTo)), h("button", { class: "unfold", onclick: () => {
        state.open = true;
        state.onOpen?.();
        show();
      } }, `${number(lines - foldTo)} more lines`));
    }
  };
  show();
  return holder;
}

/** A block of plain or coloured terminal text. */
export function terminal(/** @type {string} */ text) {
  return h("pre", { class: "terminal", tabindex: "0" }, hasAnsi(text) || text.includes("\r") ? ansi(text) : visibleText(text));
}

/**
 * Code with a gutter of line numbers: they are taken from the text, where a tool wrote them there
 * ("   12→text"), else counted from `start`.
 * @param {string} text
 * @param {string|null} path
 * @param {number} [start]
 */
export function numberedCode(text, path, start = 1) {
  const lines = text.split("\n");
  const written = lines.map((line) => /^\s*(\d+)(?:→|\t)(.*)$/s.exec(line));
  const isNumbered = written[0] !== null && written.filter(Boolean).length >= lines.length / 2;
  const numbers = isNumbered ? written.map((match) => match?.[1] ?? "") : lines.map((_, index) => String(start + index));
  const code = h("code", null, visibleText(isNumbered ? written.map((match, index) => match?.[2] ?? lines[index]).join("\n") : text));
  const language = languageOf(path);
  if (language) requestAnimationFrame(() => colourLater(code, language));
  return h("div", { class: "numbered", tabindex: "0" },
    h("pre", { class: "gutter", "aria-hidden": "true" }, numbers.join("\n")), h("pre", { class: "code" }, code));
}

/** JSON as it is easiest to read: objects by their fields, texts with their lines. */
export function fields(/** @type {string} */ text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return h("pre", { class: "terminal", tabindex: "0" }, visibleText(text));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return h("pre", { class: "terminal", tabindex: "0" }, visibleText(typeof value === "string" ? value : JSON.stringify(value, null, 2)));
  }
  return h("dl", { class: "fields" }, Object.entries(value).map(([name, one]) => h("div", null, h("dt", null, name),
    h("dd", null, h("pre", null, visibleText(typeof one === "string" ? one : JSON.stringify(one, null, 2)))))));
}

/** Pretty JSON, coloured. */
export function json(/** @type {string} */ text) {
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON, or cut: as it is.
  }
  const code = h("code", null, visibleText(pretty));
  requestAnimationFrame(() => colourLater(code, "json"));
  return h("pre", { class: "terminal json", tabindex: "0" }, code);
}
