// @ts-check
// Where a session comes from and where it goes on: the sessions that were resumed or forked from
// one another, and the places in one session where something was asked anew. Lines that a fork
// repeats are shown in the session that had them first, and there only.

import { get, isAborted } from "../../core/api.js";
import { badge, icon } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { excerpt, number, time } from "../../core/format.js";
import { visibleText } from "../../core/markdown.js";

/** @typedef {{id: string, title: string|null}} Ancestor */
/** @typedef {{at: number, of: number, others: {id: string, at: number, timestamp: string|null}[]}} Branch */

/** Sessions with more records are not searched for what was asked anew: it would take too many questions. */
const mostRecords = 3_000;
const page = 500;
const words = /** @type {Record<string, string>} */ ({
  resumed: "Resumed from", forked: "Forked from", compacted: "Goes on after a compaction of", subagent: "Called by",
});

/** How a session began, in a line above its first item; null where it began by itself. */
export function beginning(/** @type {ApiSession} */ session, /** @type {Ancestor[]} */ ancestors) {
  const says = words[session.lineage ?? ""];
  if (!says) return null;
  const from = ancestors[ancestors.length - 1];
  return h("article", { class: "rule rule-violet rule-branch", "aria-label": says }, icon("subagent", 14),
    h("span", null, says, " ", from ? h("a", { href: `/sessions/${from.id}` }, visibleText(excerpt(from.title, 70) || from.id)) : "a session that is not here"));
}

/** The badge of a lineage, which leads to where the session comes from. */
export function lineageBadge(/** @type {ApiSession} */ session, /** @type {Ancestor[]} */ ancestors) {
  const from = ancestors[ancestors.length - 1];
  const mark = badge(session.lineage ?? "", { tone: "violet", title: `${words[session.lineage ?? ""] ?? session.lineage} ${from ? from.title ?? from.id : "a session that is not here"}` });
  return from ? h("a", { href: `/sessions/${from.id}` }, mark) : mark;
}

/**
 * The sessions that go on from this one. There is no question for them alone, so those of its project
 * since it began are looked through.
 * @param {ApiSession} session
 * @param {AbortSignal} signal
 * @returns {Promise<ApiSession[]>}
 */
async function continuations(session, signal) {
  if (!session.project || !session.started) return [];
  const answer = await get("sessions", { project: session.project, since: session.started, order: "oldest", limit: page }, { signal });
  return answer.sessions.filter((/** @type {ApiSession} */ one) => one.parent === session.id && one.lineage !== "subagent");
}

/**
 * The family as a small tree: what came before, this one, what goes on from it.
 * @param {HTMLElement} holder
 * @param {ApiSession} session
 * @param {Ancestor[]} ancestors
 * @param {AbortSignal} signal
 * @returns {Promise<ApiSession[]>} what goes on from it
 */
export async function drawFamily(holder, session, ancestors, signal) {
  /** @type {ApiSession[]} */
  let next = [];
  try {
    next = await continuations(session, signal);
  } catch (error) {
    if (isAborted(error)) return [];
    // Without it the tree has no branches below this one.
  }
  const before = session.lineage === "subagent" ? [] : ancestors;
  if (!before.length && !next.length) {
    replace(holder);
    return [];
  }
  const line = (/** @type {number} */ depth, /** @type {Children} */ content, current = false) =>
    h("li", { class: "family-line", style: { "--depth": String(depth) }, "aria-current": current ? "true" : null }, content);
  const link = (/** @type {{id: string, title: string|null}} */ one) => h("a", { class: "truncate", href: `/sessions/${one.id}`, title: one.title ?? one.id }, visibleText(excerpt(one.title, 80) || one.id));
  replace(holder, h("h2", null, "Branches"), h("ol", { class: "family-list" },
    before.map((one, index) => line(index, link(one))),
    line(before.length, h("span", { class: "truncate" }, "This session"), true),
    next.map((one) => line(before.length + 1, [link(one), badge(one.lineage ?? "goes on", { tone: "violet" })]))));
  return next;
}

/** What stands below the last item: where the session goes on. */
export function goesOn(/** @type {ApiSession[]} */ next) {
  return next.map((one) => h("div", { class: "rule rule-violet rule-branch" }, icon("subagent", 14),
    h("span", null, one.lineage === "forked" ? "Forked into " : "Goes on in ", h("a", { href: `/sessions/${one.id}` }, visibleText(excerpt(one.title, 70) || one.id)), " ", time(one.started))));
}

/**
 * The prompts that were asked anew: those that answer the same record. Found by their records' numbers.
 * @param {ApiSession} session
 * @param {number} asked how many prompts it has
 * @param {AbortSignal} signal
 * @returns {Promise<Map<number, Branch>>}
 */
export async function askedAnew(session, asked, signal) {
  /** @type {Map<number, Branch>} */
  const found = new Map();
  if (asked < 2 || session.entries > mostRecords) return found;
  const prompts = (await get(`sessions/${session.id}/transcript`, { kind: "prompt", text: 0, limit: page }, { signal })).items;
  /** @type {Map<number, ApiItem>} */
  const items = new Map(prompts.map((/** @type {ApiItem} */ item) => [item.entry, item]));
  /** @type {Map<string, Set<number>>} */
  const groups = new Map();
  /** @type {string|null} */
  let cursor = null;
  do {
    /** @type {any} */
    const answer = await get(`sessions/${session.id}/entries`, { limit: page, cursor }, { signal });
    for (const entry of answer.entries) {
      if (!entry.first || !entry.parent || !items.has(entry.seq)) continue;
      groups.set(entry.parent, (groups.get(entry.parent) ?? new Set()).add(entry.seq));
    }
    cursor = answer.next;
  } while (cursor);
  for (const group of groups.values()) {
    if (group.size < 2) continue;
    const sorted = [...group].map((seq) => /** @type {ApiItem} */ (items.get(seq))).sort((a, b) => (a.timestamp ?? "").localeCompare(b.timestamp ?? ""));
    const places = sorted.map((item, index) => ({ id: item.id, at: index + 1, timestamp: item.timestamp }));
    sorted.forEach((item, index) => found.set(item.entry, { at: index + 1, of: sorted.length, others: places.filter((one) => one.id !== item.id) }));
  }
  return found;
}

/** The line above a prompt that was asked anew, or that was left behind. */
export function branchRule(/** @type {Branch} */ branch, /** @type {string} */ session) {
  return h("article", { class: "rule rule-violet rule-branch", "aria-label": "Branch" }, icon("subagent", 14),
    h("span", null, `Branch ${number(branch.at)} of ${number(branch.of)}: ${branch.at < branch.of ? "left behind" : "asked anew"}. `,
      branch.others.map((one) => [h("a", { href: `/sessions/${session}?item=${one.id}` }, `Branch ${number(one.at)}`), " "])));
}
