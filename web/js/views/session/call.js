// @ts-check
// A tool's call: its most telling argument, how it went, how long it took; opened, what it did.

import { get, isAborted } from "../../core/api.js";
import { badge, dialog, errorBlock, icon } from "../../core/components.js";
import { append, h, replace } from "../../core/dom.js";
import { bytes, duration, money, number, plural, shortPath, tokens } from "../../core/format.js";
import { render, visibleText } from "../../core/markdown.js";
import { counts, diffView } from "./diff.js";
import { fields, folded, json, numberedCode, terminal } from "./text.js";

/** @typedef {import("./items.js").ItemContext} ItemContext */

const icons = /** @type {Record<string, string>} */ ({
  shell: "shell", file_operations: "file", search: "search", agent: "subagent", planning: "plan", mcp: "tool", web: "globe", network: "globe",
});
const edits = /^(edit|multiedit|write|notebookedit|apply_patch|str_replace.*|create_file|update)$/i;

/** Whether a call changes files: its change is shown unasked. */
function isEdit(/** @type {ApiCall} */ call) {
  return edits.test(call.name);
}

/** The words of a call's header, its path told from the session's directory. */
function argumentOf(/** @type {ApiCall} */ call, /** @type {string|null} */ directory) {
  const text = call.argument ?? call.command ?? call.query ?? "";
  if (call.file_path && text === call.file_path) {
    const own = directory && text.startsWith(`${directory}/`) ? text.slice(directory.length + 1) : text;
    return shortPath(own, 90);
  }
  return text.split("\n", 1)[0].slice(0, 400);
}

/** @param {ApiCall} call */
function stateOf(call) {
  if (call.outcome === "error") {
    return badge(call.exit_code ? `exit ${call.exit_code}` : "failed", { tone: "bad", title: [call.error_class, call.error].filter(Boolean).join(": ") });
  }
  if (call.outcome === "denied") return badge("denied", { tone: "warn", title: "The person did not allow it" });
  if (call.outcome === "interrupted") return badge("interrupted", { tone: "warn" });
  if (call.outcome === null) return badge("no result", { title: "There is no result for this call (yet)" });
  return h("span", { class: "visually-hidden" }, "succeeded");
}

/**
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
export function callView(item, context) {
  const call = /** @type {ApiCall} */ (item.call);
  const state = context.stateOf(item.id);
  const isOpen = state.open ?? (context.expand() || isEdit(call) || call.outcome === "error");
  const body = h("div", { class: "call-body" });
  const text = argumentOf(call, context.directory());
  const summary = h("span", { class: "call-summary" });
  const button = h("button", { class: "call-head", "aria-expanded": String(isOpen) },
    h("span", { class: "call-icon" }, icon(icons[call.category] ?? "tool", 15)),
    h("span", { class: "call-name" }, call.mcp_server ? [h("span", { class: "muted" }, `${call.mcp_server} · `), call.name.replace(/^mcp__.*?__/, "")] : call.name),
    h("span", { class: "call-argument mono truncate", title: call.argument ?? "" }, visibleText(text)), summary,
    call.danger ? badge(call.danger, { tone: "bad", title: "A command that can do harm" }) : null,
    call.sensitive ? badge("sensitive", { tone: "warn", title: "A file that holds secrets as a rule" }) : null,
    stateOf(call),
    call.duration_ms !== null ? h("span", { class: "call-duration muted", title: call.measured ? "Measured by the tool" : "Between call and result: waiting included" },
      `${call.measured ? "" : "≤ "}${duration(call.duration_ms)}`) : null,
    icon("chevron", 12));
  const element = h("div", { class: ["call", `call-${call.outcome ?? "open"}`, isOpen && "is-open"] }, button, body);
  button.addEventListener("click", () => {
    state.open = !element.classList.contains("is-open");
    element.classList.toggle("is-open", state.open);
    button.setAttribute("aria-expanded", String(state.open));
    if (state.open) void fill();
    else replace(body);
  });

  async function fill() {
    const known = context.details.get(call.id);
    try {
      if (!known?.value) replace(body, h("div", { class: "call-loading", role: "status", "aria-label": "Loading" }));
      const detail = known?.value ?? await loadDetail(call.id, context);
      if (!element.classList.contains("is-open")) return;
      replace(body, callBody(detail, item, context));
      drawSummary(detail);
    } catch (error) {
      if (!isAborted(error)) replace(body, errorBlock(error, () => void fill()));
    }
  }

  /** @param {ApiCallDetail} detail */
  function drawSummary(detail) {
    const sums = detail.diffs.map(counts).reduce((sum, one) => ({ added: sum.added + one.added, removed: sum.removed + one.removed }), { added: 0, removed: 0 });
    replace(summary, detail.diffs.length ? [h("span", { class: "good" }, `+${number(sums.added)}`), " ", h("span", { class: "bad" }, `−${number(sums.removed)}`)] : null);
  }
  if (isOpen) void fill();
  return element;
}

/**
 * @param {string} id
 * @param {ItemContext} context
 * @returns {Promise<ApiCallDetail>}
 */
function loadDetail(id, context) {
  const known = context.details.get(id);
  if (known) return known.promise;
  const promise = get(`calls/${id}`, {}, { signal: context.signal });
  const entry = { promise, value: /** @type {ApiCallDetail|null} */ (null) };
  context.details.set(id, entry);
  if (context.details.size > 300) context.details.delete(/** @type {string} */ (context.details.keys().next().value));
  promise.then((value) => {
    if (value.call.outcome === null) context.details.delete(id);
    else entry.value = value;
  }, () => context.details.delete(id));
  return promise;
}

/**
 * @param {ApiCallDetail} detail
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @returns {Children}
 */
function callBody(detail, item, context) {
  const { call } = detail;
  const cut = detail.output_truncated || detail.input_truncated
    ? h("p", { class: "muted call-note" }, `Longer than is shown (${bytes(call.result_size)}); the whole is in the raw record.`) : null;
  const findings = detail.findings.map((finding) => h("p", { class: "call-finding" }, badge(finding.severity, { tone: finding.severity === "low" ? "warn" : "bad" }), " ",
    finding.rule.replaceAll("_", " "), finding.masked ? [" ", h("code", null, visibleText(finding.masked))] : null));
  return [findings, content(detail, item, context), cut];
}

/**
 * @param {ApiCallDetail} detail
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @returns {Children}
 */
function content(detail, item, context) {
  const { call, diffs } = detail;
  const output = detail.output ?? "";
  const state = context.stateOf(item.id);
  const fold = (/** @type {string} */ key) => ({ open: Boolean(state.folds?.[key]), onOpen: () => ((state.folds ??= {})[key] = true) });
  const failed = call.outcome === "error" || call.outcome === "denied";
  const outputBlock = output ? folded(output, terminal, fold("output")) : null;
  if (diffs.length) {
    return [diffs.map((diff, index) => diffView(diff, {
      side: context.side(), open: Boolean(state.folds?.[`diff${index}`]), onOpen: () => ((state.folds ??= {})[`diff${index}`] = true),
      showPath: diffs.length > 1 || diff.path !== call.file_path,
    })), failed ? outputBlock : null];
  }
  if (call.category === "agent" || call.subagent) return [agentBody(detail, item, context, fold)];
  if (call.category === "shell") return shellBody(detail, fold);
  if (/^read$/i.test(call.name) && !failed && call.file_path) {
    return output ? folded(output, (text) => numberedCode(text, call.file_path), fold("output")) : h("p", { class: "muted call-note" }, "Nothing was read, or a picture: see its result.");
  }
  const todos = todosOf(detail.input);
  if (todos) return todos;
  const looksJson = /^\s*[[{]/.test(output) && output.length < 200_000;
  return [detail.input && detail.input !== "{}" ? h("div", { class: "call-part" }, folded(detail.input, fields, { open: true })) : null,
    output ? h("div", { class: "call-part" }, h("span", { class: "call-label" }, "Result"), looksJson ? folded(pretty(output), json, fold("output")) : outputBlock)
      : h("p", { class: "muted call-note" }, call.outcome === null ? "No result yet." : "No output.")];
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * @param {ApiCallDetail} detail
 * @param {(key: string) => {open: boolean, onOpen: () => void}} fold
 */
function shellBody({ call, input, output }, fold) {
  const command = call.command ?? input ?? "";
  // Codex writes a few lines about the run before the output itself.
  const text = (output ?? "").replace(/^(?:(?:Chunk ID|Wall time|Process exited|Exit code|Original token count|Total output lines)[^\n]*\n)+Output:\n/, "");
  return [
    folded(command, (part) => h("pre", { class: "terminal command", tabindex: "0" }, h("span", { class: "prompt-sign", "aria-hidden": "true" }, "$ "), visibleText(part)), fold("input")),
    call.directory ? h("p", { class: "muted call-note" }, "in ", h("code", null, visibleText(call.directory))) : null,
    text ? folded(text, terminal, fold("output")) : h("p", { class: "muted call-note" }, call.outcome === null ? "No result yet." : "No output."),
    call.exit_code ? h("p", { class: "bad call-note" }, `Ended with exit code ${call.exit_code}.`) : null,
  ];
}

/** @param {string|null} input */
function todosOf(input) {
  let todos;
  try {
    const value = JSON.parse(input ?? "null");
    todos = value?.todos ?? value?.plan;
  } catch {
    return null;
  }
  if (!Array.isArray(todos) || !todos.length) return null;
  return h("ul", { class: "todos" }, todos.map((todo) => {
    const status = String(todo?.status ?? "pending");
    return h("li", { class: `todo-${status === "completed" ? "done" : status === "in_progress" ? "now" : "open"}` },
      h("span", { class: "todo-box" }, status === "completed" ? icon("check", 12) : null, h("span", { class: "visually-hidden" }, status)),
      visibleText(String(todo?.content ?? todo?.step ?? "")));
  }));
}

/**
 * @param {ApiCallDetail} detail
 * @param {ApiItem} item
 * @param {ItemContext} context
 * @param {(key: string) => {open: boolean, onOpen: () => void}} fold
 */
function agentBody(detail, item, context, fold) {
  const { call } = detail;
  let prompt = detail.input ?? "";
  try {
    const value = JSON.parse(prompt);
    prompt = value.prompt ?? value.message ?? prompt;
  } catch {
    // As it is.
  }
  const nested = h("div", { class: "nested" });
  const parts = h("div", null,
    h("div", { class: "call-part" }, h("span", { class: "call-label" }, "Task"), folded(prompt, (text) => h("div", { class: "markdown" }, render(text)), fold("input"))),
    call.subagent ? nested : null,
    detail.output ? h("div", { class: "call-part" }, h("span", { class: "call-label" }, "Answer"), folded(detail.output, (text) => h("div", { class: "markdown" }, render(text)), fold("output"))) : null);
  if (call.subagent) void subagent(call.subagent, nested, item, context);
  return parts;
}

/**
 * The subagent's own transcript, in place, when it is wanted.
 * @param {string} id
 * @param {HTMLElement} holder
 * @param {ApiItem} item
 * @param {ItemContext} context
 */
async function subagent(id, holder, item, context) {
  const state = context.stateOf(item.id);
  try {
    const { session } = await get(`sessions/${id}`, {}, { signal: context.signal });
    const list = h("div", { class: "nested-list", id: `nested-${id}` });
    const toggle = h("button", { class: "nested-head", "aria-expanded": String(Boolean(state.nested)), "aria-controls": `nested-${id}` },
      icon("chevron", 12), icon("subagent", 15), h("span", { class: "call-name" }, session.agent_type ?? "Subagent"),
      h("span", { class: "muted truncate" }, `${plural(session.messages, "message")} · ${plural(session.tool_calls, "call")} · ${tokens(session.tokens)} tokens · ${money(session.cost)} · ${duration(session.duration_ms)}`));
    replace(holder, h("div", { class: "nested-line" }, toggle, h("a", { class: "button quiet small", href: `/sessions/${id}` }, "Open")), list);
    const show = () => {
      toggle.setAttribute("aria-expanded", String(Boolean(state.nested)));
      if (state.nested) void more(id, list, null, context, session.directory);
      else replace(list);
    };
    toggle.addEventListener("click", () => {
      state.nested = !state.nested;
      show();
    });
    if (state.nested) show();
  } catch (error) {
    if (!isAborted(error)) replace(holder, errorBlock(error));
  }
}

/**
 * @param {string} id
 * @param {HTMLElement} list
 * @param {string|null} cursor
 * @param {ItemContext} context
 * @param {string|null} directory
 */
async function more(id, list, cursor, context, directory) {
  list.querySelector(":scope > .unfold")?.remove();
  const page = await get(`sessions/${id}/transcript`, { limit: 60, cursor, text: 8192 }, { signal: context.signal });
  const inner = { ...context, session: id, directory: () => directory };
  append(list, page.items.map((/** @type {ApiItem} */ one) => context.draw(one, inner)));
  if (page.next) {
    list.append(h("button", { class: "unfold", onclick: () => void more(id, list, page.next, context, directory) },
      `${number(page.total - page.index - page.items.length)} more`));
  }
}

/**
 * Pictures stand where they came; other attachments are links.
 * @param {ApiAttachment[]} attachments
 */
export function attachmentsView(attachments) {
  if (!attachments.length) return null;
  return h("div", { class: "attachments" }, attachments.map((one) => {
    const address = `/api/attachments/${one.id}`;
    const title = `${one.media_type}, ${bytes(one.size)}`;
    if (!/^image\/(png|jpeg|gif|webp)$/.test(one.media_type)) {
      return h("a", { class: "button small", href: address, download: true }, icon("download", 14), title);
    }
    const image = h("img", { src: address, alt: `Image: ${title}`, loading: "lazy", decoding: "async" });
    const button = h("button", { class: "attachment", title: `${title}: enlarge`, onclick: () => dialog({
      title, wide: true, class: "dialog-image", content: h("img", { src: address, alt: `Image: ${title}` }),
    }) }, image);
    image.addEventListener("error", () => button.replaceWith(h("span", { class: "muted" }, `A picture that cannot be shown (${title}).`)), { once: true });
    return button;
  }));
}
