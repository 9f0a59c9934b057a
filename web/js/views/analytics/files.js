// @ts-check
// Files: which are hot, which are changed again and again, which are read again for nothing, which
// two people change at once, and everything that ever touched one file.

import { get } from "../../core/api.js";
import { badge, copyButton, dialog, errorBlock, icon, pager, skeleton } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { number, time } from "../../core/format.js";
import { setQuery } from "../../core/router.js";
import { figures, linkOf, nothing, panel, place, sessionsOf, table } from "./parts.js";

/** @typedef {import("./parts.js").Ask} Ask */

const orders = /** @type {Record<string, {label: string, of: (row: any) => number}>} */ ({
  heat: { label: "Heat", of: (row) => row.heat ?? 0 },
  churn: { label: "Churn", of: (row) => (row.lines_added ?? 0) + (row.lines_removed ?? 0) },
  rereads: { label: "Read again", of: (row) => row.rereads ?? 0 },
  touches: { label: "Touches", of: (row) => touches(row) },
});

/** @param {any} row */
const touches = (row) => row.reads + row.writes + row.edits + row.deletes;

/**
 * @param {HTMLElement} body
 * @param {Ask} ask
 */
export async function draw(body, ask) {
  // The path is that of the file that is open.
  const asked = ask.params({ compare: null, path: null, limit: 100, sensitive: ask.query.get("sensitive") });
  const first = await get("analytics/files", asked, { signal: ask.signal });
  if (!first.files.length) {
    body.append(h("div", { class: "card" }, nothing(ask, "file accesses")));
    return;
  }
  const made = { time: first.as_of, partial: ask.partial };
  /** @type {any[]} */
  const rows = [...first.files];
  let next = first.next;
  let sort = orders[ask.query.get("sort") ?? ""] ? /** @type {string} */ (ask.query.get("sort")) : "heat";
  const hasHeat = rows.some((row) => row.heat >= 0.005);
  const hasAgain = rows.some((row) => row.rereads !== undefined);
  const list = table({
    caption: "Files", rows: sorted(), rowKey: (row) => row.path, sort: { key: sort, dir: "desc" }, class: "files-table",
    onSort: (key) => {
      sort = key;
      setQuery({ sort: key }, { silent: true });
      list.update(sorted(), { key, dir: "desc" });
    },
    onRow: (row) => openFile(row.path, ask),
    columns: [
      { key: "path", label: "File", class: "main cell-name cell-path", render: (row) => h("span", { class: "path-cell" }, pathLink(row.path, ask),
        row.owners > 1 || row.machines > 1 ? badge(row.owners > 1 ? `${row.owners} users` : `${row.machines} machines`, { tone: "accent" }) : null) },
      { key: "project", label: "Project", class: "wide-only", render: (row) => (row.project ? h("a", { href: sessionsOf(ask.query, { project: row.project }) }, row.project) : "–") },
      { key: "heat", label: "Heat", sort: true, align: "end", title: "Read 1, edit and write 3, each fading to a third in a week", render: (row) => heat(row, hasHeat ? rows : null) },
      { key: "touches", label: "Touches", sort: true, align: "end", render: (row) => number(touches(row)) },
      { key: "reads", label: "Reads", align: "end", render: (row) => count(row.reads) },
      { key: "edits", label: "Edits", align: "end", render: (row) => count(row.edits) },
      { key: "writes", label: "Writes", align: "end", class: "wide-only", render: (row) => count(row.writes) },
      ...(hasAgain ? [{ key: "rereads", label: "Read again", sort: true, align: /** @type {"end"} */ ("end"), title: "The same part, read again in a session without a change since", render: (/** @type {any} */ row) => count(row.rereads) }] : []),
      { key: "churn", label: "Lines", sort: true, align: "end", title: "Lines added and removed", render: (row) => lines(row.lines_added, row.lines_removed) },
      { key: "sessions", label: "Sessions", align: "end", render: (row) => h("a", { href: linkOf(first, "files[].sessions", row) }, number(row.sessions)) },
      { key: "last", label: "Last", align: "end", render: (row) => time(row.last) },
    ],
  });
  const foot = h("div", null);
  const drawFoot = () => replace(foot, pager({ next, shown: rows.length, noun: "file", onNext: () => void more() }));

  function sorted() {
    return [...rows].sort((a, b) => orders[sort].of(b) - orders[sort].of(a) || touches(b) - touches(a));
  }

  async function more() {
    const page = await get("analytics/files", { ...asked, cursor: next }, { signal: ask.signal });
    rows.push(...page.files);
    next = page.next;
    list.update(sorted());
    drawFoot();
  }

  drawFoot();
  const sum = (/** @type {string} */ key) => rows.reduce((total, row) => total + (row[key] ?? 0), 0);
  body.append(h("div", { class: "panels" },
    h("section", { class: "card span-12", "aria-label": "In all" }, figures([
      { label: "Files", value: number(first.total), note: next ? "more below" : "touched" },
      { label: "Reads", value: number(sum("reads")), note: next ? "of those that are shown" : null },
      { label: "Edits and writes", value: number(sum("edits") + sum("writes")) },
      { label: "Lines added", value: h("span", { class: "good" }, `+${number(sum("lines_added"))}`) },
      { label: "Lines removed", value: h("span", { class: "bad" }, `−${number(sum("lines_removed"))}`) },
      { label: "Conflicts", value: number(first.conflicts.length), note: "changed by several within a day", tone: first.conflicts.length ? "warn" : undefined },
    ], "Files")),
    first.conflicts.length ? conflicts(first.conflicts, made, ask) : null,
    panel({
      title: "Files", about: "A file opens everything that touched it, in all sessions of all machines.", span: 12, ...made,
      rows: () => rows, name: "files", content: [list, foot],
    })));
  const path = ask.query.get("path");
  if (path && !document.querySelector("dialog[open]")) openFile(path, ask);
}

/**
 * A path that opens its history: the folders give way before the name does.
 * @param {string} path
 * @param {Ask} ask
 */
function pathLink(path, ask) {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  return h("button", { class: "path-link mono", title: path, onclick: () => openFile(path, ask) },
    h("span", { class: "path-folder" }, path.slice(0, at)), h("span", { class: "path-name" }, path.slice(at)));
}

/** @param {number} value */
function count(value) {
  return value ? number(value) : h("span", { class: "faint" }, "0");
}

/**
 * @param {number|null} added
 * @param {number|null} removed
 */
function lines(added, removed) {
  if (!added && !removed) return h("span", { class: "faint" }, "0");
  return h("span", { class: "lines" }, h("span", { class: "good" }, `+${number(added ?? 0)}`), " ", h("span", { class: "bad" }, `−${number(removed ?? 0)}`));
}

/**
 * @param {any} row
 * @param {any[]|null} rows
 */
function heat(row, rows) {
  if (!rows) return h("span", { class: "faint", title: "Nothing touched it lately" }, "cold");
  const most = Math.max(...rows.map((one) => one.heat), 0.01);
  return h("span", { class: "heat-cell" }, h("span", { class: "inline-bar", "aria-hidden": "true", style: { "--share": String(row.heat / most), "--tone": "var(--c2)" } }), number(row.heat, 1));
}

/**
 * @param {any[]} list
 * @param {{time: string, partial: string|null}} made
 * @param {Ask} ask
 */
function conflicts(list, made, ask) {
  return panel({
    title: "Conflicts", about: "Changed by several users or on several machines within 24 hours: they may overwrite each other.", span: 12, ...made, rows: list, name: "file-conflicts",
    content: table({
      caption: "Conflicts", rows: list, rowKey: (row) => row.path,
      columns: [
        { key: "path", label: "File", class: "main cell-name", render: (row) => pathLink(row.path, ask) },
        { key: "owners", label: "Users", render: (row) => row.owners.map((/** @type {string} */ one) => badge(one)) },
        { key: "machines", label: "Machines", render: (row) => row.machines.map((/** @type {string} */ one) => badge(one)) },
        { key: "last", label: "Last", align: "end", render: (row) => time(row.last) },
      ],
    }),
  });
}

/**
 * Everything that touched a file, newest first, by session.
 * @param {string} path
 * @param {Ask} ask
 */
function openFile(path, ask) {
  setQuery({ path }, { silent: true });
  const content = h("div", { class: "file-history" }, skeleton(8));
  const foot = h("div", null);
  const list = h("ol", { class: "timeline" });
  const box = dialog({
    title: path.split(/[/\\]/).pop() ?? path, wide: true, class: "file-dialog", onClose: () => setQuery({ path: null }, { silent: true }),
    content: [h("p", { class: "file-path mono" }, h("span", null, path), copyButton(path, "Copy the path")), content, foot],
  });
  /** @type {string|null} */
  let session = null;
  let shown = 0;

  /** @param {string|null} cursor */
  async function load(cursor) {
    try {
      const page = await get("analytics/files/history", { ...ask.params({ compare: null, path, limit: 200 }), operation: ask.query.get("operation"), cursor }, { signal: ask.signal });
      for (const one of page.accesses) {
        if (one.session !== session) {
          session = one.session;
          list.append(h("li", { class: "timeline-head" }, h("a", { href: place(one.session, null), onclick: () => box.close() }, one.title ?? one.session), h("span", { class: "muted" }, one.machine)));
        }
        const tone = /** @type {Record<string, string>} */ ({ read: "neutral", edit: "accent", write: "accent", create: "good", delete: "bad" })[one.operation] ?? "neutral";
        list.append(h("li", null, time(one.timestamp, "absolute"), badge(one.operation, { tone }), one.operation === "read" ? null : lines(one.lines_added, one.lines_removed),
          one.call ? h("a", { class: "timeline-open", href: place(one.session, null, one.call), "aria-label": "Open the call", onclick: () => box.close() }, icon("right", 14)) : null));
      }
      shown += page.accesses.length;
      replace(content, list.childElementCount ? list : h("p", { class: "list-empty" }, "Nothing touched this file."));
      replace(foot, pager({ next: page.next, shown, noun: "access", nouns: "accesses", onNext: () => void load(page.next) }));
    } catch (error) {
      replace(content, errorBlock(error, () => void load(cursor)));
    }
  }
  void load(null);
}

