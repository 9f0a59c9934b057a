// @ts-check
// One session: outline, transcript, inspector; live while it runs.

import { get, isAborted } from "../core/api.js";
import { copyText, icon, segmented, skeleton, stateBlock, toast } from "../core/components.js";
import { h, keepFocus, replace } from "../core/dom.js";
import { duration, excerpt, number } from "../core/format.js";
import * as keys from "../core/keys.js";
import { ready } from "../core/markdown.js";
import * as router from "../core/router.js";
import { openStream } from "../core/stream.js";
import { askedAnew, beginning, branchRule, drawFamily, goesOn } from "./session/branches.js";
import { Find, highlight, paint } from "./session/find.js";
import { headerContent } from "./session/header.js";
import { Inspector } from "./session/inspector.js";
import { drawItem, rawItem, runOf, skimItem } from "./session/items.js";
import { Transcript } from "./session/model.js";
import { Outline } from "./session/outline.js";
import { keepSeen, seenUntil } from "./session/seen.js";
import { VirtualList } from "./session/virtual.js";

const modes = /** @type {{id: import("./session/model.js").Mode, label: string, title: string}[]} */ ([
  { id: "normal", label: "Normal", title: "Everything, calls and thinking folded" },
  { id: "focused", label: "Focused", title: "Prompts and final answers" },
  { id: "skim", label: "Skim", title: "A line for each" },
  { id: "raw", label: "Raw", title: "Every item as it is" },
]);
const panes = [["outline", "Outline"], ["transcript", "Transcript"], ["inspector", "Inspector"]];
const longGap = 1_800;
const refreshAfter = 400;
const refreshAfterLarge = 1_500;
const branchAfter = 3_000;

/**
 * @param {HTMLElement} root
 * @param {import("../core/router.js").Context} context
 */
export async function mount(root, context) {
  const view = new SessionView(root, context);
  await view.begin();
  return view;
}

class SessionView {
  /**
   * @param {HTMLElement} root
   * @param {import("../core/router.js").Context} context
   */
  constructor(root, { params, query, signal }) {
    this.root = root;
    this.query = query;
    this.signal = signal;
    this.name = params.id;
    /** @type {any} */
    this.answer = null;
    /** @type {ReturnType<typeof openStream>|null} */
    this.stream = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    /** @type {Map<string, import("./session/items.js").ItemState>} */
    this.states = new Map();
    this.details = new Map();
    /** @type {string|null} */
    this.selected = null;
    this.boundary = 0;
    this.fresh = 0;
    /** @type {(() => void)[]} */
    this.unbind = [];
  }

  /** @returns {ApiSession|null} */
  get session() {
    return this.answer?.session ?? null;
  }

  async begin() {
    this.frame();
    void ready().catch(() => {});
    const asked = get(`sessions/${encodeURIComponent(this.name)}`, {}, { signal: this.signal });
    // The id itself is known as a rule: the session and its map are asked for at once.
    const id = /^[0-9a-f]{16}$/.test(this.name) ? this.name : (await asked).session.id;
    this.id = id;
    const wanted = this.query.get("item") ?? await this.itemOf(this.query.get("call"));
    const transcript = new Transcript(id, this.signal);
    this.transcript = transcript;
    transcript.mode = this.mode();
    const [answer, index] = await Promise.all([asked, wanted ? transcript.indexOf(wanted) : null, transcript.loadMap()]);
    this.answer = answer;
    transcript.compactions = answer.compactions;
    const seen = seenUntil(this.id);
    this.boundary = seen && seen < this.transcript.total ? seen : 0;
    this.build();
    this.list?.setAttribute("aria-busy", "true");
    await this.open(wanted, index);
    this.list?.removeAttribute("aria-busy");
    // What stands beside it comes after it.
    this.inspector?.select(this.query.get("panel"));
    void this.outline?.load();
    void this.find?.set(this.query.get("find") ?? "", !wanted);
    this.listen();
    void this.branch();
  }

  /** The item that a call stands at. */
  async itemOf(/** @type {string|null} */ call) {
    if (!call) return null;
    const page = await get(`sessions/${this.id}/transcript`, { call, limit: 1, text: 0 }, { signal: this.signal }).catch(() => null);
    return page?.items[0]?.id ?? call;
  }

  /** What is known of its branches comes last: nothing that is read waits for it. */
  async branch() {
    const { session, transcript, virtual, outline, end } = this;
    if (!session || !transcript || !virtual || !outline || !end) return;
    const next = await drawFamily(outline.family, session, this.answer.ancestors, this.signal);
    if (this.signal.aborted) return;
    replace(end, goesOn(next));
    virtual.setBelow(end.offsetHeight);
    try {
      this.branches = await askedAnew(session, transcript.count("prompt"), this.signal);
    } catch {
      // Without it those prompts have no line above them.
      return;
    }
    const rows = [...virtual.shown.keys()].filter((row) => this.branches.has(transcript.item(transcript.rows[row])?.entry ?? -1));
    if (rows.length) virtual.redraw(new Set(rows));
  }

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  branching = undefined;

  /** @type {Map<number, import("./session/branches.js").Branch>} */
  branches = new Map();

  /** @returns {import("./session/model.js").Mode} */
  mode() {
    const mode = this.query.get("mode");
    return modes.find((one) => one.id === mode)?.id ?? "normal";
  }

  /** The panes, before anything is known. */
  frame() {
    this.head = h("header", { class: "session-head" }, skeleton(3, "Loading the session"));
    this.panes = h("div", { class: "session-panes" }, h("div", { class: "session-outline" }),
      h("section", { class: "session-main" }, h("div", { class: "session-scroller" }, h("div", { class: "session-loading" }, skeleton(14)))), h("div", { class: "session-inspector" }));
    this.tabs = h("div", { class: "session-tabs" });
    this.page = h("div", { class: "session-page" }, this.head, this.tabs, this.panes);
    replace(this.root, this.page);
  }

  build() {
    const id = /** @type {string} */ (this.id);
    const transcript = /** @type {Transcript} */ (this.transcript);
    this.outline = new Outline(id, this.signal, (index) => this.go(index));
    this.inspector = new Inspector({
      id, signal: this.signal, session: () => this.session, onPanel: (panel) => router.setQuery({ panel: panel === "figures" ? null : panel }),
      onTime: (timestamp) => this.goTime(timestamp), onItem: (item) => void this.goItem(item),
    });
    this.find = new Find({
      id, signal: this.signal, onGo: (index, item) => this.go(index, item), onText: (text) => router.setQuery({ find: text || null }),
    });
    this.list = h("div", { class: "transcript", role: "feed", "aria-label": "Transcript" });
    this.end = h("div", { class: "transcript-end" });
    this.scroller = h("div", { class: "session-scroller", tabindex: "0", role: "region", "aria-label": "Transcript, scrolls" }, this.list, this.end);
    this.pill = h("button", { class: "feed-pill transcript-pill", hidden: true, onclick: () => this.toEnd() });
    this.tools = h("div", { class: "transcript-tools" });
    this.context = /** @type {import("./session/items.js").ItemContext} */ ({
      session: id, signal: this.signal, details: this.details, stateOf: (item) => this.stateOf(item),
      side: () => this.query.get("diff") === "split", expand: () => this.query.has("open"), directory: () => this.session?.directory ?? null,
      onInspect: (item) => this.inspect(item), onLink: (item, session) => void copyText(`${location.origin}/sessions/${session}?item=${item.id}`, "Link copied"),
      compaction: (item) => transcript.compactionAt(item), draw: drawItem,
    });
    replace(/** @type {HTMLElement} */ (this.panes), this.outline.element, h("section", { class: "session-main", "aria-label": "Transcript" }, this.tools, this.pill, this.scroller), this.inspector.element);
    this.virtual = new VirtualList({
      scroller: this.scroller, element: this.list, estimate: (row) => this.estimate(row), render: (row) => this.row(row), onRange: (first, last) => this.ranged(first, last),
    });
    this.drawHead();
    this.drawTools();
    this.drawPane();
    this.bindKeys();
  }

  /** @param {string} id */
  stateOf(id) {
    let state = this.states.get(id);
    if (!state) this.states.set(id, state = {});
    return state;
  }

  /**
   * Where to begin: at the item asked for, at what is new, at the end of what runs, at the start.
   * @param {string|null} wanted
   * @param {number|null} index
   */
  async open(wanted, index) {
    const { transcript, virtual } = this;
    if (!transcript || !virtual) return;
    if (!transcript.total) {
      replace(this.list ?? this.root, stateBlock({ kind: "empty", title: "Nothing was said here yet.", text: "What is said will appear here as it arrives." }));
      return;
    }
    const runs = ["working", "waiting", "idle", "stale"].includes(this.session?.status ?? "");
    const start = index ?? (this.boundary || (runs ? transcript.total - 1 : 0));
    await transcript.need(Math.max(0, start - (start && !wanted ? 60 : 0)), Math.min(transcript.total - 1, start + 40)).catch(() => {});
    virtual.reset(transcript.rows.length);
    if (wanted && index !== null) this.go(index, wanted);
    else if (this.boundary) virtual.scrollTo(transcript.rowOf[this.boundary], 60);
    else if (runs) virtual.scrollToEnd();
    else virtual.scrollTo(0);
    if (wanted && index === null) toast("That item is not in this session.", { kind: "bad" });
  }

  /** @param {URLSearchParams} query */
  update(query) {
    const before = this.query;
    this.query = query;
    const changed = (/** @type {string} */ name) => before.get(name) !== query.get(name);
    if (!this.virtual) return;
    if (changed("mode")) this.changeMode();
    if (changed("diff") || changed("open")) {
      if (changed("open")) for (const state of this.states.values()) delete state.open;
      this.virtual.refresh(0, this.virtual.count);
    }
    if (changed("panel")) this.inspector?.select(query.get("panel"));
    if (changed("pane")) this.drawPane();
    if (changed("find")) void this.find?.set(query.get("find") ?? "", true);
    if (changed("item") && query.get("item")) void this.goItem(query.get("item") ?? "");
    if (changed("call") && query.get("call")) void this.itemOf(query.get("call")).then((item) => this.goItem(item ?? ""));
    this.drawTools();
  }

  unmount() {
    if (this.id && this.transcript) keepSeen(this.id, this.transcript.total);
    clearTimeout(this.timer);
    clearTimeout(this.branching);
    this.stream?.close();
    this.virtual?.close();
    highlight("");
    for (const one of this.unbind) one();
  }

  drawHead() {
    replace(/** @type {HTMLElement} */ (this.head), headerContent(this.answer));
    dispatchEvent(new CustomEvent("tailship:heading", { detail: excerpt(this.session?.title ?? this.session?.short ?? "Session", 60) }));
  }

  drawTools() {
    for (const part of [this.tools, this.tabs]) if (part?.contains(document.activeElement)) return keepFocus(part, () => this.drawToolsNow());
    this.drawToolsNow();
  }

  drawToolsNow() {
    const open = this.query.has("open");
    const split = this.query.get("diff") === "split";
    replace(/** @type {HTMLElement} */ (this.tools),
      segmented({ label: "Show", items: modes, selected: this.mode(), onSelect: (mode) => router.setQuery({ mode: mode === "normal" ? null : mode }) }),
      h("button", { class: "button quiet square", "aria-pressed": String(open), "aria-label": "Open every call", title: "Open every call (x)", onclick: () => router.setQuery({ open: open ? null : "1" }) }, icon("expand")),
      h("button", { class: "button quiet square", "aria-pressed": String(split), "aria-label": "Changes side by side", title: "Changes side by side (d)", onclick: () => router.setQuery({ diff: split ? null : "split" }) }, icon("panel")),
      this.find?.element);
    const pane = this.query.get("pane") ?? "transcript";
    replace(/** @type {HTMLElement} */ (this.tabs), segmented({
      label: "Pane", items: panes.map(([id, label]) => ({ id, label })), selected: pane, onSelect: (id) => router.setQuery({ pane: id === "transcript" ? null : id }),
    }));
  }

  drawPane() {
    const pane = this.query.get("pane") ?? "transcript";
    /** @type {HTMLElement} */ (this.page).dataset.pane = pane;
    if (pane === "transcript") this.virtual?.queue();
  }

  changeMode() {
    const { transcript, virtual } = this;
    if (!transcript || !virtual) return;
    const top = transcript.rows[virtual.anchor.row] ?? 0;
    transcript.setMode(this.mode());
    virtual.reset(transcript.rows.length);
    virtual.scrollTo(this.nearRow(top));
  }

  /** The row of an item, or of the next that is one. */
  nearRow(/** @type {number} */ index) {
    const rows = /** @type {Transcript} */ (this.transcript).rowOf;
    for (let at = index; at < rows.length; at += 1) if (rows[at] >= 0) return rows[at];
    return Math.max(0, /** @type {Transcript} */ (this.transcript).rows.length - 1);
  }

  /** A guess of a row's height by its kind and size, until it is measured. */
  estimate(/** @type {number} */ row) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const index = transcript.rows[row];
    const kind = transcript.kindAt(index);
    const mode = transcript.mode;
    if (mode === "skim") return 27;
    const wide = Math.max(240, Math.min(860, (this.scroller?.clientWidth ?? 700) - 110));
    const lines = Math.ceil((transcript.bytesAt(index) * 7.1) / wide) || 1;
    if (mode === "raw") return 58 + Math.min(lines, 41) * 19;
    if (kind === "tool_result") return 0;
    if (kind === "tool_use") return 37;
    if (kind === "prompt" || kind === "slash_command" || kind === "subagent_prompt") return 62 + Math.min(lines, 40) * 21;
    if (kind === "text") return 50 + Math.min(lines * 1.15, 240) * 22;
    if (kind === "compact_summary") return 76;
    return 33;
  }

  /** @param {number} row */
  row(row) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const index = transcript.rows[row];
    const item = transcript.item(index);
    const context = /** @type {import("./session/items.js").ItemContext} */ (this.context);
    const element = h("div", { class: "row" });
    const mode = transcript.mode;
    if (index === this.boundary && index) element.append(h("div", { class: "rule rule-accent" }, h("span", null, "New since you last looked")));
    const begins = index === 0 && this.session ? beginning(this.session, this.answer.ancestors) : null;
    if (begins && mode !== "skim") element.append(begins);
    const branch = item?.kind === "prompt" ? this.branches.get(item.entry) : undefined;
    if (branch && mode !== "skim") element.append(branchRule(branch, transcript.id));
    const gap = transcript.secondsBefore(index);
    if (gap >= longGap && mode !== "skim") element.append(h("div", { class: "rule rule-gap" }, h("span", null, `${duration(gap * 1000)} later`)));
    if (!item) {
      element.classList.add("row-waits");
      element.style.setProperty("min-height", `${Math.min(this.estimate(row), 600)}px`);
      element.append(h("span", { class: "skeleton-line", "aria-hidden": "true" }));
      return element;
    }
    const run = transcript.runs.get(index);
    if (run) {
      element.append(runOf(run, item, () => this.openRun(index)));
      return element;
    }
    element.append(mode === "skim" ? skimItem(item, context) : mode === "raw" ? rawItem(item, context) : drawItem(item, context));
    if (item.id === this.selected) element.classList.add("is-selected");
    if (item.id === this.flash) {
      element.classList.add("is-flash");
      setTimeout(() => (this.flash = null), 1500);
    }
    return element;
  }

  /** @param {number} index the first of a run of context */
  openRun(index) {
    const { transcript, virtual } = this;
    if (!transcript || !virtual || !transcript.openRun(index)) return;
    const top = transcript.rows[virtual.anchor.row] ?? index;
    const below = virtual.anchor.offset;
    virtual.reset(transcript.rows.length);
    virtual.scrollTo(this.nearRow(Math.min(top, index)), below);
    /** @type {HTMLElement|null|undefined} */ (virtual.shown.get(transcript.rowOf[index])?.querySelector("button"))?.focus({ preventScroll: true });
  }

  /** @type {string|null} */
  flash = null;

  /**
   * @param {number} first
   * @param {number} last
   */
  ranged(first, last) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const virtual = /** @type {VirtualList} */ (this.virtual);
    const top = transcript.rows[virtual.stick ? last : virtual.anchor.row] ?? 0;
    this.outline?.mark(top);
    if (virtual.stick && this.fresh) this.fresh = 0;
    this.drawPill();
    paint();
    clearTimeout(this.loading);
    const missing = transcript.item(transcript.rows[first]) === null || transcript.item(transcript.rows[last]) === null
      || transcript.item(transcript.rows[Math.floor((first + last) / 2)]) === null;
    if (!missing) return;
    this.loading = setTimeout(() => void this.load(transcript.rows[first], transcript.rows[last]), 40);
  }

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  loading = undefined;

  /**
   * @param {number} first item
   * @param {number} last
   */
  async load(first, last) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const virtual = /** @type {VirtualList} */ (this.virtual);
    try {
      const came = await transcript.need(first, last);
      for (const [from, to] of came) {
        let low = transcript.rowOf[from] ?? -1;
        for (let at = from; low < 0 && at <= to; at += 1) low = transcript.rowOf[at] ?? -1;
        if (low >= 0) virtual.refresh(low, low + (to - from));
      }
    } catch (error) {
      if (!isAborted(error)) toast(error instanceof Error ? error.message : "The transcript could not be had.", { kind: "bad", action: { label: "Try again", onSelect: () => void this.load(first, last) } });
    }
  }

  /**
   * Goes to an item by its place; what is folded into a call opens that call.
   * @param {number} index
   * @param {string|null} [id]
   */
  async go(index, id = null) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const virtual = /** @type {VirtualList} */ (this.virtual);
    if ((this.query.get("pane") ?? "transcript") !== "transcript") router.setQuery({ pane: null });
    if (transcript.rowOf[index] < 0) {
      router.setQuery({ mode: null }, { silent: true });
      this.query = router.query();
      transcript.setMode("normal");
      virtual.reset(transcript.rows.length);
      this.drawTools();
    }
    if (transcript.openRun(index)) virtual.reset(transcript.rows.length);
    await transcript.need(Math.max(0, index - 20), Math.min(transcript.total - 1, index + 20)).catch(() => {});
    const item = transcript.item(index);
    let target = index;
    if (item?.kind === "tool_result" && item.call && transcript.mode === "normal") {
      let call = transcript.callRows.get(item.call.id);
      for (let back = index - 100; call === undefined && back > index - 500 && back > -100; back -= 100) {
        await transcript.need(Math.max(0, back), Math.max(0, back)).catch(() => {});
        call = transcript.callRows.get(item.call.id);
      }
      if (call !== undefined) {
        target = call;
        const owner = transcript.item(call);
        if (owner) this.stateOf(owner.id).open = true;
      }
    }
    const shown = transcript.item(target);
    if (shown && id) {
      const hiddenKinds = ["thinking", "meta", "system", "local_command_output", "compact_summary"];
      if (hiddenKinds.includes(shown.kind) || (shown.kind === "tool_use" && this.query.get("find"))) this.stateOf(shown.id).open = true;
      this.flash = shown.id;
    }
    const row = transcript.rowOf[target];
    virtual.scrollTo(row, 70);
    virtual.refresh(row, row);
  }

  /** @param {string} id */
  async goItem(id) {
    const index = await this.transcript?.indexOf(id);
    if (index === null || index === undefined) toast("That item is not in this session.", { kind: "bad" });
    else await this.go(index, id);
  }

  /** @param {string} timestamp */
  goTime(timestamp) {
    const transcript = /** @type {Transcript} */ (this.transcript);
    const first = transcript.item(0)?.timestamp ?? this.session?.started ?? timestamp;
    const wanted = (Date.parse(timestamp) - Date.parse(first)) / 1000;
    let at = 0;
    let index = 0;
    while (index + 1 < transcript.total && at + transcript.secondsBefore(index + 1) <= wanted) at += transcript.secondsBefore(index += 1);
    void this.go(index);
  }

  toEnd() {
    this.fresh = 0;
    this.virtual?.scrollToEnd();
    this.drawPill();
  }

  drawPill() {
    if (!this.pill) return;
    this.pill.hidden = !this.fresh;
    if (this.fresh) replace(this.pill, icon("down", 14), `${number(this.fresh)} new`);
  }

  /** @param {ApiItem} item */
  inspect(item) {
    this.selected = item.id;
    for (const one of this.scroller?.querySelectorAll(".row.is-selected") ?? []) one.classList.remove("is-selected");
    this.scroller?.querySelector(`[data-item="${item.id}"]`)?.closest(".row")?.classList.add("is-selected");
    this.inspector?.inspect(item);
    const narrow = matchMedia("(max-width: 1099px)").matches;
    if (this.query.get("panel") === "item" && !narrow) return;
    router.setQuery({ panel: "item", pane: narrow ? "inspector" : this.query.get("pane") });
  }

  /** The item at the top of the window. */
  topItem() {
    const { transcript, virtual } = this;
    if (!transcript || !virtual) return null;
    const middle = virtual.heights.at((this.scroller?.scrollTop ?? 0) + 80);
    for (let row = middle; row < virtual.count; row += 1) {
      const item = transcript.item(transcript.rows[row]);
      if (item && item.kind !== "tool_result") return { item, index: transcript.rows[row], row };
    }
    return null;
  }

  /** The stream of this session: what is new is asked for, and followed where one was at the end. */
  listen() {
    if (!this.id) return;
    this.stream = openStream({ sessions: this.id, numbers: 0 }, {
      entry: () => this.schedule(),
      changed: () => this.schedule(),
      skipped: () => this.schedule(),
      reset: () => this.schedule(),
      state: (state) => dispatchEvent(new CustomEvent("tailship:connection", { detail: state })),
    });
  }

  schedule() {
    if (this.timer) return;
    this.timer = setTimeout(() => void this.refresh(), (this.transcript?.total ?? 0) > 5000 ? refreshAfterLarge : refreshAfter);
  }

  async refresh() {
    const { transcript, virtual } = this;
    if (!transcript || !virtual) return;
    try {
      this.answer = await get(`sessions/${this.id}`, {}, { signal: this.signal });
      transcript.compactions = this.answer.compactions;
      this.drawHead();
      const before = transcript.total;
      const rows = transcript.rows;
      const anchor = rows[virtual.anchor.row] ?? 0;
      const { came, first } = await transcript.loadMap();
      // A call's result may still be added to what stands shortly before the end.
      const changed = await transcript.renew(Math.min(first, Math.max(0, before - 100)));
      if (came !== 0) {
        await transcript.need(Math.max(0, transcript.total - 60), transcript.total - 1);
        if (!virtual.stick && came > 0) this.fresh += came;
        if (rows.length && rows.every((index, row) => transcript.rows[row] === index)) virtual.grow(transcript.rows.length);
        else {
          const stick = virtual.stick;
          virtual.reset(transcript.rows.length);
          if (stick) virtual.scrollToEnd();
          else virtual.scrollTo(this.nearRow(anchor));
        }
        if (virtual.stick && !document.hidden) keepSeen(/** @type {string} */ (this.id), transcript.total);
        void this.outline?.load();
        clearTimeout(this.branching);
        this.branching = setTimeout(() => void this.branch(), branchAfter);
      }
      // Only what is another now is drawn anew: whoever reads, selects or presses a button there is not disturbed.
      virtual.redraw(new Set([...changed].map((index) => transcript.rowOf[index] ?? -1)));
      this.drawPill();
    } catch (error) {
      if (!isAborted(error)) dispatchEvent(new CustomEvent("tailship:connection", { detail: "lost" }));
    } finally {
      this.timer = undefined;
    }
  }

  bindKeys() {
    const prompt = (/** @type {1|-1} */ by) => {
      const top = this.topItem();
      const index = top && this.transcript?.nextPrompt(top.index, by);
      if (index !== null && index !== undefined) void this.go(index);
    };
    const row = (/** @type {1|-1} */ by) => {
      const { virtual, transcript } = this;
      if (!virtual || !transcript) return;
      let next = (this.topItem()?.row ?? 0) + by;
      while (transcript.mode !== "raw" && transcript.mode !== "skim" && next > 0 && next < virtual.count - 1 && transcript.kindAt(transcript.rows[next]) === "tool_result") next += by;
      virtual.scrollTo(next, 70);
    };
    const neighbour = (/** @type {"previous"|"next"} */ which) => this.answer?.[which] && router.navigate(`/sessions/${this.answer[which].id}`);
    this.unbind.push(
      keys.bind("Shift+J", "Next prompt", () => prompt(1), "Session"),
      keys.bind("Shift+K", "Previous prompt", () => prompt(-1), "Session"),
      keys.bind("j", "Next item", () => row(1), "Session"),
      keys.bind("k", "Previous item", () => row(-1), "Session"),
      keys.bind("[", "Earlier session of this project", () => neighbour("previous"), "Session"),
      keys.bind("]", "Later session of this project", () => neighbour("next"), "Session"),
      keys.bind("m", "Next mode", () => router.setQuery({ mode: modes[(modes.findIndex((one) => one.id === this.mode()) + 1) % modes.length].id }), "Session"),
      keys.bind("x", "Open every call", () => router.setQuery({ open: this.query.has("open") ? null : "1" }), "Session"),
      keys.bind("d", "Changes side by side", () => router.setQuery({ diff: this.query.get("diff") === "split" ? null : "split" }), "Session"),
      keys.bind("i", "Inspect what is at the top", () => {
        const top = this.topItem();
        if (top) this.inspect(top.item);
      }, "Session"),
      keys.bind("n", "Next match", () => void this.find?.step(1), "Session"),
      keys.bind("Shift+N", "Previous match", () => void this.find?.step(-1), "Session"),
      keys.bind("e", "Export", () => /** @type {HTMLElement|null} */ (this.head?.querySelector(".menu-holder > .button"))?.click(), "Session"),
      keys.bind("y", "Copy the command that resumes it", () => this.answer?.resume && void copyText(this.answer.resume, "Copied: paste it into a terminal of that machine"), "Session"),
      keys.bind("Home", "To the beginning", () => this.virtual?.scrollTo(0), "Session"),
      keys.bind("End", "To the end", () => this.toEnd(), "Session"),
      keys.bind(".", "Copy a link to what is at the top", () => {
        const top = this.topItem();
        void copyText(`${location.origin}/sessions/${this.id}${top ? `?item=${top.item.id}` : ""}`, "Link copied");
      }, "Session"),
    );
  }
}
