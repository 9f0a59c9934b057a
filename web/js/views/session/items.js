// @ts-check
// The items of a transcript as elements, in each of the modes.

import { get } from "../../core/api.js";
import { badge, icon } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { bytes, clock, compact, excerpt, model, money, time, withoutTags } from "../../core/format.js";
import { render, visibleText } from "../../core/markdown.js";
import { attachmentsView, callView } from "./call.js";
import { commandOf, commandView, outputOf, outputView } from "./command.js";
import { folded, terminal } from "./text.js";

/** @typedef {{open?: boolean, nested?: boolean, whole?: string, folds?: Record<string, boolean>}} ItemState */
/**
 * @typedef {object} ItemContext
 * @property {string} session
 * @property {AbortSignal} signal
 * @property {(id: string) => ItemState} stateOf what was opened, kept while an item is out of sight
 * @property {Map<string, {promise: Promise<ApiCallDetail>, value: ApiCallDetail|null}>} details
 * @property {() => boolean} side diffs side by side
 * @property {() => boolean} expand calls are open
 * @property {() => string|null} directory
 * @property {(item: ApiItem) => void} onInspect
 * @property {(item: ApiItem, session: string) => void} onLink
 * @property {(item: ApiItem) => ApiCompaction|null} compaction
 * @property {(item: ApiItem, context: ItemContext) => HTMLElement} draw
 */

const kinds = /** @type {Record<string, {label: string, icon: string}>} */ ({
  prompt: { label: "You", icon: "human" },
  text: { label: "Assistant", icon: "assistant" },
  thinking: { label: "Thinking", icon: "thinking" },
  tool_use: { label: "Call", icon: "tool" },
  tool_result: { label: "Result", icon: "result" },
  meta: { label: "Context", icon: "system" },
  compact_summary: { label: "Summary of what came before", icon: "compaction" },
  interruption: { label: "Interrupted", icon: "interruption" },
  slash_command: { label: "Command", icon: "human" },
  local_command_output: { label: "Output of a command", icon: "shell" },
  subagent_prompt: { label: "Task for this subagent", icon: "subagent" },
  api_error: { label: "Error of the API", icon: "error" },
  system: { label: "System", icon: "system" },
});

/** What a program answered is shown unasked up to so many bytes. */
const answerShown = 2000;

/** The name and the icon of a kind. */
export function kindOf(/** @type {string} */ kind) {
  return kinds[kind] ?? { label: kind, icon: "unparsed" };
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @returns {HTMLElement}
 */
export function drawItem(item, context) {
  if (item.kind === "tool_result" && item.call && !item.attachments.length) return h("div", { class: "item-none" });
  // The program's own remark before what a command answered says nothing to a reader; Raw and Skim have it.
  if (item.kind === "meta" && item.text.startsWith("<local-command-caveat>") && !context.stateOf(item.id).open) return h("div", { class: "item-none" });
  const kind = kindOf(item.kind);
  const content = contentOf(item, context);
  return h("article", { class: ["item", `item-${item.kind}`, item.sidechain && "is-sidechain"], dataset: { item: item.id }, "aria-label": `${kind.label}, ${clock(item.timestamp)}` },
    h("div", { class: "item-content" }, content), aside(item, context));
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
function aside(item, context) {
  return h("div", { class: "item-aside" },
    h("span", { class: "item-actions" },
      h("button", { class: "button quiet small square", "aria-label": "Inspect: the raw record and where it is from", title: "Inspect", onclick: () => context.onInspect(item) }, icon("panel", 14)),
      h("button", { class: "button quiet small square", "aria-label": "Copy a link to this", title: "Copy a link", onclick: () => context.onLink(item, context.session) }, icon("link", 14))),
    item.usage ? h("span", { class: "item-usage", title: `${compact(item.usage.input)} in, ${compact(item.usage.output)} out, ${compact(item.usage.cache_read)} from the cache, ${compact(item.usage.cache_write_5m + item.usage.cache_write_1h)} to the cache` },
      item.usage.cost === null ? compact(item.usage.tokens) : money(item.usage.cost)) : null,
    h("a", { class: "item-time", href: `/sessions/${context.session}?item=${item.id}` }, timeOf(item)));
}

/** @param {ApiItem} item */
function timeOf(item) {
  const element = time(item.timestamp, "clock");
  return element;
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @returns {Children}
 */
function contentOf(item, context) {
  const pictures = attachmentsView(item.attachments);
  switch (item.kind) {
    case "tool_use":
      return item.call ? callView(item, context) : plain(item, context, true);
    case "tool_result":
      return item.call ? h("div", { class: "result-pictures" }, pictures) : [plain(item, context, true), pictures];
    case "slash_command":
      return h("div", { class: "message" }, head(item), whole(item, context, (text) => {
        const command = commandOf(text);
        return command ? commandView(command, foldState(item, context)) : folded(withoutTags(text), said, foldState(item, context));
      }), pictures);
    case "local_command_output": {
      const parts = item.truncated ? null : outputOf(item.text);
      if (parts && item.length <= answerShown) return outputView(parts, (key) => foldOf(item, context, key));
      return hidden(item, context, (text) => outputView(outputOf(text) ?? [{ text, failed: false }], (key) => foldOf(item, context, key)));
    }
    case "prompt":
    case "subagent_prompt":
      return h("div", { class: "message" }, head(item), whole(item, context, (text) => folded(text, said, foldState(item, context))), pictures);
    case "text":
      return h("div", { class: "message" }, head(item), whole(item, context, (text) => h("div", { class: "markdown" }, render(text))), pictures);
    case "interruption":
      return h("div", { class: "rule rule-warn" }, icon("interruption", 14), h("span", null, excerpt(item.text, 120) || "Interrupted"));
    case "api_error":
      return h("div", { class: "message message-bad" }, head(item), whole(item, context, terminal));
    case "compact_summary":
      return [compactionRule(item, context), hidden(item, context, (text) => h("div", { class: "markdown" }, render(text)))];
    case "thinking":
      return hidden(item, context, (text) => h("div", { class: "markdown thought" }, render(text)));
    default:
      return [hidden(item, context, terminal), pictures];
  }
}

/** A text as it was typed. */
function said(/** @type {string} */ text) {
  return h("div", { class: "said" }, visibleText(text));
}

/** @param {ApiItem} item */
function head(item) {
  const kind = item.kind === "slash_command" && commandOf(item.text)?.kind === "shell" ? { label: "You, in the shell", icon: "shell" } : kindOf(item.kind);
  return h("div", { class: "message-head" }, icon(kind.icon, 15), h("span", { class: "message-who" }, kind.label),
    item.role === "assistant" && item.model ? h("span", { class: "muted" }, model(item.model)) : null,
    item.has_secrets ? badge("secret", { tone: "bad", title: "A text with a secret in it" }) : null,
    item.repaired ? badge("repaired", { tone: "warn", title: "The text was damaged and has been mended" }) : null);
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
function foldState(item, context) {
  return foldOf(item, context, "text");
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @param {string} key
 */
function foldOf(item, context, key) {
  const state = context.stateOf(item.id);
  return { open: Boolean(state.folds?.[key]), onOpen: () => ((state.folds ??= {})[key] = true) };
}

/**
 * The text, and the way to all of it where it was cut.
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @param {(text: string) => Node} draw
 */
function whole(item, context, draw) {
  const state = context.stateOf(item.id);
  const holder = h("div", null);
  const show = () => {
    if (!item.truncated || state.whole !== undefined) {
      replace(holder, draw(state.whole ?? item.text));
      return;
    }
    const more = h("button", { class: "unfold", onclick: () => void load() }, `All of it: ${bytes(item.length)}`);
    replace(holder, draw(item.text), more);
    async function load() {
      more.disabled = true;
      try {
        const answer = await get(`items/${item.id}`, {}, { signal: context.signal });
        state.whole = (answer.item ?? answer).text + (answer.next_offset ? "\n… (longer still: see the export)" : "");
        show();
      } catch {
        more.disabled = false;
        more.textContent = "Not to be had now; try again";
      }
    }
  };
  show();
  return holder;
}

/**
 * What few want to read: a line that opens.
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @param {(text: string) => Node} draw
 */
function hidden(item, context, draw) {
  const state = context.stateOf(item.id);
  const kind = kindOf(item.kind);
  const body = h("div", { class: "hidden-body" });
  const button = h("button", { class: "hidden-head", "aria-expanded": "false" }, icon("chevron", 12), icon(kind.icon, 14),
    h("span", { class: "hidden-name" }, kind.label), h("span", { class: "hidden-text truncate" }, visibleText(excerpt(withoutTags(item.text), 160))),
    h("span", { class: "hidden-size" }, bytes(item.length)));
  const set = (/** @type {boolean} */ open) => {
    state.open = open;
    button.setAttribute("aria-expanded", String(open));
    if (open) replace(body, whole(item, context, (text) => folded(text, draw, foldState(item, context))));
    else replace(body);
  };
  button.addEventListener("click", () => set(!state.open));
  if (state.open) set(true);
  return h("div", { class: "hidden" }, button, body);
}

/**
 * A run of context, what the agent's program told the model on its own, as one line that opens.
 * @param {number} count
 * @param {ApiItem} first
 * @param {() => void} open
 */
export function runOf(count, first, open) {
  return h("article", { class: "item item-run", "aria-label": `${count} records of context, ${clock(first.timestamp)}` },
    h("div", { class: "item-content" }, h("div", { class: "hidden" },
      h("button", { class: "hidden-head", "aria-expanded": "false", onclick: open }, icon("chevron", 12), icon("system", 14),
        h("span", { class: "hidden-name" }, `${count} × context`), h("span", { class: "hidden-text truncate" }, visibleText(excerpt(withoutTags(first.text), 160)))))),
    h("div", { class: "item-aside" }, h("span", { class: "item-time" }, time(first.timestamp, "clock"))));
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @param {boolean} mono
 */
function plain(item, context, mono) {
  return h("div", { class: "message" }, head(item), whole(item, context, (text) => folded(text, mono ? terminal : (part) => h("div", { class: "said" }, visibleText(part)), foldState(item, context))));
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
function compactionRule(item, context) {
  const found = context.compaction(item);
  const sizes = found?.tokens_before ? ` · ${compact(found.tokens_before)}${found.tokens_after ? ` → ${compact(found.tokens_after)}` : ""} tokens` : "";
  return h("div", { class: "rule rule-violet" }, icon("compaction", 14), h("span", null, `Compaction${found?.trigger ? ` · ${found.trigger}` : ""}${sizes}`));
}

/**
 * One line for an item.
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
export function skimItem(item, context) {
  const kind = kindOf(item.kind);
  const failed = item.call?.outcome === "error" && item.kind === "tool_use";
  const text = item.kind === "tool_use" && item.call ? item.call.argument ?? item.text : item.text;
  return h("article", { class: ["skim", `item-${item.kind}`], dataset: { item: item.id } },
    h("button", { class: "skim-line", onclick: () => context.onInspect(item) },
      h("span", { class: ["skim-icon", failed && "bad"], title: kind.label }, icon(failed ? "error" : kind.icon, 14), h("span", { class: "visually-hidden" }, kind.label)),
      h("span", { class: "skim-name" }, item.call ? item.call.name : kind.label),
      h("span", { class: "truncate" }, visibleText(excerpt(withoutTags(text), 220))), h("span", { class: "muted" }, clock(item.timestamp))));
}

/**
 * An item as it is: its kind, its place, its text, nothing done to it.
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
export function rawItem(item, context) {
  return h("article", { class: "item item-raw", dataset: { item: item.id } },
    h("div", { class: "message" },
      h("div", { class: "message-head mono" }, h("span", { class: "message-who" }, item.kind), h("span", { class: "muted" }, `${item.role} · entry ${item.entry} · block ${item.block} · ${bytes(item.length)}`)),
      whole(item, context, (text) => folded(text, (part) => h("pre", { class: "terminal", tabindex: "0" }, visibleText(part)), foldState(item, context))),
      attachmentsView(item.attachments)),
    aside(item, context));
}
