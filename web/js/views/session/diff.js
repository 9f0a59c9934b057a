// @ts-check
// Changes of files, one column or two, with what differs inside of a line marked.

import { h } from "../../core/dom.js";
import { number, plural, shortPath } from "../../core/format.js";
import { visibleText } from "../../core/markdown.js";

const foldAt = 40;
const foldTo = 30;
const longestCompared = 400;

/** @typedef {{kind: " "|"-"|"+", text: string, old: number|null, new: number|null}} Line */

/**
 * @param {ApiDiff["hunks"][number]} hunk
 * @returns {Line[]}
 */
function linesOf(hunk) {
  let before = hunk.old_start;
  let after = hunk.new_start;
  return hunk.lines.map((line) => {
    const kind = /** @type {" "|"-"|"+"} */ (line[0] === "-" || line[0] === "+" ? line[0] : " ");
    return { kind, text: line.slice(1), old: kind === "+" ? null : before++, new: kind === "-" ? null : after++ };
  });
}

/**
 * Removed and added lines that stand for each other, side by side.
 * @param {Line[]} lines
 * @returns {[Line|null, Line|null][]}
 */
function pairs(lines) {
  /** @type {[Line|null, Line|null][]} */
  const found = [];
  for (let at = 0; at < lines.length;) {
    if (lines[at].kind === " ") {
      found.push([lines[at], lines[at]]);
      at += 1;
      continue;
    }
    /** @type {Line[]} */
    const removed = [];
    /** @type {Line[]} */
    const added = [];
    while (at < lines.length && lines[at].kind !== " ") {
      (lines[at].kind === "-" ? removed : added).push(lines[at]);
      at += 1;
    }
    for (let row = 0; row < Math.max(removed.length, added.length); row += 1) found.push([removed[row] ?? null, added[row] ?? null]);
  }
  return found;
}

/**
 * The text of a line, with what its other does not have marked: all between the common ends.
 * @param {string} text
 * @param {string|undefined} other
 */
function marked(text, other) {
  if (other === undefined || text === other || text.length > longestCompared || other.length > longestCompared) return visibleText(text);
  let head = 0;
  while (head < text.length && head < other.length && text[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < text.length - head && tail < other.length - head && text[text.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
  if (head + tail < Math.min(text.length, other.length) * 0.3) return visibleText(text);
  const fragment = document.createDocumentFragment();
  const end = text.length - tail;
  fragment.append(visibleText(text.slice(0, head)));
  if (end > head) fragment.append(h("span", { class: "diff-mark" }, visibleText(text.slice(head, end))));
  fragment.append(visibleText(text.slice(end)));
  return fragment;
}

/**
 * @param {Line|null} line
 * @param {Line|null} other
 * @param {"old"|"new"} side
 */
function cell(line, other, side) {
  if (!line) return [h("span", { class: "diff-number" }), h("span", { class: "diff-text is-none" })];
  const kind = line.kind === " " ? "" : line.kind === "-" ? "is-removed" : "is-added";
  return [h("span", { class: ["diff-number", kind] }, line[side] ?? ""),
    h("span", { class: ["diff-text", kind] }, marked(line.text, other && line.kind !== " " ? other.text : undefined))];
}

/** @param {ApiDiff["hunks"][number][]} hunks */
function unified(hunks) {
  return hunks.flatMap((hunk, index) => {
    const lines = linesOf(hunk);
    const others = new Map(pairs(lines).flatMap(([a, b]) => (a && b && a !== b ? /** @type {[Line, Line][]} */ ([[a, b], [b, a]]) : [])));
    return [...(index ? [h("div", { class: "diff-gap" }, "⋯")] : []), ...lines.map((line) => h("div", { class: ["diff-line", line.kind === "-" ? "is-removed" : line.kind === "+" ? "is-added" : ""] },
      h("span", { class: "diff-number" }, line.old ?? ""), h("span", { class: "diff-number" }, line.new ?? ""),
      h("span", { class: "diff-sign" }, line.kind === " " ? " " : line.kind === "-" ? "−" : "+"),
      h("span", { class: "diff-text" }, marked(line.text, others.get(line)?.text))))];
  });
}

/** @param {ApiDiff["hunks"][number][]} hunks */
function split(hunks) {
  return hunks.flatMap((hunk, index) => [...(index ? [h("div", { class: "diff-gap" }, "⋯")] : []),
    ...pairs(linesOf(hunk)).map(([before, after]) => h("div", { class: "diff-pair" }, cell(before, after, "old"), cell(after, before, "new")))]);
}

/** The lines that a change adds and takes away. */
export function counts(/** @type {ApiDiff} */ diff) {
  let added = 0;
  let removed = 0;
  for (const hunk of diff.hunks) {
    for (const line of hunk.lines) {
      if (line[0] === "+") added += 1;
      else if (line[0] === "-") removed += 1;
    }
  }
  return { added, removed };
}

/**
 * One file's change.
 * @param {ApiDiff} diff
 * @param {{side: boolean, open: boolean, onOpen: () => void, showPath: boolean}} options
 */
export function diffView(diff, { side, open, onOpen, showPath }) {
  const { added, removed } = counts(diff);
  const lines = diff.hunks.flatMap((hunk) => hunk.lines).length;
  const draw = (/** @type {boolean} */ all) => {
    const rows = (side && removed ? split : unified)(diff.hunks);
    return all || rows.length <= foldAt ? rows : rows.slice(0, foldTo);
  };
  const body = h("div", { class: ["diff-body", side && removed ? "is-split" : ""], tabindex: "0", role: "region", "aria-label": `Changes of ${diff.path}` }, draw(open));
  const more = !open && lines > foldAt ? h("button", { class: "unfold", onclick: () => {
    onOpen();
    body.replaceChildren(...draw(true));
    more?.remove();
  } }, `${plural(lines - foldTo, "more line")}`) : null;
  return h("div", { class: "diff" },
    showPath ? h("div", { class: "diff-head" }, h("span", { class: "mono truncate", title: diff.path }, shortPath(diff.path, 80)), h("span", { class: "muted" }, diff.operation),
      h("span", { class: "good" }, `+${number(added)}`), h("span", { class: "bad" }, `−${number(removed)}`)) : null,
    body, more, diff.truncated ? h("p", { class: "muted diff-note" }, "The change is longer; the rest is in the raw record.") : null);
}
