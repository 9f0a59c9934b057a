// @ts-check
// What is known of a session's transcript: every item in a few bytes (the map), and the pages of
// items that were looked at. A mode says which items are rows.

import { get } from "../../core/api.js";

/** @typedef {"normal"|"focused"|"skim"|"raw"} Mode */

const chunk = 100;
const textBytes = 8192;
const mostChunks = 80;
const shortestRun = 3;
const conversation = new Set(["prompt", "slash_command", "subagent_prompt", "compact_summary", "interruption", "api_error"]);

export class Transcript {
  /**
   * @param {string} id
   * @param {AbortSignal} signal
   */
  constructor(id, signal) {
    this.id = id;
    this.signal = signal;
    /** @type {string[]} */
    this.kinds = [];
    /** @type {[number, number, number][]} */
    this.map = [];
    /** @type {Map<number, {items: ApiItem[], promise: Promise<ApiItem[]>|null}>} */
    this.chunks = new Map();
    /** @type {ApiCompaction[]} */
    this.compactions = [];
    /** @type {Map<string, number>} */
    this.callRows = new Map();
    this.mode = /** @type {Mode} */ ("normal");
    /** Runs of context that were opened, by their first item. */
    this.opened = new Set();
    /** Where a run of context is one row: its first item, and how many they are. */
    this.runs = new Map();
    /** Items that are rows, and for each item the row it is (−1: none). */
    this.rows = new Int32Array(0);
    this.rowOf = new Int32Array(0);
  }

  get total() {
    return this.map.length;
  }

  /** @returns {Promise<{came: number, first: number}>} how many items came, and the first that is another than it was */
  async loadMap() {
    const before = this.map;
    const names = this.kinds;
    const answer = await get(`sessions/${this.id}/map`, {}, { signal: this.signal });
    if (answer.items === before) return { came: 0, first: before.length };
    this.kinds = answer.kinds;
    this.map = answer.items;
    const most = Math.min(before.length, this.map.length);
    let first = 0;
    while (first < most && names[before[first][0]] === this.kindAt(first) && before[first][1] === this.map[first][1]) first += 1;
    this.setMode(this.mode);
    return { came: this.map.length - before.length, first };
  }

  /** How many items are of a kind. */
  count(/** @type {string} */ kind) {
    const wanted = this.kinds.indexOf(kind);
    return this.map.reduce((sum, [one]) => sum + Number(one === wanted), 0);
  }

  kindAt(/** @type {number} */ index) {
    return this.kinds[this.map[index]?.[0]] ?? "";
  }

  bytesAt(/** @type {number} */ index) {
    return this.map[index]?.[1] ?? 0;
  }

  secondsBefore(/** @type {number} */ index) {
    return this.map[index]?.[2] ?? 0;
  }

  setMode(/** @type {Mode} */ mode) {
    this.mode = mode;
    const rows = [];
    this.rowOf = new Int32Array(this.map.length).fill(-1);
    this.runs.clear();
    for (let index = 0; index < this.map.length; index += 1) {
      const length = mode === "normal" ? this.runAt(index) : 0;
      if (length && !this.opened.has(index)) {
        this.runs.set(index, length);
        this.rowOf.fill(rows.length, index, index + length);
        rows.push(index);
        index += length - 1;
        continue;
      }
      if (length) {
        for (const end = index + length; index < end; index += 1) {
          this.rowOf[index] = rows.length;
          rows.push(index);
        }
        index -= 1;
        continue;
      }
      if (mode === "focused" && !conversation.has(this.kindAt(index)) && !this.isFinalAnswer(index)) continue;
      this.rowOf[index] = rows.length;
      rows.push(index);
    }
    this.rows = Int32Array.from(rows);
  }

  /** How many records of context follow one another from here, where they are as many as make a run; else 0. */
  runAt(/** @type {number} */ index) {
    let end = index;
    while (this.kindAt(end) === "meta") end += 1;
    return end - index >= shortestRun ? end - index : 0;
  }

  /**
   * Opens the run that has this item folded away.
   * @param {number} index
   * @returns {boolean} whether there was one
   */
  openRun(index) {
    const first = this.rows[this.rowOf[index]];
    if (!this.runs.has(first)) return false;
    this.opened.add(first);
    this.setMode(this.mode);
    return true;
  }

  /** Whether an answer is the last before the next prompt. */
  isFinalAnswer(/** @type {number} */ index) {
    if (this.kindAt(index) !== "text") return false;
    for (let next = index + 1; next < this.map.length; next += 1) {
      const kind = this.kindAt(next);
      if (kind === "prompt" || kind === "slash_command" || kind === "interruption") return true;
      if (kind === "text") return false;
    }
    return true;
  }

  /** The item, when it is loaded. */
  item(/** @type {number} */ index) {
    return this.chunks.get(Math.floor(index / chunk))?.items[index % chunk] ?? null;
  }

  /**
   * Sees that these items are loaded.
   * @param {number} first
   * @param {number} last
   * @returns {Promise<[number, number][]>} the ranges that came just now
   */
  async need(first, last) {
    /** @type {Promise<[number, number]|null>[]} */
    const waits = [];
    for (let number = Math.floor(first / chunk); number <= Math.floor(last / chunk); number += 1) {
      const known = this.chunks.get(number);
      if (known && (known.promise || known.items.length >= Math.min(chunk, this.total - number * chunk))) {
        if (!known.promise) {
          this.chunks.delete(number);
          this.chunks.set(number, known);
        }
        continue;
      }
      waits.push(this.load(number).then(() => [number * chunk, number * chunk + chunk - 1]));
    }
    const came = await Promise.all(waits);
    return /** @type {[number, number][]} */ (came.filter(Boolean));
  }

  /**
   * @param {number} number
   * @param {{items: ApiItem[], promise: Promise<ApiItem[]>|null}} [entry] what is shown until the answer comes
   */
  async load(number, entry = this.chunks.get(number) ?? { items: [], promise: null }) {
    this.chunks.set(number, entry);
    entry.promise = get(`sessions/${this.id}/transcript`, { index: number * chunk, limit: chunk, text: textBytes }, { signal: this.signal })
      .then((answer) => answer.items);
    try {
      entry.items = await entry.promise;
      entry.items.forEach((item, offset) => {
        if (item.kind === "tool_use" && item.call) this.callRows.set(item.call.id, number * chunk + offset);
      });
    } catch (error) {
      this.chunks.delete(number);
      throw error;
    } finally {
      entry.promise = null;
    }
    this.forget();
  }

  /** The pages that were not looked at for longest go, so that a long reading needs no more memory. */
  forget() {
    for (const [number, entry] of this.chunks) {
      if (this.chunks.size <= mostChunks) return;
      if (!entry.promise) this.chunks.delete(number);
    }
  }

  /**
   * Asks again for the loaded items from here on, when the session has gone on. What is the same as
   * before stays the same object.
   * @param {number} from
   * @returns {Promise<Set<number>>} the items that are others now
   */
  async renew(from) {
    /** @type {Set<number>} */
    const changed = new Set();
    const numbers = [...this.chunks].filter(([number, entry]) => number >= Math.floor(Math.max(0, from) / chunk) && !entry.promise).map(([number]) => number);
    await Promise.all(numbers.map(async (number) => {
      const before = this.chunks.get(number)?.items ?? [];
      const entry = { items: before, promise: /** @type {Promise<ApiItem[]>|null} */ (null) };
      await this.load(number, entry);
      entry.items = entry.items.map((item, offset) => {
        if (before[offset] && JSON.stringify(before[offset]) === JSON.stringify(item)) return before[offset];
        changed.add(number * chunk + offset);
        return item;
      });
    }));
    return changed;
  }

  /**
   * Where an item is, or null when it is not of this session.
   * @param {string} item
   * @returns {Promise<number|null>}
   */
  async indexOf(item) {
    for (const [number, entry] of this.chunks) {
      const at = entry.items.findIndex((one) => one.id === item);
      if (at >= 0) return number * chunk + at;
    }
    try {
      const answer = await get(`sessions/${this.id}/transcript`, { item, limit: 1, text: 0 }, { signal: this.signal });
      return answer.items[0]?.id === item ? answer.index : null;
    } catch {
      return null;
    }
  }

  /** The compaction whose time is between this item and the one before it. */
  compactionAt(/** @type {ApiItem} */ item) {
    if (item.kind !== "compact_summary") return null;
    const at = Date.parse(item.timestamp ?? "");
    let best = null;
    for (const one of this.compactions) {
      const distance = Math.abs(Date.parse(one.timestamp ?? "") - at);
      if (!best || distance < best.distance) best = { one, distance };
    }
    return best?.one ?? null;
  }

  /** The next prompt in a direction, from an item; null when there is none. */
  nextPrompt(/** @type {number} */ from, /** @type {1|-1} */ by) {
    for (let index = from + by; index >= 0 && index < this.map.length; index += by) {
      const kind = this.kindAt(index);
      if (kind === "prompt" || kind === "slash_command") return index;
    }
    return null;
  }
}
