// @ts-check
// A match's surroundings as they are read: marked, without the tags that an agent's program puts
// around what a person typed or a tool answered.

import { marked } from "../../core/components.js";

const tags = /<\/?(?:command-(?:name|message|args)|local-command-(?:stdout|stderr|caveat)|bash-(?:input|stdout|stderr)|user-memory-input|system-reminder|tool_use_error)>\s*/g;

/**
 * The text without those tags, and its marks where they are then. A tag with a mark in it stays: it
 * was looked for.
 * @param {string} text
 * @param {[number, number][]} marks in Unicode scalars
 * @returns {{text: string, marks: [number, number][]}}
 */
export function untagged(text, marks) {
  if (!text.includes("<")) return { text, marks };
  /** @type {[number, number][]} what goes, in scalars */
  const gone = [];
  for (const found of text.matchAll(tags)) {
    const from = Array.from(text.slice(0, found.index)).length;
    const to = from + Array.from(found[0]).length;
    if (!marks.some(([first, last]) => first < to && last > from)) gone.push([from, to]);
  }
  if (!gone.length) return { text, marks };
  const scalars = Array.from(text);
  const before = (/** @type {number} */ at) => gone.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - from), 0);
  let shown = "";
  let at = 0;
  for (const [from, to] of gone) {
    shown += scalars.slice(at, from).join("");
    at = to;
  }
  return { text: shown + scalars.slice(at).join(""), marks: marks.map(([from, to]) => [from - before(from), to - before(to)]) };
}

/** @param {ApiMatch} match */
export function snippetOf(match) {
  const { text, marks } = untagged(match.snippet, match.marks);
  return marked(text, marks);
}
