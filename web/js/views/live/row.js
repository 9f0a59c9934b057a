// @ts-check
// One line of the stream, and what it shows when it is opened.

import { badge, icon } from "../../core/components.js";
import { h } from "../../core/dom.js";
import { clock, compact, duration, excerpt, model, money, time, withoutTags } from "../../core/format.js";
import { visibleText } from "../../core/markdown.js";

const previewLength = 220;
/** What is older than this when it arrives was not written just now: it has no ship latency. */
const history = 600_000;
const slow = 2_000;
const names = /** @type {Record<string, string>} */ ({
  human: "Person", assistant: "Assistant", thinking: "Thinking", tool: "Tool call", result: "Result", error: "Error",
  subagent: "Subagent", compaction: "Compaction", system: "System", unparsed: "Not understood",
});

const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** @param {string|null} timestamp */
function dayOf(timestamp) {
  return timestamp ? dayFormat.format(new Date(timestamp)) : "";
}

/** @param {ApiEntry} entry */
export function preview(entry) {
  if (entry.status === "malformed" || entry.status === "unknown") return entry.reason ?? `${entry.kind}: kept as it is`;
  const item = entry.items.find((one) => one.text || one.call) ?? entry.items[0];
  if (!item) return entry.kind;
  if (item.kind === "tool_use" && item.call) return excerpt(item.call.argument ?? item.text, previewLength);
  return excerpt(withoutTags(item.text), previewLength) || (item.attachments.length ? `${item.attachments.length} attached` : item.kind);
}

/** @param {ApiEntry} entry */
function toolOf(entry) {
  return entry.items.find((item) => item.call)?.call?.name ?? null;
}

/** Where an entry stands in its session. */
export function entryAddress(/** @type {ApiEntry} */ entry) {
  const item = entry.items[0];
  return `/sessions/${entry.session}${item ? `?item=${item.id}` : ""}`;
}

/**
 * @param {ApiEntry} entry
 * @returns {HTMLLIElement}
 */
export function row(entry) {
  const shown = preview(entry);
  const tool = toolOf(entry);
  const kind = names[entry.icon] ?? entry.icon;
  const failed = entry.icon === "error" || entry.icon === "unparsed";
  const isHistory = entry.latency_ms !== null && entry.latency_ms > history;
  return h("li", { class: ["feed-row", `kind-${entry.icon}`, entry.sidechain && "is-sidechain"], dataset: { id: entry.id } },
    h("button", { class: "feed-line", "aria-expanded": "false" },
      h("span", { class: "feed-time", title: entry.timestamp ?? "" }, isHistory ? dayOf(entry.timestamp) : clock(entry.timestamp ?? entry.received)),
      h("span", { class: ["feed-kind", failed && "bad"], title: kind }, icon(entry.icon, 15), h("span", { class: "visually-hidden" }, kind)),
      h("span", { class: "feed-where" }, h("span", { class: "feed-machine truncate" }, entry.machine), h("span", { class: "feed-owner truncate" }, entry.owner)),
      h("span", { class: "feed-session truncate", title: entry.title ?? "" },
        h("span", { class: "feed-project" }, entry.project ?? entry.tool), h("span", { class: "feed-title" }, entry.title ?? entry.session_name)),
      h("span", { class: "feed-text truncate" }, tool ? h("span", { class: "feed-tool" }, tool) : null, visibleText(shown)),
      h("span", { class: "feed-tokens" }, entry.usage ? compact(entry.usage.tokens) : ""),
      h("span", { class: "feed-cost" }, entry.usage ? (entry.usage.cost === null ? "?" : money(entry.usage.cost)) : ""),
      h("span", { class: ["feed-latency", !isHistory && (entry.latency_ms ?? 0) > slow && "warn"], title: "From the event to the receiver" },
        entry.latency_ms === null ? "" : isHistory ? "history" : duration(Math.max(0, entry.latency_ms)))));
}

/** @param {ApiEntry} entry */
export function details(entry) {
  const usage = entry.usage;
  const facts = /** @type {[string, any][]} */ ([
    ["Event", time(entry.timestamp, "absolute")], ["Received", time(entry.received, "absolute")],
    ["Machine", entry.machine], ["User", entry.owner], ["Agent", entry.tool], ["Kind", entry.kind], ["Sequence", entry.seq],
    ...(usage ? [["Model", model(usage.model)], ["Tokens", `${compact(usage.input)} in, ${compact(usage.output)} out, ${compact(usage.cache_read)} cached`]] : []),
  ]);
  return h("div", { class: "feed-details" },
    entry.status !== "ok" ? h("p", null, badge(entry.status, { tone: entry.status === "recovered" ? "warn" : "bad" }), " ", entry.reason ?? "") : null,
    entry.items.map((item) => h("div", { class: "feed-item" },
      h("span", { class: "feed-item-kind muted" }, item.call ? `${item.kind} · ${item.call.name}` : item.kind),
      h("div", { class: ["feed-item-text", item.call && "mono"] }, visibleText(item.text), item.truncated || item.length > item.text.length ? h("span", { class: "muted" }, " …") : null))),
    h("dl", { class: "feed-facts" }, facts.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
    h("p", { class: "feed-links" },
      h("a", { class: "button small", href: entryAddress(entry) }, "Open in its session"),
      h("a", { class: "button small quiet", href: `/?session=${encodeURIComponent(entry.session_name)}` }, "Only this session here")));
}
