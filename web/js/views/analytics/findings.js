// @ts-check
// The inbox of findings: look, then mark as triaged or as a false positive, one by one or many at once.

import { get, isAborted, pages, post } from "../../core/api.js";
import { badge, dialog, errorBlock, pager, skeleton, stateBlock, tabs, toast } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { number, plural, time } from "../../core/format.js";
import { panel, place, sessionsOf, severityTone, words } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */
/** @typedef {"new"|"triaged"|"false_positive"} State */

const names = /** @type {Record<string, string>} */ ({ new: "New", triaged: "Triaged", false_positive: "False positives", all: "All" });
const perPage = 25;
/** How many one order changes: its body is at most 64 KiB. */
const perOrder = 1_000;

/** What became of a dangerous command: that it ran is no good news. */
function fate(/** @type {string|null} */ outcome) {
  const [text, tone] = /** @type {Record<string, [string, string]>} */ ({
    success: ["ran", "bad"], error: ["failed", "warn"], interrupted: ["interrupted", "warn"], denied: ["denied", "good"],
  })[outcome ?? ""] ?? ["no result", "neutral"];
  return badge(text, { tone });
}

/**
 * @param {Ask} ask
 * @param {{new: number, triaged: number, false_positive: number}} counts
 * @param {{time: string, partial: string|null}} made
 */
export function inbox(ask, counts, made) {
  const state = names[ask.query.get("state") ?? ""] ? /** @type {string} */ (ask.query.get("state")) : "new";
  const severity = ask.query.get("severity");
  const rule = ask.query.get("rule");
  const kind = ask.query.get("has");
  const mayChange = ask.me.role === "admin";
  const asked = ask.params({ compare: null, limit: perPage, state: state === "all" ? null : state, severity, rule });
  /** @type {Set<string>} */
  const chosen = new Set();
  /** @type {Map<string, State>} what each was when it was read */
  const states = new Map();
  /** @type {string|null} the one that was chosen last */
  let last = null;
  /** @type {string|null} */
  let cursorAfter = null;
  /** @type {number|null} */
  let total = null;
  /** @type {ApiFinding[]} */
  const shown = [];
  const list = h("ul", { class: "findings" });
  const head = h("div", null);
  const foot = h("div", null);
  const holder = h("div", null, skeleton(10));
  const all = h("input", { type: "checkbox", "aria-label": "Choose all that are shown" });
  const tools = h("div", { class: "inbox-tools" });
  all.addEventListener("change", () => {
    for (const one of shown) all.checked ? chosen.add(one.id) : chosen.delete(one.id);
    for (const box of list.querySelectorAll("input")) box.checked = all.checked;
    drawTools();
  });

  function drawHead() {
    const sum = counts.new + counts.triaged + counts.false_positive;
    replace(head, tabs({
      label: "State", selected: state, onSelect: (id) => ask.set({ state: id === "new" ? null : id }),
      items: [["new", counts.new], ["triaged", counts.triaged], ["false_positive", counts.false_positive], ["all", sum]].map(([id, count]) => ({ id: String(id), label: names[id], count: Number(count) })),
    }));
  }

  /**
   * What a change makes of the counts above.
   * @param {Iterable<[string, State]>} moved each finding's state before
   * @param {(id: string, was: State) => State} to
   */
  function count(moved, to) {
    for (const [id, was] of moved) {
      const next = to(id, was);
      counts[was] = Math.max(0, counts[was] - 1);
      counts[next] += 1;
      states.set(id, next);
    }
    drawHead();
  }

  function drawTools() {
    const here = shown.filter((one) => chosen.has(one.id)).length;
    all.checked = shown.length > 0 && here === shown.length;
    all.indeterminate = here > 0 && here < shown.length;
    const more = (total ?? 0) > shown.length && chosen.size >= shown.length && chosen.size < (total ?? 0);
    replace(tools, mayChange ? h("label", { class: "check" }, all, chosen.size ? `${number(chosen.size)} chosen` : "All") : null,
      mayChange && more ? h("button", { class: "button small quiet", onclick: () => void chooseAll() }, `Choose all ${number(total)}`) : null,
      chosen.size ? ["triaged", "false_positive", "new"].filter((one) => one !== state).map((one) => h("button", {
        class: "button small", onclick: () => askNote([...chosen], /** @type {State} */ (one)),
      }, action(one))) : null,
      rule ? filter("rule", words(rule)) : null, severity ? filter("severity", severity) : null, kind ? filter("has", kind) : null);
  }

  /** Chooses also what further pages have. */
  async function chooseAll() {
    tools.setAttribute("aria-busy", "true");
    try {
      for (const one of await everything()) {
        chosen.add(one.id);
        states.set(one.id, one.state);
      }
    } catch (error) {
      if (!isAborted(error)) toast(error instanceof Error ? error.message : "The others could not be had.", { kind: "bad" });
    }
    tools.removeAttribute("aria-busy");
    drawTools();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  function filter(name, text) {
    return h("button", { class: "button small", title: "Take this filter away", onclick: () => ask.set({ [name]: null }) }, `${name}: ${text} ×`);
  }

  /** @param {string} one */
  function action(one) {
    return one === "triaged" ? "Triaged" : one === "false_positive" ? "False positive" : "New again";
  }

  /**
   * @param {string[]} ids
   * @param {State} next
   */
  function askNote(ids, next) {
    const note = h("textarea", { class: "input", rows: "3", maxlength: "500", placeholder: "Why, or what was done (optional)", "aria-label": "Note" });
    const box = dialog({
      title: `${plural(ids.length, "finding")}: ${action(next).toLowerCase()}`, content: note,
      actions: [h("button", { class: "button", onclick: () => box.close() }, "Cancel"), h("button", { class: "button primary", onclick: () => {
        box.close();
        void change(ids, next, note.value.trim());
      } }, action(next))],
    });
    note.focus();
  }

  /**
   * @param {string[]} ids
   * @param {State} next
   * @param {string} [note]
   */
  async function change(ids, next, note) {
    const before = new Map(ids.map((id) => [id, states.get(id) ?? "new"]));
    try {
      let changed = 0;
      for (let from = 0; from < ids.length; from += perOrder) {
        changed += (await post("findings/state", { ids: ids.slice(from, from + perOrder), state: next, ...(note ? { note } : {}) })).changed;
      }
      toast(`${plural(changed, "finding")}: ${action(next).toLowerCase()}`, { kind: "good", action: { label: "Undo", onSelect: () => void undo(before) } });
      const first = shown.findIndex((one) => ids.includes(one.id));
      for (const id of ids) {
        chosen.delete(id);
        const at = shown.findIndex((one) => one.id === id);
        if (at < 0) continue;
        if (state === "all") shown[at] = { ...shown[at], state: next, note: note || shown[at].note };
        else shown.splice(at, 1);
      }
      count(before, () => next);
      if (total !== null && state !== "all") total = Math.max(0, total - changed);
      // What was on further pages moves up.
      if (!shown.length && cursorAfter) await load(null);
      else draw();
      /** @type {HTMLElement|null|undefined} */ (list.children[Math.min(first, shown.length - 1)]?.querySelector("button, input"))?.focus({ preventScroll: true });
    } catch (error) {
      toast(error instanceof Error ? error.message : "The change failed.", { kind: "bad" });
    }
  }

  /** @param {Map<string, State>} before */
  async function undo(before) {
    for (const was of /** @type {State[]} */ (["new", "triaged", "false_positive"])) {
      const ids = [...before].filter(([, one]) => one === was).map(([id]) => id);
      for (let from = 0; from < ids.length; from += perOrder) await post("findings/state", { ids: ids.slice(from, from + perOrder), state: was });
    }
    count([...before.keys()].map((id) => [id, states.get(id) ?? "new"]), (id) => before.get(id) ?? "new");
    await load(null);
  }

  /** @param {ApiFinding} one */
  function row(one) {
    const box = h("input", { type: "checkbox", checked: chosen.has(one.id), "aria-label": `Choose ${words(one.rule)} in ${one.title ?? one.session}` });
    box.addEventListener("click", (event) => {
      // With Shift everything from the one chosen before to this one.
      const at = shown.findIndex((other) => other.id === one.id);
      const from = event.shiftKey ? shown.findIndex((other) => other.id === last) : -1;
      const range = from < 0 ? [one] : shown.slice(Math.min(from, at), Math.max(from, at) + 1);
      for (const other of range) box.checked ? chosen.add(other.id) : chosen.delete(other.id);
      last = one.id;
      for (const [index, line] of [...list.children].entries()) {
        const input = line.querySelector("input");
        if (input && shown[index]) input.checked = chosen.has(shown[index].id);
      }
      drawTools();
    });
    const text = h("button", { class: "finding-text mono", "aria-expanded": "false", title: "Show all of it", onclick: () => {
      const open = text.classList.toggle("is-open");
      text.setAttribute("aria-expanded", String(open));
    } }, one.masked ?? "–");
    return h("li", { class: "finding" }, mayChange ? box : null,
      h("div", { class: "finding-main" },
        h("p", { class: "finding-head" }, badge(one.severity, { tone: severityTone(one.severity) }), h("b", null, words(one.rule)),
          one.kind === "danger" ? fate(one.outcome) : one.access ? badge(one.access) : null,
          one.confidence === "candidate" ? badge("candidate", { title: "Looks like a secret, without a vendor's form" }) : null,
          one.state !== "new" && state === "all" ? badge(names[one.state].toLowerCase(), { tone: "good", title: one.state_by ? `by ${one.state_by}` : undefined }) : null,
          h("span", { class: "finding-time" }, time(one.timestamp))),
        text,
        h("p", { class: "finding-foot" }, h("a", { href: place(one.session, one.item, one.call) }, one.title ?? one.session), h("span", null, one.machine), h("span", null, one.owner),
          one.note ? h("span", { class: "finding-note" }, one.note) : null)),
      mayChange ? h("div", { class: "finding-actions" }, (one.state === "new" ? ["triaged", "false_positive"] : ["new"]).map((next) => h("button", {
        class: "button small quiet", onclick: () => void change([one.id], /** @type {State} */ (next)),
      }, next === "triaged" ? "Triaged" : next === "new" ? "New again" : "False"))) : null);
  }

  function draw() {
    drawTools();
    replace(list, shown.map(row));
    replace(holder, shown.length ? list : stateBlock({
      kind: "empty", title: state === "new" ? "Nothing new." : "Nothing here.",
      text: state === "new" && (counts.triaged || counts.false_positive) ? "Everything in this range has been looked at." : "No rule found anything like this in this range.",
    }));
    replace(foot, shown.length ? pager({ next: cursorAfter, shown: shown.length, total, noun: "finding", onNext: () => void load(cursorAfter) }) : null);
  }

  /** @param {string|null} cursor */
  async function load(cursor) {
    try {
      const page = await get("findings", { ...asked, cursor }, { signal: ask.signal });
      if (!cursor) shown.length = 0;
      shown.push(...page.findings);
      for (const one of page.findings) states.set(one.id, one.state);
      [cursorAfter, total] = [page.next, page.total];
      draw();
    } catch (error) {
      if (!isAborted(error)) replace(holder, errorBlock(error, () => void load(cursor)));
    }
  }

  async function everything() {
    const found = [];
    for await (const page of pages("findings", { ...asked, limit: 500 })) found.push(...page.findings);
    return found;
  }

  drawHead();
  void load(null);
  return panel({
    title: "Inbox", span: 8, ...made, rows: everything, name: "findings", class: "inbox",
    actions: h("a", { class: "button small", href: sessionsOf(ask.query, { has: "finding" }) }, "Sessions"),
    content: [
      head, tools, holder, foot,
    ],
  });
}
