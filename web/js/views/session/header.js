// @ts-check
// The head of a session: what it is, what it cost, and what can be done with it.

import { me } from "../../core/api.js";
import { badge, copyText, icon, menu, statusDot, toast } from "../../core/components.js";
import { h } from "../../core/dom.js";
import { compact, duration, model, money, number, plural, time } from "../../core/format.js";
import { lineageBadge } from "./branches.js";

const gradeTones = /** @type {Record<string, string>} */ ({ A: "good", B: "good", C: "warn", D: "bad", F: "bad" });

/**
 * @param {any} answer of GET /api/sessions/ID
 * @returns {Children}
 */
export function headerContent(answer) {
  const session = /** @type {ApiSession} */ (answer.session);
  const title = session.title ?? session.short;
  const above = answer.ancestors.map((/** @type {any} */ one) => [icon("chevron", 12), h("a", { href: `/sessions/${one.id}`, class: "truncate" }, one.title ?? one.id)]);
  return [
    h("div", { class: "session-line" },
      h("nav", { class: "crumbs", "aria-label": "Where" }, h("a", { href: "/sessions" }, "Sessions"),
        session.project ? [icon("chevron", 12), h("a", { href: `/sessions?project=${encodeURIComponent(session.project)}` }, session.project)] : null, above),
      h("div", { class: "session-actions" }, actions(answer))),
    h("div", { class: "session-heading" }, statusDot(session.status), h("h1", { class: "truncate", title }, title)),
    h("div", { class: "session-facts" }, facts(session, answer.ancestors)),
  ];
}

/** @param {any} answer */
function actions(answer) {
  const { session, resume, previous, next } = answer;
  const exports = `/api/sessions/${session.id}/export?format=`;
  const holder = h("span", null);
  void me().catch(() => null).then((who) => {
    const whole = who?.role === "admin" || who?.role === "viewer-own";
    holder.replaceWith(menu({
      label: "Export", icon: "download", class: "quiet", items: [
        { label: "Markdown", href: `${exports}md`, download: true, hint: "secrets masked" },
        ...(session.subagents ? [{ label: "Markdown with subagents", href: `${exports}md&subagents=1`, download: true }] : []),
        { label: "HTML page", href: `${exports}html&subagents=1`, download: true, hint: "secrets masked" },
        ...(whole ? [
          { label: "", separator: true },
          { label: "JSON", href: `${exports}json`, download: true, hint: "everything" },
          { label: "Original JSONL", hint: "byte for byte", onSelect: () => void original(`${exports}original`, session.short) },
        ] : []),
      ],
    }));
  });
  return [
    resume ? h("button", { class: "button quiet", title: resume, onclick: () => void copyText(resume, "Copied: paste it into a terminal of that machine") }, icon("play", 14), "Resume") : null,
    session.link && /^https?:/.test(session.link) ? h("a", { class: "button quiet", href: session.link, target: "_blank", rel: "noopener noreferrer" }, icon("globe", 14), "Pull request") : null,
    holder,
    neighbour(previous, "Earlier session of this project", "left"), neighbour(next, "Later session of this project", "right"),
  ];
}

/**
 * @param {{id: string, title: string|null}|null} to
 * @param {string} label
 * @param {string} name
 */
function neighbour(to, label, name) {
  return to ? h("a", { class: "button quiet square", href: `/sessions/${to.id}`, "aria-label": label, title: `${label}: ${to.title ?? to.id}` }, icon(name))
    : h("button", { class: "button quiet square", disabled: true, "aria-label": `${label}: none` }, icon(name));
}

/**
 * The original is one file, or the receiver names those there are.
 * @param {string} address
 * @param {string} name
 */
async function original(address, name) {
  try {
    const response = await fetch(address, { credentials: "same-origin" });
    if (!response.ok) {
      const { error } = await response.json();
      toast([error.message, error.remedy].filter(Boolean).join(" "), { kind: "bad" });
      return;
    }
    const url = URL.createObjectURL(await response.blob());
    h("a", { href: url, download: `${name}.jsonl` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch {
    toast("The receiver does not answer.", { kind: "bad" });
  }
}

/**
 * @param {ApiSession} session
 * @param {import("./branches.js").Ancestor[]} ancestors
 */
function facts(session, ancestors) {
  const unpriced = session.unpriced ? badge(`${number(session.unpriced)} unpriced`, { tone: "warn", title: "Responses of models without a price are not in the cost" }) : null;
  const cost = session.cost || !session.unpriced ? h("strong", null, money(session.cost)) : null;
  /** @type {Children[]} */
  const list = [
    [h("span", null, session.tool), session.version ? h("span", { class: "faint" }, ` ${session.version}`) : null],
    session.branch ? [icon("commit", 13), h("span", { class: "truncate", title: session.branch }, session.branch)] : null,
    [h("a", { href: `/sessions?agent=${encodeURIComponent(session.machine)}` }, session.machine), " · ",
      h("a", { href: `/sessions?owner=${encodeURIComponent(session.owner)}` }, session.owner)],
    session.models.length ? h("span", { class: "truncate", title: session.models.join(", ") }, session.models.map(model).join(", ")) : null,
    [time(session.started, "absolute"), session.duration_ms ? h("span", { class: "faint" }, ` ${duration(session.duration_ms)}`) : null],
    [cost, unpriced], `${compact(session.tokens)} tokens`,
    session.grade ? badge(`Health ${session.grade}`, { tone: gradeTones[session.grade], title: `${session.health} of 100, a rule of thumb${session.outcome ? `; ${session.outcome}` : ""}` }) : null,
    session.findings ? h("a", { href: `/sessions/${session.id}?panel=findings` }, badge(plural(session.findings, "finding"), { tone: "bad" })) : null,
    plural(session.prompts, "prompt"),
    [plural(session.tool_calls, "call"), session.tool_errors ? h("span", { class: "bad" }, `${number(session.tool_errors)} failed`) : null],
    session.subagents ? plural(session.subagents, "subagent") : null,
    session.compactions ? plural(session.compactions, "compaction") : null,
    session.integrity && session.integrity !== "ok" ? badge(session.integrity.replaceAll("_", " "), { tone: "warn" }) : null,
    session.lineage ? lineageBadge(session, ancestors) : null,
  ];
  return list.filter(Boolean).map((one) => h("span", { class: "session-fact" }, one));
}
