// @ts-check
// What a person told the agent's program itself: a slash command, a line of shell, a note for its
// memory; and what the program answered. Programs write both as text with tags of their own, which
// are taken apart here. The record itself, tags and all, is in the inspector and in the mode Raw.

import { badge, icon } from "../../core/components.js";
import { h } from "../../core/dom.js";
import { visibleText } from "../../core/markdown.js";
import { folded, terminal } from "./text.js";

/** @typedef {{kind: "slash"|"shell"|"memory", name: string, words: string}} Command */
/** @typedef {{text: string, failed: boolean}} Part */

/**
 * The text between a tag and its end, or all that is left where the text was cut before it.
 * @param {string} text
 * @param {string} name
 */
function between(text, name) {
  const begins = text.indexOf(`<${name}>`);
  if (begins < 0) return null;
  const from = begins + name.length + 2;
  const ends = text.indexOf(`</${name}>`, from);
  return (ends < 0 ? text.slice(from) : text.slice(from, ends)).trim();
}

/**
 * The command that a text holds: null where it holds none that is known.
 * @param {string} text
 * @returns {Command|null}
 */
export function commandOf(text) {
  const shell = between(text, "bash-input");
  if (shell !== null) return { kind: "shell", name: "!", words: shell };
  const note = between(text, "user-memory-input");
  if (note !== null) return { kind: "memory", name: "#", words: note };
  const name = between(text, "command-name") ?? between(text, "command-message");
  if (name) return { kind: "slash", name: name.startsWith("/") ? name : `/${name}`, words: between(text, "command-args") ?? "" };
  const typed = /^\s*(\/[\w:.-]+)(?:\s+([\s\S]*))?$/.exec(text);
  return typed ? { kind: "slash", name: typed[1], words: (typed[2] ?? "").trim() } : null;
}

const outputs = /** @type {[string, boolean][]} */ ([
  ["local-command-stdout", false], ["local-command-stderr", true], ["bash-stdout", false], ["bash-stderr", true],
]);

/**
 * What a program answered: null where the text is none of its answers. "(no content)" is nothing.
 * @param {string} text
 * @returns {Part[]|null}
 */
export function outputOf(text) {
  let isOutput = false;
  /** @type {Part[]} */
  const parts = [];
  for (const [name, failed] of outputs) {
    const found = between(text, name);
    if (found === null) continue;
    isOutput = true;
    if (found && found !== "(no content)") parts.push({ text: found, failed });
  }
  return isOutput ? parts : null;
}

/**
 * A command as a person typed it: its name, and its words as they were laid out.
 * @param {Command} command
 * @param {{open: boolean, onOpen: () => void}} fold
 */
export function commandView({ kind, name, words }, fold) {
  if (kind === "shell") {
    return folded(words, (part) => h("pre", { class: "terminal command typed", tabindex: "0" }, h("span", { class: "prompt-sign", "aria-hidden": "true" }, "! "), visibleText(part)), fold);
  }
  const chip = h("span", { class: "command-chip mono" }, kind === "memory" ? "#" : visibleText(name));
  const isShort = words.length <= 120 && !words.includes("\n");
  return h("div", { class: "command-line" }, chip,
    words ? isShort ? h("span", { class: "command-words" }, visibleText(words)) : h("div", { class: "command-words is-long" }, folded(words, (part) => h("div", { class: "said" }, visibleText(part)), fold)) : null);
}

/**
 * What a program answered to a command.
 * @param {Part[]} parts
 * @param {(key: string) => {open: boolean, onOpen: () => void}} fold
 */
export function outputView(parts, fold) {
  if (!parts.length) return h("p", { class: "command-nothing" }, icon("result", 13), "No output");
  return h("div", { class: "command-output" }, parts.map((part, index) => h("div", { class: part.failed ? "is-failed" : null },
    part.failed ? badge("error output", { tone: "bad" }) : null, folded(part.text, terminal, fold(`output${index}`)))));
}
