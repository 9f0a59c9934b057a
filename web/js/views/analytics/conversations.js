// @ts-check
// Conversations by the classic rules: scores, domains, tiers, tasks, tags and keywords, who spoke, and when.

import { get } from "../../core/api.js";
import { barList, heatmap, meter, stack } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { number, plural } from "../../core/format.js";
import { figures, linkOf, nothing, panel, words } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */
/** @typedef {{name: string, count: number}} Count */

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const tierNames = /** @type {Record<string, string>} */ ({ A: "A · architecture", C: "C · construction", E: "E · execution" });

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const found = await get("analytics/conversations", ask.params({ compare: null }), { signal: ask.signal });
  const { classic } = found;
  if (!classic?.messages) {
    body.append(h("div", { class: "card" }, nothing(ask, "messages")));
    return;
  }
  const made = { time: found.as_of, partial: ask.partial };
  const score = classic.collaboration_score;
  const hours = /** @type {number[][]} */ (found.hours ?? []);
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Collaboration score", value: [number(score, 1), h("span", { class: "change" }, "of 100")], note: meter({ label: "Collaboration score", value: score ?? 0, max: 100, tone: "c1", text: `${number(score, 1)} of 100` }) },
      { label: "Messages", value: number(classic.messages), href: linkOf(found, "classic.messages") },
      { label: "Conversations", value: number(classic.conversations) },
      { label: "Completed", value: number(classic.completed), tone: "good" },
      { label: "Ready", value: number(classic.ready) },
      { label: "Blocked", value: number(classic.blocked), tone: classic.blocked ? "warn" : undefined },
      { label: "Context shifts", value: number(classic.context_shifts) },
    ], "Classic scores")),
    panel({
      title: "Hours of the week", about: "Prompts and answers, by the clock of this browser.", span: 8, ...made, name: "hours-of-the-week",
      rows: hours.map((row, day) => ({ weekday: weekdays[day], ...Object.fromEntries(row.map((count, hour) => [String(hour).padStart(2, "0"), count])) })),
      content: heatmap({
        label: "Messages by weekday and hour", rows: weekdays.map((name) => name.slice(0, 3)), columns: Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`),
        shortColumns: Array.from({ length: 24 }, (_, hour) => (hour % 3 ? "" : String(hour).padStart(2, "0"))), values: hours, tone: "c1",
        title: (row, column) => `${weekdays[row]}, ${String(column).padStart(2, "0")}:00 to ${String(column + 1).padStart(2, "0")}:00: ${plural(hours[row]?.[column] ?? 0, "message")}`,
      }),
    }),
    panel({
      title: "Speakers", span: 4, ...made, rows: found.speakers, name: "speakers",
      content: barList({
        label: "Speakers", rows: found.speakers.slice(0, 10).map((/** @type {Count} */ one) => ({
          name: one.name, value: one.count, tone: "c4", href: linkOf(found, "speakers[].count", one),
        })),
      }),
    }),
    divided("ACE tiers", "What a message is about, by its words: how things are built, their building, or doing the work.", found, "tiers", "tiers", made, (name) => tierNames[name] ?? words(name)),
    divided("Tasks", "What a message asks for, by its words.", found, "tasks", "tasks", made, words),
    divided("Kinds of message", "Who speaks.", found, "types", "message-types", made, words),
    ranked("Domains", "Fields that the words of a message belong to; one may belong to several.", found, "domains", "domains", made, "c3"),
    ranked("Status tags (SHL)", "The state that a message tells: an open question, something blocked, ready or decided.", found, "status_tags", "status-tags", made, "c2"),
    ranked("Project tags", "What a message works on, by its words.", found, "projects", "project-tags", made, "c7"),
    panel({
      title: "Keywords", span: 12, ...made, rows: found.keywords, name: "keywords",
      content: found.keywords?.length ? h("ul", { class: "keywords" }, cloud(found)) : h("p", { class: "list-empty" }, "No keywords in this range."),
    })));
}

/**
 * @param {string} title
 * @param {string} about
 * @param {any} found
 * @param {string} key
 * @param {string} name
 * @param {{time: string, partial: string|null}} made
 * @param {(name: string) => string} say
 */
function divided(title, about, found, key, name, made, say) {
  const list = /** @type {Count[]|undefined} */ (found[key]);
  return panel({
    title, about, span: 4, ...made, rows: list ?? [], name,
    content: list?.length ? stack({ label: title, parts: list.slice(0, 9).map((one) => ({ name: say(one.name), value: one.count, href: linkOf(found, `${key}[].count`, one), tone: /^(other|unknown)$/.test(one.name) ? "other" : undefined })), total: list.reduce((sum, one) => sum + one.count, 0) })
      : h("p", { class: "list-empty" }, "Nothing in this range."),
  });
}

/**
 * @param {string} title
 * @param {string} about
 * @param {any} found
 * @param {string} key
 * @param {string} name
 * @param {{time: string, partial: string|null}} made
 * @param {string} tone
 */
function ranked(title, about, found, key, name, made, tone) {
  const list = /** @type {Count[]|undefined} */ (found[key]);
  return panel({
    title, about, span: 4, ...made, rows: list ?? [], name,
    content: barList({ label: title, rows: (list ?? []).slice(0, 10).map((one) => ({ name: words(one.name), value: one.count, tone, href: linkOf(found, `${key}[].count`, one) })) }),
  });
}

/** @param {any} found */
function cloud(found) {
  const list = /** @type {Count[]} */ (found.keywords);
  const most = Math.max(...list.map((one) => one.count), 1);
  return list.slice(0, 60).map((one) => h("li", { style: { "--share": Math.sqrt(one.count / most).toFixed(2) } },
    h("a", { href: linkOf(found, "keywords[].count", one) }, one.name, h("span", { class: "keyword-count" }, number(one.count)))));
}
