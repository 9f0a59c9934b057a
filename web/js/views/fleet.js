// @ts-check
// The fleet: every agent, whether what it has is verified here, what is behind and why, and which
// files its machine will delete before they are safe. `/fleet/AGENT` is one machine with its files.

import { get, isAborted, me, post } from "../core/api.js";
import { badge, copyButton, dialog, downloadMenu, errorBlock, icon, skeleton, stateBlock, toast } from "../core/components.js";
import { meter, stack } from "../core/charts.js";
import { h, replace } from "../core/dom.js";
import { bytes, date, duration, number, percent, plural, relative, time } from "../core/format.js";
import { figures } from "./analytics/parts.js";
import { machine } from "./fleet/machine.js";

/** @typedef {{source: string, files: number, bytes: number, verified: number}} Source */
/** @typedef {{id: string, name: string, owner: string, host: string, system: string, version: string,
 *   state: "connected"|"offline"|"inactive"|"revoked"|"cloned", enrolled: string, seen: string|null, certificate_expires: string|null,
 *   revoked: string|null, cloned: string|null, files: number, verified: number, unverified: number, mismatched: number, deleted: number, bytes: number,
 *   behind: {rows_bytes: number, streams: number, why: string|null}, last_received: string|null,
 *   clean_up: {risk: "none"|"soon"|"now"|"unknown", files: number, bytes: number, oldest: string|null}, sources: Source[]}} Agent */
/** @typedef {{agents: Agent[], totals: {files: number, verified: number, unverified: number, mismatched: number, bytes: number},
 *   receiver: {version: string, disk_available: number, journal_backlog: number, window: {bytes: number, reason: string, text: string|null}, running_seconds: number, resident_bytes: number}}} Fleet */

const askEvery = 5_000;

/** What each state of an agent means. */
export const states = /** @type {Record<string, {label: string, tone: string, says: string}>} */ ({
  connected: { label: "Connected", tone: "good", says: "It is connected now." },
  offline: { label: "Offline", tone: "warn", says: "Nothing has been heard of it for five minutes." },
  inactive: { label: "Inactive", tone: "neutral", says: "Nothing has been heard of it for two weeks." },
  revoked: { label: "Revoked", tone: "bad", says: "It may not ship any more; what it shipped is kept." },
  cloned: { label: "Cloned", tone: "bad", says: "Two machines use its identity: join one of them anew." },
});

/** The state of an agent in a word. */
export function stateBadge(/** @type {Agent} */ one) {
  const state = states[one.state] ?? { label: one.state, tone: "neutral", says: "" };
  return badge(state.label, { tone: state.tone, title: state.says });
}

/** How the digests of files are told apart, as one divided bar. */
export function digests(/** @type {{files: number, verified: number, mismatched: number, unverified: number}} */ one, label = "Files") {
  return stack({
    label, total: one.files, parts: [
      { name: "verified", value: one.verified, tone: "good" }, { name: "not verified yet", value: one.unverified, tone: "other" },
      { name: "different", value: one.mismatched, tone: "bad" },
    ].filter((part) => part.value > 0),
  });
}

/** What a machine will delete before it is verified here. */
export function cleanUp(/** @type {Agent} */ one) {
  const { risk, files, bytes: size, oldest } = one.clean_up;
  if (risk === "none") return h("span", { class: "muted" }, "no risk");
  if (risk === "unknown") return badge("not known", { title: "The agent has not told how long the tool keeps its files" });
  return h("span", null, badge(risk === "now" ? "may be deleted now" : "within 5 days", { tone: risk === "now" ? "bad" : "warn" }), " ",
    h("span", { class: "muted" }, `${plural(files, "file")}, ${bytes(size)}`, oldest ? [", the oldest of ", time(oldest, "date")] : null));
}

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 * @returns {Promise<import("../core/router.js").View>}
 */
export async function mount(root, context) {
  const who = await me();
  const id = context.params.agent ?? null;
  const body = h("div", { class: "fleet-body" }, skeleton(10));
  const head = h("div", { class: "page-head" }, id ? h("h1", null, h("a", { class: "crumb", href: "/fleet" }, "Fleet"), h("span", { class: "crumb-sep" }, "/"), h("span", { id: "agent-name" }, id.slice(0, 8))) : h("h1", null, "Fleet"),
    id || who.role !== "admin" ? null : h("button", { class: "button primary", onclick: () => enrol(who) }, icon("plus"), "Enrol a machine"));
  replace(root, h("div", { class: "page fleet" }, head, body));
  let isFirst = true;
  let text = "";
  const one = id ? machine(body, id, who, context, () => void refresh()) : null;

  async function refresh() {
    try {
      const found = /** @type {Fleet} */ (await get("fleet", {}, { signal: context.signal }));
      const agent = id ? found.agents.find((other) => other.id === id || other.name === id) ?? null : null;
      if (agent) replace(/** @type {Element} */ (root.querySelector("#agent-name")), agent.name);
      const now = JSON.stringify(found.agents) + JSON.stringify(found.totals);
      if (one) one.update(agent);
      else if (now !== text && !(body.contains(document.activeElement) && !isFirst)) draw(body, found, who);
      if (!one) drawReceiver(found);
      text = now;
      isFirst = false;
    } catch (error) {
      if (!isAborted(error) && isFirst) replace(body, errorBlock(error, () => void refresh()));
    }
  }
  await refresh();
  const timer = setInterval(() => !document.hidden && void refresh(), askEvery);
  return { update: (query) => one?.ask(query), unmount: () => clearInterval(timer) };
}

/**
 * @param {HTMLElement} body
 * @param {Fleet} found
 * @param {ApiMe} who
 */
function draw(body, found, who) {
  const { agents, totals } = found;
  if (!agents.length) {
    replace(body, h("div", { class: "card" }, stateBlock({
      kind: "empty", title: "No machine is enrolled yet.", text: "An agent on each workstation ships its sessions here. Enrol the first one: it takes one command there.",
      action: who.role === "admin" ? h("button", { class: "button primary", onclick: () => enrol(who) }, "Enrol a machine") : h("p", { class: "muted" }, "Ask somebody with the role admin."),
    })));
    return;
  }
  const online = agents.filter((one) => one.state === "connected").length;
  const enrolled = agents.filter((one) => one.state !== "revoked").length;
  const behind = agents.reduce((sum, one) => sum + (one.state === "revoked" ? 0 : one.behind.rows_bytes), 0);
  const atRisk = agents.filter((one) => ["now", "soon"].includes(one.clean_up.risk));
  replace(body,
    h("div", { class: "panels" },
      h("section", { class: "card span-5 verified", "aria-label": "Verification" },
        h("p", { class: "verified-line" }, h("b", { class: "num" }, number(totals.verified)), ` of ${plural(totals.files, "file")} verified`),
        h("p", { class: "muted" }, totals.mismatched ? h("span", { class: "bad" }, `${plural(totals.mismatched, "file differs", "files differ")} from ${totals.mismatched === 1 ? "its" : "their"} original. `)
          : "No file differs from its original. ", totals.unverified ? `${number(totals.unverified)} wait for their agent to tell the digest of the whole file.` : "The archive holds the same bytes."),
        digests(totals, "Files of all machines")),
      h("section", { class: "card span-7", "aria-label": "In all" }, figures([
        { label: "Connected", value: [number(online), h("span", { class: "change" }, `of ${number(enrolled)}`)], tone: online ? "good" : "warn" },
        { label: "Archived", value: bytes(totals.bytes), note: plural(totals.files, "file") },
        { label: "Without rows yet", value: behind ? bytes(behind) : "nothing", tone: behind ? "warn" : undefined, note: behind ? "see below why" : "everything is counted" },
        { label: "Clean-up risk", value: atRisk.length ? plural(atRisk.length, "machine") : "none", tone: atRisk.length ? "bad" : "good", note: atRisk.length ? "files may go before they are safe" : "nothing is about to be deleted" },
      ], "Fleet"), h("div", { class: "receiver-line", id: "receiver-line" }))),
    h("div", { class: "section-head" }, h("h2", null, "Machines"), downloadMenu(() => agents.map(({ sources, behind: left, clean_up, ...rest }) => ({ ...rest, behind_bytes: left.rows_bytes, behind_why: left.why, clean_up_risk: clean_up.risk, clean_up_files: clean_up.files })), "tailship-fleet")),
    h("ul", { class: "agent-list" }, [...agents].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)).map(line)));
}

/** @param {Agent} one */
function rank(one) {
  if (one.state === "revoked") return 9;
  if (one.state === "cloned" || one.mismatched || one.clean_up.risk === "now") return 0;
  return { connected: 3, offline: 1, inactive: 2 }[one.state] ?? 4;
}

/** @param {Fleet} found */
function drawReceiver(found) {
  const holder = document.getElementById("receiver-line");
  if (!holder) return;
  const { receiver } = found;
  const pair = (/** @type {string} */ label, /** @type {Children} */ value) => h("span", null, h("span", { class: "muted" }, `${label} `), h("b", { class: "num" }, value));
  replace(holder, pair("Receiver", receiver.version), pair("up", duration(receiver.running_seconds * 1000)), pair("disk free", bytes(receiver.disk_available)), pair("memory", bytes(receiver.resident_bytes)),
    pair("journal", receiver.journal_backlog ? bytes(receiver.journal_backlog) : "empty"),
    receiver.window.reason === "open" ? null : badge(receiver.window.text || receiver.window.reason, { tone: receiver.window.bytes === 0 ? "bad" : "warn", title: `Agents may send ${bytes(receiver.window.bytes)} at a time` }));
}

/** @param {Agent} one */
function line(one) {
  const href = `/fleet/${encodeURIComponent(one.id)}`;
  const expires = one.certificate_expires ? (Date.parse(one.certificate_expires) - Date.now()) / 86_400_000 : null;
  return h("li", { class: ["card agent", one.state === "revoked" && "is-revoked"], id: one.name },
    h("div", { class: "agent-name" }, h("p", null, h("a", { href }, one.name), stateBadge(one)),
      h("p", { class: "muted" }, [one.owner, one.host, one.system].filter(Boolean).join(" · ")),
      h("p", { class: "muted" }, `agent ${one.version}`, one.state === "connected" ? "" : [", last seen ", time(one.seen)],
        expires !== null && expires < 14 && one.state !== "revoked" ? badge(expires < 0 ? "certificate has expired" : `certificate ends in ${number(expires)} d`, { tone: expires < 0 ? "bad" : "warn" }) : null)),
    h("div", { class: "agent-verified" }, h("p", null, h("a", { href: one.unverified ? `${href}?state=unverified` : href }, `${number(one.verified)} of ${plural(one.files, "file")} verified`),
      one.mismatched ? [" ", h("a", { class: "bad", href: `${href}?state=mismatch` }, `${number(one.mismatched)} differ`)] : null),
    meter({ label: `Verified files of ${one.name}`, value: one.verified, max: Math.max(1, one.files), tone: one.mismatched ? "bad" : "good", text: `${number(one.verified)} of ${number(one.files)}, ${percent(one.files ? one.verified / one.files : null)}` }),
    h("p", { class: "muted" }, `${bytes(one.bytes)}: ${one.sources.map((source) => `${source.source} ${number(source.files)}`).join(", ")}`)),
    h("dl", { class: "agent-facts" },
      h("div", null, h("dt", null, "Behind"), h("dd", null, one.behind.rows_bytes ? [h("a", { class: "warn", href: `${href}?state=behind` }, `${bytes(one.behind.rows_bytes)} in ${plural(one.behind.streams, "file")}`), one.behind.why ? h("span", { class: "muted" }, ` ${one.behind.why}`) : null] : h("span", { class: "muted" }, "nothing"))),
      h("div", null, h("dt", null, "Last bytes"), h("dd", null, time(one.last_received))),
      h("div", null, h("dt", null, "Clean-up"), h("dd", null, cleanUp(one)))),
    h("a", { class: "button quiet square agent-open", href, "aria-label": `Open ${one.name}` }, icon("chevron")));
}

/**
 * Makes a token that one machine can join with.
 * @param {ApiMe} who
 */
function enrol(who) {
  const owner = h("input", { class: "input", value: who.owner ?? "", placeholder: "ann", required: true, autocomplete: "off", spellcheck: "false" });
  const valid = h("select", { class: "select" }, [[3600, "1 hour"], [86400, "1 day"], [604800, "1 week"]].map(([seconds, label]) => h("option", { value: seconds }, String(label))));
  const form = h("form", { class: "form" },
    h("p", { class: "dialog-say" }, "A token lets one machine join, once. Everything that it ships belongs to this user."),
    h("label", { class: "field" }, "User", owner), h("label", { class: "field" }, "Good for", valid));
  const make = h("button", { class: "button primary", onclick: () => form.requestSubmit() }, "Make a token");
  const cancel = h("button", { class: "button", onclick: () => box.close() }, "Cancel");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!owner.value.trim()) {
      owner.focus();
      return;
    }
    make.disabled = true;
    try {
      const found = await post("fleet/tokens", { owner: owner.value.trim(), valid_seconds: Number(valid.value) });
      replace(form, h("p", { class: "dialog-say" }, "Run this on the machine, as the user whose sessions it ships. It is shown this once."),
        h("div", { class: "token" }, h("code", { class: "mono" }, found.command), copyButton(found.command, "Copy the command")),
        h("p", { class: "muted" }, `Good once, until ${date(found.expires)}, ${relative(found.expires)}. Then start the service: `, h("code", null, "systemctl --user enable --now tailship-agent"), "."));
      replace(cancel, "Done");
      make.remove();
    } catch (error) {
      make.disabled = false;
      toast(error instanceof Error ? error.message : "No token was made.", { kind: "bad" });
    }
  });
  const box = dialog({ title: "Enrol a machine", content: form, actions: [cancel, make] });
  owner.focus();
}
