// @ts-check
// Quality: how sessions ended, how healthy they were, how often the first edit was the right one.

import { get } from "../../core/api.js";
import { bars, meter, stack } from "../../core/charts.js";
import { h } from "../../core/dom.js";
import { number, plural } from "../../core/format.js";
import { navigate } from "../../core/router.js";
import { change, figures, linkOf, nothing, panel, share, words } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const letters = ["A", "B", "C", "D", "F"];
const gradeTone = /** @type {Record<string, string>} */ ({ A: "good", B: "c8", C: "c6", D: "warn", F: "bad" });
const outcomeTone = /** @type {Record<string, string>} */ ({ completed: "good", errored: "bad", abandoned: "warn", unknown: "other" });

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  const found = await get("analytics/quality", ask.params(), { signal: ask.signal });
  const { sessions } = found;
  if (!sessions) {
    body.append(h("div", { class: "card" }, nothing(ask, "sessions")));
    return;
  }
  const before = found.before;
  const made = { time: found.as_of, partial: ask.partial };
  const now = new Map(found.grades.map((/** @type {any} */ one) => [one.name, one.count]));
  const then = new Map((before?.grades ?? []).map((/** @type {any} */ one) => [one.name, one.count]));
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Sessions", value: number(sessions), href: linkOf(found, "sessions") },
      { label: "Health", value: number(found.health.mean, 1), change: change(found.health.mean, before?.health?.mean, { better: "more", format: (value) => number(value, 1) }), note: `half are above ${number(found.health.p50)}` },
      { label: "One-shot rate", value: share(found.one_shot_rate), change: change(found.one_shot_rate, before?.one_shot_rate, { better: "more", points: true, format: share }), note: `${number(found.one_shot_turns)} of ${plural(found.edit_turns, "turn")} with edits` },
      { label: "Interruption rate", value: share(found.interruption_rate), href: linkOf(found, "interruptions"), change: change(found.interruption_rate, before?.interruption_rate, { better: "less", points: true, format: share }), note: `${number(found.interruptions)} of ${plural(found.prompts, "prompt")}` },
      { label: "Read again", value: share(found.reread_rate), change: change(found.reread_rate, before?.reread_rate, { better: "less", points: true, format: share }), note: `${number(found.rereads)} of ${plural(found.reads, "read")}` },
    ], "Quality")),
    panel({
      title: "Grades", about: "A from 90, B from 75, C from 60, D from 40. A heuristic: it tells where to look, not who is good.", span: 7, ...made, rows: found.grades, name: "grades",
      content: bars({
        label: "Sessions by grade", height: 230, heading: "Grade", short: letters,
        names: letters.map((letter) => `Grade ${letter}${before ? ` (before: ${number(then.get(letter) ?? 0)})` : ""}`),
        series: [{ name: "sessions", values: letters.map((letter) => now.get(letter) ?? 0), tone: "c1" }],
        onSelect: (index) => navigate(linkOf(found, "grades[].count", { name: letters[index] }) ?? ""),
      }),
    }),
    panel({
      title: "Outcomes", span: 5, ...made, rows: found.outcomes, name: "outcomes",
      content: [
        stack({ label: "Sessions by outcome", parts: found.outcomes.map((/** @type {any} */ one) => ({ name: words(one.name ?? "not known yet"), value: one.count, tone: outcomeTone[one.name] ?? "c3", href: linkOf(found, "outcomes[].count", one) })) }),
        h("h3", { class: "panel-part" }, "Grades"),
        stack({ label: "Sessions by grade", parts: letters.filter((letter) => now.get(letter)).map((letter) => ({ name: letter, value: now.get(letter) ?? 0, tone: gradeTone[letter], href: linkOf(found, "grades[].count", { name: letter }) })) }),
        h("h3", { class: "panel-part" }, "Integrity of transcripts"),
        stack({ label: "Sessions by integrity", parts: found.integrity.map((/** @type {any} */ one, /** @type {number} */ index) => ({ name: words(one.name ?? "not known yet"), value: one.count, href: linkOf(found, "integrity[].count", one), tone: one.name === "ok" ? "good" : one.name === "unknown" ? "other" : `c${index + 2}` })) }),
      ],
    }),
    panel({
      title: "How these are counted", span: 12, content: h("div", { class: "rates" },
        rate("One-shot", found.one_shot_rate, "Turns with edits in which no file was edited again after a command that was more than reading, of all turns with edits."),
        rate("Interrupted", found.interruption_rate, "Prompts that were followed by an interruption before the next prompt, of all prompts.", "warn"),
        rate("Read again", found.reread_rate, "Reads of the same part of a file in a session with no change to it since; subagents apart.", "warn"),
        rate("Health", found.health.mean === null ? null : found.health.mean / 100, "100 less penalties: errored 30, abandoned 15, failed calls 3 each, retries 5, churn 4, streaks 10, many compactions, compactions amid a task 8, pressure 10.", "c1", `${number(found.health.mean, 1)} of 100`)),
    })));
}

/**
 * @param {string} name
 * @param {number|null} value
 * @param {string} text
 * @param {string} [tone]
 * @param {string} [says]
 */
function rate(name, value, text, tone = "c1", says = share(value)) {
  return h("div", { class: "rate" }, h("p", { class: "rate-head" }, h("b", null, name), h("span", { class: "num" }, says)),
    meter({ label: name, value: value ?? 0, max: 1, tone, text: says }), h("p", { class: "muted" }, text));
}
