// @ts-check
// The dialogs for a budget and for a rule of alerts.

import { dialog } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { bytes, money, number, percent } from "../../core/format.js";

/** @typedef {import("../settings.js").Budget} Budget */
/** @typedef {import("../settings.js").Rule} Rule */
/** @typedef {import("../settings.js").Settings} Settings */

/**
 * The kinds of rule: what their threshold is counted in, and what they can be narrowed to.
 * `unit` is what is typed, `factor` what one of it is in the API.
 */
export const kinds = /** @type {Record<string, {label: string, unit: string|null, factor: number, usual: number, scope: string[], say: (value: number) => string}>} */ ({
  cost: { label: "A day costs", unit: "dollars", factor: 1, usual: 50, scope: ["project", "owner"], say: (value) => ` more than ${money(value * 1e6)}` },
  budget: { label: "A budget is used up", unit: "percent", factor: 0.01, usual: 80, scope: ["budget"], say: (value) => ` to ${percent(value)}` },
  silence: { label: "A machine is silent", unit: "minutes", factor: 1, usual: 60, scope: ["agent", "owner"], say: (value) => ` for ${number(value)} min` },
  lag: { label: "A consumer is behind", unit: "seconds", factor: 1, usual: 300, scope: ["consumer"], say: (value) => ` by ${number(value)} s` },
  finding: { label: "There are findings", unit: "findings", factor: 1, usual: 1, scope: ["severity", "project", "owner"], say: (value) => `, ${number(value)} or more` },
  parse_failures: { label: "Records cannot be read", unit: "percent of a day's", factor: 0.01, usual: 1, scope: ["agent"], say: (value) => `, over ${percent(value, 1)} of a day's` },
  tool_version: { label: "A new version of a tool", unit: null, factor: 1, usual: 0, scope: [], say: () => "" },
  disk: { label: "The disk has left", unit: "GiB", factor: 1024 ** 3, usual: 10, scope: [], say: (value) => ` less than ${bytes(value)}` },
});

/** A rule's threshold as a text that goes on after its kind. */
export function limitText(/** @type {Rule} */ rule) {
  return kinds[rule.kind]?.say(rule.threshold) ?? ` ${rule.threshold}`;
}

/**
 * A field with its label.
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [hint]
 */
function field(label, input, hint) {
  return h("label", { class: "field" }, label, input, hint ? h("span", { class: "field-hint" }, hint) : null);
}

/** @param {Record<string, any>} attributes */
const text = (attributes) => h("input", { class: "input", autocomplete: "off", spellcheck: "false", ...attributes });

/**
 * The dialog of a form: keep, remove, cancel; it stays open with the reason when the receiver refuses.
 * @param {string} title
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} keep
 * @param {(() => Promise<void>)|null} remove
 */
function formDialog(title, form, keep, remove) {
  const failed = h("p", { class: "bad", role: "alert" });
  form.append(failed);
  const act = async (/** @type {() => Promise<void>} */ what) => {
    try {
      await what();
      box.close();
    } catch (error) {
      replace(failed, error instanceof Error ? error.message : "It was not kept.");
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) void act(keep);
  });
  const box = dialog({
    title, content: form,
    actions: [...(remove ? [h("button", { class: "button danger dialog-remove", onclick: () => void act(remove) }, "Remove")] : []),
      h("button", { class: "button", onclick: () => box.close() }, "Cancel"), h("button", { class: "button primary", onclick: () => form.requestSubmit() }, "Keep")],
  });
  /** @type {HTMLElement|null} */ (form.querySelector("input"))?.focus();
}

/**
 * @param {Budget|null} one
 * @param {(budget: Budget) => Promise<void>} keep
 * @param {(() => Promise<void>)|null} remove
 */
export function budgetDialog(one, keep, remove) {
  const name = text({ value: one?.name ?? "", required: true, maxlength: "200", placeholder: "Team, monthly" });
  const limit = text({ type: "number", min: "0.01", step: "0.01", required: true, value: one ? one.limit / 1e6 : "", placeholder: "500" });
  const period = h("select", { class: "select" }, ["day", "week", "month"].map((value) => h("option", { value, selected: (one?.period ?? "month") === value }, `a ${value}`)));
  const scope = ["project", "owner", "model"].map((key) => ({ key, input: text({ value: one?.scope[key] ?? "", placeholder: "all" }) }));
  const form = h("form", { class: "form" }, field("Name", name), h("div", { class: "form-row" }, field("Dollars", limit), field("In", period)),
    h("div", { class: "form-row" }, scope.map(({ key, input }) => field({ project: "Project", owner: "User", model: "Model" }[key] ?? key, input))));
  formDialog(one ? "Change the budget" : "A new budget", form, () => keep({
    id: one?.id ?? "", name: name.value.trim(), limit: Math.round(Number(limit.value) * 1e6), period: /** @type {Budget["period"]} */ (period.value),
    scope: Object.fromEntries(scope.filter(({ input }) => input.value.trim()).map(({ key, input }) => [key, input.value.trim()])),
  }), remove);
}

/**
 * @param {Rule|null} one
 * @param {Settings} settings
 * @param {(rule: Rule) => Promise<void>} keep
 * @param {(() => Promise<void>)|null} remove
 */
export function alertDialog(one, settings, keep, remove) {
  const name = text({ value: one?.name ?? "", required: true, maxlength: "200", placeholder: "Too much in a day" });
  const kind = h("select", { class: "select" }, settings.kinds.map((value) => h("option", { value, selected: one?.kind === value }, kinds[value]?.label ?? value)));
  const threshold = text({ type: "number", min: "0", step: "any", required: true });
  const webhook = text({ type: "url", value: one?.webhook ?? "", placeholder: "https://…" });
  const command = h("select", { class: "select" }, h("option", { value: "" }, "none"), settings.commands.map((value) => h("option", { value, selected: one?.command === value }, value)));
  const cooldown = text({ type: "number", min: "0", step: "1", required: true, value: Math.round((one?.cooldown_seconds ?? 3600) / 60) });
  const enabled = h("input", { type: "checkbox", checked: one?.enabled ?? true });
  const parts = h("div", { class: "form-row" });
  /** @type {{key: string, input: HTMLInputElement|HTMLSelectElement}[]} */
  let scope = [];

  function drawKind() {
    const about = kinds[kind.value] ?? { unit: "", factor: 1, usual: 0, scope: [] };
    const isSame = one?.kind === kind.value;
    threshold.value = String(isSame && one ? Number((one.threshold / about.factor).toPrecision(6)) : about.usual);
    scope = about.scope.map((key) => {
      const had = isSame ? one?.scope[key] ?? "" : "";
      const options = key === "severity" ? ["critical", "high", "medium", "low"].map((value) => [value, value]) : key === "budget" ? settings.budgets.map((budget) => [budget.id, budget.name]) : null;
      return { key, input: options ? h("select", { class: "select" }, h("option", { value: "" }, "all"), options.map(([value, label]) => h("option", { value, selected: had === value }, label))) : text({ value: had, placeholder: "all" }) };
    });
    const labels = /** @type {Record<string, string>} */ ({ project: "Project", owner: "User", agent: "Machine", consumer: "Consumer", severity: "Severity", budget: "Budget" });
    replace(parts, about.unit ? field(`Threshold, in ${about.unit}`, threshold) : null, scope.map(({ key, input }) => field(labels[key] ?? key, input)));
  }
  kind.addEventListener("change", drawKind);
  drawKind();
  const form = h("form", { class: "form" }, field("Name", name), field("When", kind), parts,
    field("Webhook", webhook, "Posted to as JSON. Empty: only this page tells."),
    h("div", { class: "form-row" }, field("Command", command, settings.commands.length ? undefined : "receiver.conf names none"), field("At most every so many minutes", cooldown)),
    h("label", { class: "check" }, enabled, "On"));
  formDialog(one ? "Change the rule" : "A new rule", form, () => keep({
    id: one?.id ?? "", name: name.value.trim(), kind: kind.value, threshold: Number(threshold.value) * (kinds[kind.value]?.factor ?? 1),
    scope: Object.fromEntries(scope.filter(({ input }) => input.value.trim()).map(({ key, input }) => [key, input.value.trim()])),
    webhook: webhook.value.trim() || null, command: command.value || null, cooldown_seconds: Number(cooldown.value) * 60, enabled: enabled.checked,
  }), remove);
}

