// @ts-check
// The five odometers of the live page: today's numbers, their rate, and their last minute.

import { odometer } from "../../core/components.js";
import { sparkline } from "../../core/charts.js";
import { h, replace, setText } from "../../core/dom.js";
import { compact, money, number, plural } from "../../core/format.js";

/** @typedef {"messages"|"tokens"|"cost"|"sessions"|"machines"} Name */

const samples = 60;
const day = "?since=today";
const tiles = /** @type {{name: Name, label: string, href: string, format?: (value: number) => string}[]} */ ([
  { name: "messages", label: "Messages today", href: `/search${day}&order=newest` },
  { name: "tokens", label: "Tokens today", href: `/analytics/cost${day}` },
  { name: "cost", label: "Cost today", href: `/analytics/cost${day}&by=session`, format: (value) => money(value) },
  { name: "sessions", label: "Active sessions", href: "/sessions" },
  { name: "machines", label: "Machines online", href: "/fleet" },
]);

/** The row of figures; `set` takes what the receiver says, `tick` lets the last minute pass. */
export class Figures {
  constructor() {
    /** @type {ApiLive|null} */
    this.numbers = null;
    /** Active sessions, sampled here once a second: the receiver keeps no series of them. */
    this.active = /** @type {number[]} */ ([]);
    this.parts = tiles.map((tile) => this.tile(tile));
    this.element = h("section", { class: "live-figures", "aria-label": "Today" }, this.parts.map((part) => part.element));
  }

  /** @param {typeof tiles[number]} tile */
  tile({ name, label, href, format }) {
    const value = h("span", { class: "live-figure-value" });
    const rate = h("span", { class: "live-figure-rate" }, "\u00a0");
    const chart = h("span", { class: "live-figure-chart" });
    const wheel = odometer(value, { format });
    wheel.set(null);
    const element = h("a", { class: "live-figure", href }, h("span", { class: "live-figure-label" }, label), value, h("span", { class: "live-figure-foot" }, rate, chart));
    return { name, element, wheel, rate, chart, drawn: "" };
  }

  /** @param {ApiLive} numbers */
  set(numbers) {
    this.numbers = numbers;
    const values = {
      messages: numbers.today.messages, tokens: numbers.today.tokens, cost: numbers.today.cost,
      sessions: numbers.active_sessions, machines: numbers.machines.online,
    };
    for (const part of this.parts) part.wheel.set(values[part.name]);
    this.draw();
  }

  /** Once a second: the series move on although nothing arrives. */
  tick() {
    if (!this.numbers) return;
    this.active.push(this.numbers.active_sessions);
    if (this.active.length > samples) this.active.shift();
    this.draw();
  }

  draw() {
    const numbers = this.numbers;
    if (!numbers) return;
    const passed = Math.max(0, Math.floor((Date.now() - Date.parse(numbers.as_of)) / numbers.sparklines.step_ms));
    const moved = (/** @type {number[]} */ values, keep = false) =>
      [...values.slice(Math.min(passed, values.length)), ...Array(Math.min(passed, values.length)).fill(keep ? values.at(-1) ?? 0 : 0)];
    const first = this.active[0] ?? numbers.active_sessions;
    const series = {
      messages: moved(numbers.sparklines.messages), tokens: moved(numbers.sparklines.tokens), cost: moved(numbers.sparklines.cost),
      sessions: [...Array(samples - this.active.length).fill(first), ...this.active], machines: moved(numbers.sparklines.machines, true),
    };
    const sum = (/** @type {number[]} */ values) => values.reduce((total, value) => total + value, 0);
    const perMinute = 60_000 / (numbers.sparklines.step_ms * samples);
    const unpriced = numbers.today.unpriced;
    const rates = {
      messages: `${number(sum(series.messages) * perMinute)} / min`,
      tokens: `${compact(sum(series.tokens) * perMinute)} / min`,
      cost: unpriced ? `${plural(unpriced, "response")} unpriced` : `${money(sum(series.cost) * perMinute * 60)} / h`,
      sessions: `${plural(numbers.today.sessions, "session")} today`,
      machines: `of ${number(numbers.machines.enrolled)} enrolled`,
    };
    for (const part of this.parts) {
      setText(part.rate, rates[part.name]);
      const key = series[part.name].join();
      if (key === part.drawn) continue;
      part.drawn = key;
      replace(part.chart, sparkline(series[part.name], { label: `${part.name}, the last minute`, width: 132, height: 26, area: part.name !== "sessions" && part.name !== "machines" }));
    }
  }
}
