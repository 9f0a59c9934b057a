// @ts-check
// Numbers, money, sizes and times as people read them. What is unknown is a dash, never a zero.

import { h } from "./dom.js";

const dash = "–";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
/** @type {Map<number, Intl.NumberFormat>} */
const decimals = new Map();
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** @typedef {number|null|undefined} Maybe */
/** @typedef {string|number|Date|null|undefined} Moment */

/** @param {number} digits */
function decimal(digits) {
  let format = decimals.get(digits);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    decimals.set(digits, format);
  }
  return format;
}

/** 1234567 → 1,234,567 */
export function number(/** @type {Maybe} */ value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return dash;
  return digits ? decimal(digits).format(value) : whole.format(value);
}

/** 1234567 → 1.23 M */
export function compact(/** @type {Maybe} */ value) {
  if (value === null || value === undefined || Number.isNaN(value)) return dash;
  const size = Math.abs(value);
  for (const [unit, name] of /** @type {[number, string][]} */ ([[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]])) {
    if (size >= unit * 0.9995) {
      const scaled = value / unit;
      return `${decimal(Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2).format(scaled)}\u202f${name}`;
    }
  }
  return size >= 100 || Number.isInteger(value) ? whole.format(value) : decimal(1).format(value);
}

/** Tokens, short. */
export const tokens = compact;

/** Millionths of a dollar → $4.31; below a cent as many digits as it takes to say something. */
export function money(/** @type {Maybe} */ micros, digits = 2) {
  if (micros === null || micros === undefined || Number.isNaN(micros)) return dash;
  const dollars = micros / 1e6;
  const size = Math.abs(dollars);
  const sign = dollars < 0 ? "−" : "";
  if (size > 0 && size < 0.00005) return `${sign}<$0.0001`;
  if (size > 0 && size < 0.01) return `${sign}$${decimal(4).format(size)}`;
  if (size >= 100_000) return `${sign}$${compact(size)}`;
  return `${sign}$${decimal(digits).format(size)}`;
}

/** 1536 → 1.5 KiB */
export function bytes(/** @type {Maybe} */ value) {
  if (value === null || value === undefined) return dash;
  let scaled = value;
  for (const name of ["B", "KiB", "MiB", "GiB", "TiB"]) {
    if (Math.abs(scaled) < 1000 || name === "TiB") {
      return `${name === "B" ? whole.format(scaled) : decimal(Math.abs(scaled) < 10 ? 1 : 0).format(scaled)}\u202f${name}`;
    }
    scaled /= 1024;
  }
  return dash;
}

/** Milliseconds → 120 ms, 4.2 s, 3 m 10 s, 2 h 5 m, 4 d 2 h. */
export function duration(/** @type {Maybe} */ milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return dash;
  const size = Math.max(0, milliseconds);
  if (size < 1000) return `${Math.round(size)}\u202fms`;
  if (size < 59_950) return `${decimal(size < 9_950 ? 1 : 0).format(size / 1000)}\u202fs`;
  const seconds = Math.round(size / 1000);
  const parts = /** @type {[number, string][]} */ ([
    [Math.floor(seconds / 86400), "d"], [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"], [seconds % 60, "s"],
  ]);
  const first = parts.findIndex(([count]) => count > 0);
  return parts.slice(first, first + 2).filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}\u202f${unit}`).join(" ");
}

/** 0.934 → 93.4 % */
export function percent(/** @type {Maybe} */ share, digits = 0) {
  if (share === null || share === undefined || Number.isNaN(share)) return dash;
  return `${decimal(digits).format(share * 100)}\u202f%`;
}

/** `plural(2, "session")` → 2 sessions; `plural(1, "entry", "entries")` → 1 entry. */
export function plural(/** @type {number} */ count, /** @type {string} */ one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** @param {Moment} value @returns {Date|null} */
function moment(value) {
  if (value === null || value === undefined || value === "") return null;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Now, 12 s ago, 5 min ago, 3 h ago, yesterday, 4 d ago, then the date. */
export function relative(/** @type {Moment} */ value, now = Date.now()) {
  const date = moment(value);
  if (!date) return dash;
  const seconds = Math.round((now - date.getTime()) / 1000);
  const size = Math.abs(seconds);
  const say = (/** @type {string} */ text) => (seconds < 0 ? `in ${text}` : `${text} ago`);
  if (size < 5) return "now";
  if (size < 60) return say(`${size} s`);
  if (size < 3600) return say(`${Math.floor(size / 60)} min`);
  if (size < 86400) return say(`${Math.floor(size / 3600)} h`);
  if (size < 7 * 86400) return say(`${Math.floor(size / 86400)} d`);
  return date.getFullYear() === new Date(now).getFullYear() ? day.format(date) : dayYear.format(date);
}

/** The day and the clock: 21 Nov, 06:42. */
export function absolute(/** @type {Moment} */ value) {
  const date = moment(value);
  if (!date) return dash;
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return `${(sameYear ? day : dayYear).format(date)}, ${shortClock.format(date)}`;
}

/** The clock alone: 06:42:10. */
export function clock(/** @type {Moment} */ value) {
  const date = moment(value);
  return date ? clockFormat.format(date) : dash;
}

/** The day alone: 21 Nov 2026. */
export function date(/** @type {Moment} */ value) {
  const found = moment(value);
  return found ? dayYear.format(found) : dash;
}

/**
 * A `<time>`; relative ones are kept current by `refreshTimes`.
 * @param {Moment} value
 * @param {"relative"|"absolute"|"clock"|"date"} [style]
 * @returns {HTMLElement}
 */
export function time(value, style = "relative") {
  const found = moment(value);
  if (!found) return h("span", { class: "muted" }, dash);
  const text = { relative, absolute, clock, date }[style](found);
  return h("time", { datetime: found.toISOString(), title: full.format(found), dataset: { style } }, text);
}

/** Brings every relative time of the page up to date. */
export function refreshTimes(/** @type {ParentNode} */ root = document) {
  for (const element of root.querySelectorAll('time[data-style="relative"]')) {
    const text = relative(/** @type {HTMLTimeElement} */ (element).dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** The first line of a text, cut to so many characters. */
export function excerpt(/** @type {string|null|undefined} */ text, length = 160) {
  const line = (text ?? "").slice(0, length * 40).replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, "").replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
  const characters = Array.from(line.slice(0, length * 2 + 2));
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : line;
}

/**
 * A text without the tags that an agent's program puts around what a person typed or a tool
 * answered: `<command-name>/clear</command-name>` → /clear. For excerpts; the text itself keeps them.
 */
export function withoutTags(/** @type {string|null|undefined} */ text) {
  const found = text ?? "";
  if (!/^\s*<(command-|bash-|local-command|tool_use_error|system-reminder|task-notification|user-memory)/.test(found)) return found;
  const notice = /^\s*<task-notification>[\s\S]*?<summary>([\s\S]*?)(?:<\/summary>|$)/.exec(found)?.[1];
  if (notice) return notice.trim();
  const name = /<command-(?:name|message)>([^<]*)/.exec(found)?.[1];
  const words = /<command-args>([\s\S]*?)(?:<\/command-args>|$)/.exec(found)?.[1] ?? "";
  const shown = /<command-name>([^<]*)/.exec(found)?.[1] ?? name;
  if (shown) return `${shown} ${words}`.trim();
  return found.replace(/<\/?(?:command|bash|local-command|tool_use_error|system-reminder|user-memory)[\w-]*>/g, " ").replace("(no content)", "no output").trim();
}

/** The last parts of a path that fit: …/strategy/auto_commit.go */
export function shortPath(/** @type {string|null|undefined} */ path, length = 48) {
  if (!path) return dash;
  if (path.length <= length) return path;
  const parts = path.split("/");
  let text = parts.pop() ?? "";
  while (parts.length) {
    const next = `${parts.pop()}/${text}`;
    if (next.length + 2 > length) break;
    text = next;
  }
  return `…/${text}`;
}

/** Models without the vendor's date: claude-opus-4-5-20251101 → opus-4-5 */
export function model(/** @type {string|null|undefined} */ name) {
  return (name ?? dash).replace(/^claude-/, "").replace(/-\d{8}$/, "");
}
