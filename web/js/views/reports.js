// @ts-check
// Reports: the report of any range, as it would be mailed, with its data beside it. All of it in the URL.

import { address, get, isAborted, me } from "../core/api.js";
import { copyButton, errorBlock, icon, segmented, skeleton } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import { filterBar, toParams } from "../core/filters.js";
import { compact, duration, money, number } from "../core/format.js";
import { ready, render } from "../core/markdown.js";
import { setQuery } from "../core/router.js";
import { change, cost, figures, share, to } from "./analytics/parts.js";
import { rangeOf, rangeParams, rangePicker } from "./analytics/range.js";

const forms = [{ id: "page", label: "Page" }, { id: "md", label: "Markdown" }, { id: "json", label: "JSON" }];

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 * @returns {Promise<import("../core/router.js").View>}
 */
export async function mount(root, context) {
  const who = await me();
  let query = context.query;
  let abort = new AbortController();
  const go = (/** @type {Record<string, any>} */ params) => setQuery(params, { replace: false });
  const picker = rangePicker({ query, onChange: go, otherwise: "7d", compare: false });
  const bar = filterBar({ query, onChange: go, words: false, dates: false, fields: ["project", "agent", "owner", "tool", "model", "branch"] });
  const numbers = h("div", { class: "report-numbers" });
  const paper = h("article", { class: "card report", "aria-label": "Report", tabindex: "-1" }, skeleton(14));
  const tools = h("div", { class: "report-tools" });
  replace(root, h("div", { class: "page reports" },
    h("header", { class: "page-head" }, h("h1", null, "Reports"), picker),
    h("div", { class: "report-bar" }, bar, tools), numbers,
    h("div", { class: "report-layout" }, paper, h("aside", { class: "report-side" }, await schedule(who)))));

  /** @param {"md"|"json"} format */
  const asked = (format) => {
    const { compare, ...range } = rangeParams(rangeOf(query, "7d"));
    return { ...toParams(query), q: null, ...range, format };
  };

  /** @param {string} markdown */
  function drawTools(markdown) {
    const form = query.get("form") ?? "page";
    const day = new Date().toISOString().slice(0, 10);
    const save = (/** @type {"md"|"json"} */ format) => h("a", { class: "button", href: address("report", asked(format)), download: `tailship-report-${day}.${format}` }, icon("download"), format === "md" ? "Markdown" : "JSON");
    replace(tools, segmented({ label: "Shown as", items: forms, selected: form, onSelect: (id) => setQuery({ form: id === "page" ? null : id }, { replace: true }) }),
      save("md"), save("json"), copyButton(markdown, "Copy the Markdown"));
  }

  async function draw() {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    paper.setAttribute("aria-busy", "true");
    try {
      const form = query.get("form") ?? "page";
      const asData = get("report", asked("json"), { signal });
      asData.then((data) => !signal.aborted && drawNumbers(numbers, data, query), () => {});
      const [markdown, data] = await Promise.all([text("report", asked("md"), signal), form === "json" ? asData : null, ready()]);
      if (signal.aborted) return;
      drawTools(markdown);
      replace(paper, form === "page" ? h("div", { class: "report-page" }, render(markdown))
        : h("pre", { class: "report-source", tabindex: "0", "aria-label": form === "md" ? "Markdown" : "JSON" }, form === "md" ? markdown : JSON.stringify(data, null, 2)));
      for (const [index, wide] of [...paper.querySelectorAll(".report-page table")].entries()) {
        wide.closest("[role=region]")?.setAttribute("aria-label", `Table ${index + 1}`);
        linkSessions(/** @type {HTMLTableElement} */ (wide));
      }
    } catch (error) {
      if (signal.aborted || isAborted(error)) return;
      replace(numbers);
      replace(paper, errorBlock(error, () => void draw()));
    }
    paper.setAttribute("aria-busy", "false");
  }

  void draw();
  return {
    update(next) {
      query = next;
      picker.update(next);
      bar.update(next);
      void draw();
    },
    unmount: () => abort.abort(),
  };
}

/** Makes the short names of sessions in a table of the report lead to them. */
function linkSessions(/** @type {HTMLTableElement} */ found) {
  if (found.tHead?.rows[0]?.cells[0]?.textContent?.trim() !== "Session") return;
  for (const row of found.tBodies[0]?.rows ?? []) {
    const cell = row.cells[0];
    const short = cell?.textContent?.trim() ?? "";
    if (/^[0-9a-z-]{6,}$/i.test(short)) replace(cell, h("a", { class: "mono", href: `/sessions/${encodeURIComponent(short)}` }, short));
  }
}

/**
 * An answer that is no JSON.
 * @param {string} path
 * @param {import("../core/api.js").Params} params
 * @param {AbortSignal} signal
 */
async function text(path, params, signal) {
  const response = await fetch(address(path, params), { signal, credentials: "same-origin" });
  if (!response.ok) {
    // The same question as JSON tells the reason in the usual form.
    await get(path, { ...params, format: "json" }, { signal });
    throw new Error(`The receiver answered ${response.status}.`);
  }
  return response.text();
}

/**
 * @param {HTMLElement} holder
 * @param {any} data
 * @param {URLSearchParams} query
 */
function drawNumbers(holder, data, query) {
  const { numbers: now, before } = data;
  const here = new URLSearchParams(query);
  if (!here.has("since") && !here.has("until")) here.set("since", "7d");
  const sessions = to("/sessions", here);
  const spent = { cost: now.cost_microdollars, unpriced: now.unpriced_responses };
  replace(holder, h("section", { class: "card", "aria-label": "In all" }, figures([
    { label: "Sessions", value: number(now.sessions), href: sessions, change: change(now.sessions, before?.sessions), note: now.subagents ? `and ${number(now.subagents)} subagents` : null },
    { label: "Prompts", value: number(now.prompts), href: to("/search", here, { kind: "prompt" }), change: change(now.prompts, before?.prompts) },
    { label: "Tokens", value: compact(now.tokens), href: to("/sessions", here, { order: "tokens" }), change: change(now.tokens, before?.tokens, { format: compact }) },
    { label: "Cost", value: cost(spent, { href: to("/analytics/cost", here) }), change: change(now.cost_microdollars, before?.cost_microdollars, { format: money }) },
    { label: "Tool calls", value: number(now.tool_calls), href: to("/analytics/tools", here), change: change(now.tool_calls, before?.tool_calls) },
    { label: "Errors", value: number(now.tool_errors), href: to("/search", here, { kind: "tool_result", has: "error" }), change: change(now.tool_errors, before?.tool_errors, { better: "less" }) },
    { label: "Findings", value: number(now.findings), href: to("/analytics/security", here), change: change(now.findings, before?.findings, { better: "less" }) },
    { label: "Active", value: duration(now.active_nanoseconds / 1e6), note: now.cache_hit_rate === null ? null : `cache hits ${share(now.cache_hit_rate)}` },
  ], "Report in numbers")));
}

/**
 * When reports are written by themselves, from the configuration.
 * @param {ApiMe} who
 */
async function schedule(who) {
  let lines = /** @type {Record<string, string>} */ ({});
  try {
    const settings = await get("settings");
    const section = /\[reports\]\n([\s\S]*?)(?:\n\[|$)/.exec(settings.configuration ?? "")?.[1] ?? "";
    lines = Object.fromEntries([...section.matchAll(/^(\w+) = "?([^"#]*?)"?\s*(?:#.*)?$/gm)].map((found) => [found[1], found[2]]));
  } catch {
    // The report itself tells what is wrong.
  }
  const isOn = Boolean(lines.directory);
  return h("section", { class: "card panel", "aria-label": "By itself" }, h("header", { class: "card-head" }, h("h2", null, "By itself")),
    h("div", { class: "card-body" },
      who.role !== "admin" ? h("p", { class: "muted" }, "Whether reports are written by themselves is told to the role admin.")
        : isOn ? h("p", null, `One each ${lines.every ?? "week"} as ${lines.format ?? "md"}, into `, h("code", { class: "break" }, lines.directory), ".")
          : h("p", null, "No report is written by itself. Name a ", h("code", null, "directory"), " in ", h("code", null, "[reports]"), " of receiver.conf to get one each day, week or month."),
      h("p", { class: "panel-hint" }, "On a terminal: ", h("code", null, "tailship-receiver report --since 7d"), ". For programs: ", h("a", { href: "/api/report?format=json" }, "the same as JSON"), ", with its ", h("code", null, "schema"), " numbered.")));
}

