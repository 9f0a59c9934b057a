// @ts-check
// One machine: its identity, its sources, its files with how far they are, and its revocation.

import { get, isAborted, post } from "../../core/api.js";
import { badge, dialog, errorBlock, pager, skeleton, stateBlock, tabs, toast } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { bytes, number, percent, plural, time } from "../../core/format.js";
import { setQuery } from "../../core/router.js";
import { figures, panel, table } from "../analytics/parts.js";
import { cleanUp, digests, stateBadge, states } from "../fleet.js";

/** @typedef {import("../fleet.js").Agent} Agent */

const filters = [["", "All"], ["behind", "Behind"], ["unverified", "Not verified"], ["mismatch", "Different"], ["verified", "Verified"], ["deleted", "Deleted"]];

/**
 * @param {HTMLElement} body
 * @param {string} id
 * @param {ApiMe} who
 * @param {import("../../core/router.js").Context} context
 * @param {() => void} refresh
 * @returns {{update: (agent: Agent|null) => void, ask: (query: URLSearchParams) => void}}
 */
export function machine(body, id, who, context, refresh) {
  const mayRead = who.role !== "viewer-aggregate";
  const top = h("div", { class: "panels" });
  const holder = h("div", null, skeleton(8));
  const foot = h("div", null);
  const choices = h("div", null);
  let state = context.query.get("state") ?? "";
  /** @type {any[]} */
  let rows = [];
  let isFramed = false;
  let agentId = id;

  /** @param {string|null} cursor */
  async function load(cursor) {
    try {
      const page = await get(`fleet/${encodeURIComponent(agentId)}/files`, { state, limit: 100, cursor }, { signal: context.signal });
      rows = cursor ? [...rows, ...page.files] : page.files;
      replace(holder, rows.length ? list() : h("p", { class: "list-empty" }, state ? "No file is in this state." : "It has shipped no file yet."));
      replace(foot, rows.length ? pager({ next: page.next, shown: rows.length, noun: "file", onNext: () => void load(page.next) }) : null);
    } catch (error) {
      if (!isAborted(error)) replace(holder, errorBlock(error, () => void load(cursor)));
    }
  }

  function list() {
    return table({
      caption: "Files", rows, rowKey: (row) => `${row.file}.${row.generation}`,
      columns: [
        { key: "path", label: "File", class: "main cell-name cell-path mono", render: (row) => h("span", { class: "path-cell", title: row.path },
          h("span", { class: "path-folder" }, row.path.slice(0, row.path.lastIndexOf("/") + 1)), h("span", { class: "path-name" }, row.path.slice(row.path.lastIndexOf("/") + 1)),
          row.generation > 1 ? badge(`generation ${row.generation}`, { title: "The file was replaced or cut; each generation is kept" }) : null) },
        { key: "source", label: "Source", class: "wide-only" },
        { key: "digest", label: "Digest", render: (row) => badge(row.digest === "mismatch" ? "different" : row.digest, { tone: /** @type {Record<string, string>} */ ({ verified: "good", mismatch: "bad" })[row.digest] }) },
        { key: "bytes", label: "Size", align: "end", render: (row) => bytes(row.bytes) },
        { key: "parsed", label: "In rows", align: "end", render: (row) => (row.parsed >= row.bytes ? h("span", { class: "muted" }, "all") : h("span", { class: "warn", title: `${number(row.bytes - row.parsed)} bytes wait` }, percent(row.bytes ? row.parsed / row.bytes : 1))) },
        { key: "entries", label: "Records", align: "end" },
        { key: "malformed", label: "Malformed", align: "end", class: "wide-only", render: (row) => (row.malformed ? h("span", { class: "warn" }, number(row.malformed)) : h("span", { class: "faint" }, "0")) },
        { key: "changes", label: "Changes", align: "end", class: "wide-only" },
        { key: "changed", label: "Changed", align: "end", render: (row) => [time(row.changed), row.deleted ? [" ", badge("deleted there")] : null] },
      ],
    });
  }

  function drawChoices() {
    replace(choices, tabs({
      label: "State of files", selected: state, items: filters.map(([key, label]) => ({ id: key, label })),
      onSelect: (key) => setQuery({ state: key || null }, { replace: false }),
    }));
  }

  /** @param {Agent} agent */
  function revoke(agent) {
    const typed = h("input", { class: "input", autocomplete: "off", spellcheck: "false", "aria-label": "Name of the machine" });
    const act = h("button", { class: "button danger", disabled: true, onclick: async () => {
      act.disabled = true;
      try {
        await post(`fleet/${encodeURIComponent(agent.id)}/revoke`, {});
        box.close();
        toast(`${agent.name} is revoked.`, { kind: "good" });
        refresh();
      } catch (error) {
        act.disabled = false;
        toast(error instanceof Error ? error.message : "It was not revoked.", { kind: "bad" });
      }
    } }, "Revoke");
    typed.addEventListener("input", () => (act.disabled = typed.value.trim() !== agent.name));
    const box = dialog({
      title: `Revoke ${agent.name}`,
      content: [h("p", { class: "dialog-say" }, "Its connection ends at once and its certificate is refused from now on. What it has shipped stays. To ship again, the machine must be enrolled anew."),
        h("label", { class: "field" }, h("span", null, "To confirm, type ", h("b", null, agent.name)), typed)],
      actions: [h("button", { class: "button", onclick: () => box.close() }, "Cancel"), act],
    });
    typed.focus();
  }

  return {
    update(agent) {
      if (!agent) {
        replace(body, h("div", { class: "card" }, stateBlock({ kind: "empty", title: "There is no such machine.", action: h("a", { class: "button", href: "/fleet" }, "The fleet") })));
        return;
      }
      agentId = agent.id;
      const pair = (/** @type {string} */ label, /** @type {Children} */ value) => h("div", { class: "pair" }, h("dt", null, label), h("dd", null, h("span", { class: "break" }, value)));
      if (top.contains(document.activeElement) && isFramed) return;
      replace(top,
        h("section", { class: "card span-12", "aria-label": "In all" }, figures([
          { label: "State", value: stateBadge(agent), note: states[agent.state]?.says },
          { label: "Verified", value: [number(agent.verified), h("span", { class: "change" }, `of ${plural(agent.files, "file")}`)], tone: agent.files && agent.verified === agent.files ? "good" : undefined },
          { label: "Different", value: number(agent.mismatched), tone: agent.mismatched ? "bad" : undefined },
          { label: "Archived", value: bytes(agent.bytes) },
          { label: "Behind", value: agent.behind.rows_bytes ? bytes(agent.behind.rows_bytes) : "nothing", tone: agent.behind.rows_bytes ? "warn" : undefined, note: agent.behind.why },
          { label: "Last bytes", value: time(agent.last_received) },
        ], agent.name)),
        panel({ title: "Identity", span: 5, actions: who.role === "admin" && agent.state !== "revoked" ? h("button", { class: "button small danger", onclick: () => revoke(agent) }, "Revoke…") : null, content: h("dl", { class: "pairs" },
          pair("User", h("a", { href: `/sessions?owner=${encodeURIComponent(agent.owner)}` }, agent.owner)), pair("Host", agent.host), pair("System", agent.system), pair("Agent", agent.version), pair("Id", h("span", { class: "mono" }, agent.id)),
          pair("Enrolled", time(agent.enrolled, "absolute")), pair("Last seen", time(agent.seen, "absolute")), pair("Certificate ends", time(agent.certificate_expires, "date")),
          agent.revoked ? pair("Revoked", time(agent.revoked, "absolute")) : null, agent.cloned ? pair("Cloned", time(agent.cloned, "absolute")) : null) }),
        panel({ title: "What it ships", span: 7, rows: agent.sources, name: "sources", actions: h("a", { class: "button small", href: `/sessions?agent=${encodeURIComponent(agent.name)}` }, "Sessions"), content: [
          digests(agent),
          table({ caption: "Sources", rows: agent.sources, columns: [
            { key: "source", label: "Source", class: "main" }, { key: "files", label: "Files", align: "end" }, { key: "verified", label: "Verified", align: "end" }, { key: "bytes", label: "Bytes", align: "end", render: (row) => bytes(row.bytes) },
          ] }),
          h("dl", { class: "pairs" }, pair("Clean-up", cleanUp(agent)), pair("Deleted there", `${plural(agent.deleted, "file")}, kept here`)),
        ] }));
      if (isFramed) return;
      isFramed = true;
      drawChoices();
      replace(body, top, mayRead ? h("div", { class: "panels fleet-files" }, panel({ title: "Files", span: 12, actions: null, content: [choices, holder, foot], rows: () => rows, name: "files-of-machine" })) : null);
      if (mayRead) void load(null);
    },
    ask(query) {
      state = query.get("state") ?? "";
      drawChoices();
      void load(null);
    },
  };
}

