// @ts-check
// What a terminal shows: colours and weights of ANSI sequences, every other sequence left out.

import { h } from "../../core/dom.js";
import { visibleText } from "../../core/markdown.js";

// SGR sequences are kept; other CSI, OSC and single escapes, and lines drawn over by "\r", are not shown.
const sequences = /\u001b\[([0-9;]*)m|\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u007f]/g;
const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Whether a text has sequences at all. */
export function hasAnsi(/** @type {string} */ text) {
  return text.includes("\u001b[");
}

/** @param {number} number of the 256 colours */
function indexed(number) {
  if (number < 8) return { name: names[number] };
  if (number < 16) return { name: `bright-${names[number - 8]}` };
  if (number > 231) {
    const grey = 8 + (number - 232) * 10;
    return { value: `rgb(${grey} ${grey} ${grey})` };
  }
  const level = (/** @type {number} */ part) => (part ? 55 + part * 40 : 0);
  const at = number - 16;
  return { value: `rgb(${level(Math.floor(at / 36))} ${level(Math.floor(at / 6) % 6)} ${level(at % 6)})` };
}

/** @typedef {{name?: string, value?: string}|null} Colour */
/** @typedef {{fore: Colour, back: Colour, flags: Set<string>}} Style */

/**
 * @param {Style} style
 * @param {number[]} codes
 */
function apply(style, codes) {
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at];
    if (code === 0) {
      style.fore = style.back = null;
      style.flags.clear();
    } else if (code === 1) style.flags.add("bold");
    else if (code === 2) style.flags.add("dim");
    else if (code === 3) style.flags.add("italic");
    else if (code === 4) style.flags.add("underline");
    else if (code === 7) style.flags.add("inverse");
    else if (code === 9) style.flags.add("strike");
    else if (code === 22) ["bold", "dim"].forEach((flag) => style.flags.delete(flag));
    else if (code >= 23 && code <= 29) style.flags.delete({ 23: "italic", 24: "underline", 27: "inverse", 29: "strike" }[code] ?? "");
    else if (code >= 30 && code <= 37) style.fore = indexed(code - 30);
    else if (code >= 90 && code <= 97) style.fore = indexed(code - 82);
    else if (code >= 40 && code <= 47) style.back = indexed(code - 40);
    else if (code >= 100 && code <= 107) style.back = indexed(code - 92);
    else if (code === 39) style.fore = null;
    else if (code === 49) style.back = null;
    else if (code === 38 || code === 48) {
      const colour = codes[at + 1] === 5 ? indexed(codes[at + 2] & 255)
        : { value: `rgb(${(codes[at + 2] ?? 0) & 255} ${(codes[at + 3] ?? 0) & 255} ${(codes[at + 4] ?? 0) & 255})` };
      at += codes[at + 1] === 5 ? 2 : 4;
      if (code === 38) style.fore = colour;
      else style.back = colour;
    }
  }
}

/**
 * @param {string} text
 * @param {Style} style
 */
function piece(text, style) {
  const classes = [...style.flags].map((flag) => `ansi-${flag}`);
  if (style.fore?.name) classes.push(`ansi-${style.fore.name}`);
  if (style.back?.name) classes.push(`ansi-on-${style.back.name}`);
  const colours = { ...(style.fore?.value && { color: style.fore.value }), ...(style.back?.value && { "background-color": style.back.value }) };
  if (!classes.length && !Object.keys(colours).length) return visibleText(text);
  return h("span", { class: classes, style: colours }, visibleText(text));
}

/** A terminal's text as elements. */
export function ansi(/** @type {string} */ source) {
  const text = source.replace(/\r\n/g, "\n").replace(/^[^\n]*\r(?!\n)/gm, "");
  const fragment = document.createDocumentFragment();
  /** @type {Style} */
  const style = { fore: null, back: null, flags: new Set() };
  let from = 0;
  for (const match of text.matchAll(sequences)) {
    const at = match.index ?? 0;
    if (at > from) fragment.append(piece(text.slice(from, at), style));
    from = at + match[0].length;
    if (match[1] !== undefined) apply(style, match[1].split(";").map(Number));
  }
  fragment.append(piece(text.slice(from), style));
  return fragment;
}
