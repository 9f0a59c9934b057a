// @ts-check
// Charts without a library: SVG that is drawn for the width it has, with one cursor for pointer and
// keyboard (arrows move, Enter opens), a tooltip, and the same numbers as a table for screen readers.

import { h, replace, s, uniqueId } from "./dom.js";
import { number } from "./format.js";

/**
 * A row of values: `tone` is a colour's name (c1 … c8, other, good, warn, bad, accent); null is a gap.
 * @typedef {{name: string, values: (number|null)[], tone?: string}} Series
 */
/** @typedef {(value: number|null) => string} Format */
/**
 * A horizontal line at a value, such as a limit.
 * @typedef {{value: number, label: string, tone?: string}} Level
 */
/**
 * A vertical line at a position, such as a compaction.
 * @typedef {{x: number, label: string, tone?: string}} Mark
 */

const tones = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];
const longestTable = 400;

/** The colour of a tone, or that of the n-th series: fills are lighter than the texts of that tone. */
export function colour(/** @type {string|undefined} */ tone, index = 0) {
  const name = tone ?? tones[index % tones.length];
  return /^(good|warn|bad)$/.test(name) ? `var(--${name}-fill)` : `var(--${name})`;
}

/** @param {number|null} value */
const plain = (value) => number(value);

/**
 * Round values for an axis from 0 (or below) to at least `most`.
 * @param {number} least
 * @param {number} most
 * @param {number} count about how many
 */
export function ticks(least, most, count) {
  const low = Math.min(0, least);
  const span = most - low || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const found = [];
  for (let value = Math.floor(low / step) * step; value < most + step * 0.999; value += step) found.push(Number(value.toPrecision(12)));
  return found.length > 1 ? found : [0, step];
}

/**
 * A line of values in the height of a text, without axes.
 * @param {number[]} values
 * @param {{label: string, width?: number, height?: number, tone?: string, area?: boolean, max?: number}} options
 * @returns {SVGSVGElement}
 */
export function sparkline(values, { label, width = 120, height = 28, tone = "accent", area = true, max }) {
  const most = Math.max(max ?? 0, ...values, 0) || 1;
  const least = Math.min(0, ...values);
  const step = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  const points = values.map((value, index) =>
    `${(1 + index * step).toFixed(1)} ${(height - 2 - ((value - least) / (most - least)) * (height - 4)).toFixed(1)}`);
  const line = points.length ? `M${points.join("L")}` : "";
  return s("svg", {
    class: "sparkline", role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: "none",
  },
  area && points.length > 1
    ? s("path", { d: `${line}L${(1 + (values.length - 1) * step).toFixed(1)} ${height}L1 ${height}Z`, fill: colour(tone), opacity: 0.13 }) : null,
  s("path", { d: line, fill: "none", stroke: colour(tone), "stroke-width": 1.5, "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke" }));
}

/**
 * What bars and lines share: the plot, its cursor, its tooltip, its legend and its table.
 * @param {{label: string, series: Series[], names: string[], height: number, format: Format, stacked: boolean,
 *   onSelect?: (index: number) => void, legend?: boolean, nameHeading: string,
 *   draw: (width: number) => {parts: SVGElement[], at: (index: number) => number, nearest: (x: number) => number,
 *     cursor: (index: number) => SVGElement[]}}} options
 */
function frame({ label, series, names, height, format, stacked, onSelect, legend, nameHeading, draw }) {
  const svg = s("svg", { class: "chart-svg", "aria-hidden": "true", height, focusable: "false" });
  const cursor = s("g", { class: "chart-cursor" });
  const tip = h("div", { class: "chart-tip", hidden: true });
  const said = h("span", { class: "visually-hidden", "aria-live": "polite" });
  const keys = uniqueId("chart");
  const plot = h("div", {
    class: ["chart-plot", onSelect && "is-open"], role: "img", tabindex: "0", "aria-label": summary(label, series, names, format),
    "aria-describedby": keys,
  }, svg, tip);
  plot.style.setProperty("height", `${height}px`);
  /** @type {ReturnType<typeof draw>|null} */
  let drawn = null;
  let width = 0;
  let at = -1;

  /** @param {number} wide */
  function redraw(wide) {
    if (Math.abs(wide - width) < 1 || wide < 40) return;
    width = wide;
    svg.setAttribute("viewBox", `0 0 ${wide} ${height}`);
    svg.setAttribute("width", String(wide));
    drawn = draw(wide);
    svg.replaceChildren(...drawn.parts, cursor);
    if (at >= 0) point(at);
  }

  /** @param {number} index */
  function point(index) {
    if (!drawn || !names.length) return;
    at = Math.max(0, Math.min(names.length - 1, index));
    cursor.replaceChildren(...drawn.cursor(at));
    const shown = series.map((one, i) => ({ one, i, value: one.values[at] ?? null })).filter(({ value }) => value !== null && (value !== 0 || series.length < 4));
    const total = stacked && series.length > 1 ? shown.reduce((sum, { value }) => sum + (value ?? 0), 0) : null;
    replace(tip, h("p", { class: "chart-tip-name" }, names[at]),
      shown.length ? null : h("p", { class: "muted" }, "nothing"),
      shown.slice(0, 12).map(({ one, i, value }) => h("p", { class: "chart-tip-row" },
        swatch(colour(one.tone, i)), h("span", null, one.name), h("b", null, format(value)))),
      total === null ? null : h("p", { class: "chart-tip-row chart-tip-total" }, h("span", null, "Total"), h("b", null, format(total))));
    tip.hidden = false;
    const x = drawn.at(at);
    const size = tip.offsetWidth;
    tip.style.setProperty("left", `${Math.max(0, Math.min(width - size, x + 14 + size > width ? x - size - 14 : x + 14))}px`);
  }

  /** @param {number} index */
  function reading(index) {
    if (index < 0) return "";
    const values = series.flatMap((one) => {
      const value = one.values[index] ?? null;
      return value === null || (value === 0 && series.length > 1) ? [] : [`${series.length > 1 ? `${one.name} ` : ""}${format(value)}`];
    });
    return `${names[index]}: ${values.join(", ") || "nothing"}`;
  }

  function leave() {
    at = -1;
    tip.hidden = true;
    cursor.replaceChildren();
  }

  const fromPointer = (/** @type {PointerEvent|MouseEvent} */ event) => drawn?.nearest(event.clientX - svg.getBoundingClientRect().left) ?? -1;
  plot.addEventListener("pointermove", (event) => {
    const index = fromPointer(event);
    if (index >= 0 && index !== at) point(index);
  });
  plot.addEventListener("pointerleave", leave);
  plot.addEventListener("blur", leave);
  plot.addEventListener("click", (event) => {
    const index = fromPointer(event);
    if (index >= 0) onSelect?.(index);
  });
  plot.addEventListener("keydown", (event) => {
    const last = names.length - 1;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10,
    });
    if (event.key in moves) {
      event.preventDefault();
      point(moves[event.key]);
      said.textContent = reading(at);
    } else if ((event.key === "Enter" || event.key === " ") && at >= 0 && onSelect) {
      event.preventDefault();
      onSelect(at);
    } else if (event.key === "Escape" && at >= 0) leave();
  });
  const observer = new ResizeObserver((entries) => redraw(entries[entries.length - 1].contentRect.width));
  observer.observe(plot);
  return h("figure", { class: "chart" }, plot, said,
    h("span", { class: "visually-hidden", id: keys }, `Arrow keys move along it${onSelect ? ", Enter opens what is counted" : ""}.`),
    legend ?? series.length > 1 ? legendOf(series.map((one, i) => ({ name: one.name, tone: colour(one.tone, i) }))) : null,
    hiddenTable(label, nameHeading, series, names, format));
}

/** @param {string} tone */
function swatch(tone) {
  return h("span", { class: "swatch", "aria-hidden": "true", style: { "--tone": tone } });
}

/** The names of the series beside their colours. */
export function legendOf(/** @type {{name: string, tone: string, text?: string, href?: string}[]} */ items) {
  return h("ul", { class: "legend" }, items.map((item) => h("li", null, swatch(item.tone),
    item.href ? h("a", { href: item.href }, item.name) : h("span", null, item.name),
    item.text ? h("span", { class: "muted num" }, item.text) : null)));
}

/**
 * @param {string} label
 * @param {Series[]} series
 * @param {string[]} names
 * @param {Format} format
 */
function summary(label, series, names, format) {
  const all = series.flatMap((one) => one.values.filter((value) => value !== null));
  if (!all.length || !names.length) return `${label}: nothing`;
  const most = Math.max(.../** @type {number[]} */ (all));
  return `${label}. ${names.length} points from ${names[0]} to ${names[names.length - 1]}, at most ${format(most)}.`;
}

/**
 * @param {string} label
 * @param {string} heading
 * @param {Series[]} series
 * @param {string[]} names
 * @param {Format} format
 */
function hiddenTable(label, heading, series, names, format) {
  const step = Math.ceil(names.length / longestTable) || 1;
  const rows = names.flatMap((name, index) => (index % step ? [] : [h("tr", null, h("th", { scope: "row" }, name),
    series.map((one) => h("td", null, format(one.values[index] ?? null))))]));
  return h("div", { class: "visually-hidden" }, h("table", null, h("caption", null, label),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, heading), series.map((one) => h("th", { scope: "col" }, one.name)))),
    h("tbody", null, rows)));
}

/**
 * Axes: lines and texts for values, texts for positions where they fit.
 * @param {{width: number, height: number, left: number, bottom: number, top: number, values: number[], format: Format,
 *   y: (value: number) => number, names: string[], x: (index: number) => number, levels?: Level[]}} options
 */
function axes({ width, height, left, bottom, top, values, format, y, names, x, levels }) {
  /** @type {SVGElement[]} */
  const parts = [];
  for (const value of values) {
    const level = Math.round(y(value)) + 0.5;
    parts.push(s("line", { class: value === 0 ? "axis-zero" : "axis-line", x1: left, x2: width, y1: level, y2: level }),
      s("text", { class: "axis-text", x: left - 8, y: level + 3.5, "text-anchor": "end" }, format(value)));
  }
  for (const level of levels ?? []) {
    const at = Math.round(y(level.value)) + 0.5;
    if (at < top - 1) continue;
    parts.push(s("line", { class: "axis-level", x1: left, x2: width, y1: at, y2: at, style: { stroke: colour(level.tone ?? "warn") } }),
      s("text", { class: "axis-text", x: width - 4, y: at - 4, "text-anchor": "end", style: { fill: colour(level.tone ?? "warn") } }, level.label));
  }
  const longest = Math.max(1, ...names.map((name) => name.length)) * 6.3 + 14;
  const each = names.length > 1 ? Math.abs(x(names.length - 1) - x(0)) / (names.length - 1) : width;
  const step = Math.max(1, Math.ceil(longest / Math.max(each, 0.01)));
  let taken = -Infinity;
  names.forEach((name, index) => {
    if (index % step) return;
    const at = x(index);
    const half = (name.length * 6.3) / 2;
    const anchor = at - half < left - 12 ? "start" : at + half > width ? "end" : "middle";
    const place = anchor === "start" ? Math.max(at, left) : anchor === "end" ? width : at;
    const from = place - (anchor === "start" ? 0 : anchor === "end" ? half * 2 : half);
    if (from < taken + 10) return;
    taken = from + half * 2;
    parts.push(s("text", { class: "axis-text", x: place, y: height - bottom + 17, "text-anchor": anchor }, name));
  });
  return parts;
}

/**
 * Bars, stacked where there are several series. `short` are the names on the axis, when they differ.
 * @param {{label: string, names: string[], short?: string[], series: Series[], format?: Format, axisFormat?: Format, height?: number,
 *   onSelect?: (index: number) => void, legend?: boolean, heading?: string, levels?: Level[]}} options
 */
export function bars({ label, names, short, series, format = plain, axisFormat, height = 220, onSelect, legend, heading = "Time", levels }) {
  const totals = names.map((_, index) => series.reduce((sum, one) => sum + Math.max(0, one.values[index] ?? 0), 0));
  const lows = names.map((_, index) => series.reduce((sum, one) => sum + Math.min(0, one.values[index] ?? 0), 0));
  const values = ticks(Math.min(...lows, 0), Math.max(...totals, 0) || 1, Math.max(2, Math.round(height / 56)));
  const onAxis = axisFormat ?? format;
  const left = Math.max(...values.map((value) => onAxis(value).length)) * 6.4 + 12;
  const top = 8;
  const bottom = 24;
  const y = (/** @type {number} */ value) =>
    top + (1 - (value - values[0]) / (values[values.length - 1] - values[0])) * (height - top - bottom);
  return frame({
    label, series, names, height, format, stacked: true, onSelect, legend, nameHeading: heading,
    draw(width) {
      const band = (width - left) / Math.max(1, names.length);
      const wide = Math.max(1, Math.min(40, band > 6 ? Math.floor(band * 0.74) : band - (band > 2 ? 1 : 0)));
      const x = (/** @type {number} */ index) => left + band * (index + 0.5);
      const parts = axes({ width, height, left, bottom, top, values, format: onAxis, y, names: short ?? names, x, levels });
      names.forEach((_, index) => {
        let up = 0;
        let down = 0;
        series.forEach((one, i) => {
          const value = one.values[index] ?? 0;
          if (!value) return;
          const from = value > 0 ? up : down;
          if (value > 0) up += value;
          else down += value;
          const y0 = y(Math.max(from, from + value));
          const tall = Math.max(value > 0 && up === value ? 1 : 0.4, y(Math.min(from, from + value)) - y0);
          const radius = wide > 5 && tall > 3 && up === totals[index] && value > 0 ? 2 : 0;
          const x0 = x(index) - wide / 2;
          parts.push(s("path", {
            d: `M${x0} ${y0 + tall}V${y0 + radius}q0 ${-radius} ${radius} ${-radius}H${x0 + wide - radius}q${radius} 0 ${radius} ${radius}V${y0 + tall}Z`,
            style: { fill: colour(one.tone, i) },
          }));
        });
      });
      return {
        parts, at: x,
        nearest: (px) => (names.length ? Math.max(0, Math.min(names.length - 1, Math.floor((px - left) / band))) : -1),
        cursor: (index) => [s("rect", { class: "cursor-band", x: left + band * index, width: band, y: top - 4, height: height - top - bottom + 4 })],
      };
    },
  });
}

/**
 * Lines over positions: `x` are numbers (times, for example), or else the points are evenly spaced.
 * @param {{label: string, names: string[], short?: string[], x?: number[], series: Series[], format?: Format, axisFormat?: Format,
 *   height?: number, area?: boolean, onSelect?: (index: number) => void, legend?: boolean, heading?: string,
 *   levels?: Level[], marks?: Mark[], max?: number, steps?: boolean}} options
 */
export function line({ label, names, short, x: positions, series, format = plain, axisFormat, height = 180, area, onSelect, legend,
  heading = "Time", levels, marks, max, steps }) {
  const all = /** @type {number[]} */ (series.flatMap((one) => one.values.filter((value) => value !== null)));
  const values = ticks(Math.min(...all, 0), Math.max(...all, max ?? 0) || 1, Math.max(2, Math.round(height / 56)));
  const onAxis = axisFormat ?? format;
  const left = Math.max(...values.map((value) => onAxis(value).length)) * 6.4 + 12;
  const top = 10;
  const bottom = 24;
  const y = (/** @type {number} */ value) =>
    top + (1 - (value - values[0]) / (values[values.length - 1] - values[0])) * (height - top - bottom);
  const first = positions?.[0] ?? 0;
  const last = positions ? positions[positions.length - 1] : names.length - 1;
  return frame({
    label, series, names, height, format, stacked: false, onSelect, legend, nameHeading: heading,
    draw(width) {
      const place = (/** @type {number} */ value) => left + ((value - first) / (last - first || 1)) * (width - left - 6);
      const x = (/** @type {number} */ index) => place(positions?.[index] ?? index);
      const parts = axes({
        width, height, left, bottom, top, values, format: onAxis, y, levels, ...spread(short ?? names, positions, x, width - left),
      });
      for (const mark of marks ?? []) {
        const at = Math.round(place(mark.x)) + 0.5;
        parts.push(s("line", { class: "axis-level", x1: at, x2: at, y1: top, y2: height - bottom, style: { stroke: colour(mark.tone ?? "violet") } },
          s("title", null, mark.label)));
      }
      series.forEach((one, i) => {
        const stroke = colour(one.tone, i);
        for (const run of runs(one.values)) {
          const path = run.map((index, n) => {
            const point = `${x(index).toFixed(1)} ${y(one.values[index] ?? 0).toFixed(1)}`;
            if (!n) return `M${point}`;
            return steps ? `H${x(index).toFixed(1)}V${y(one.values[index] ?? 0).toFixed(1)}` : `L${point}`;
          }).join("");
          if (area) {
            parts.push(s("path", { d: `${path}V${y(Math.max(0, values[0]))}H${x(run[0]).toFixed(1)}Z`, opacity: 0.12, style: { fill: stroke } }));
          }
          parts.push(run.length === 1
            ? s("circle", { cx: x(run[0]), cy: y(one.values[run[0]] ?? 0), r: 2.5, style: { fill: stroke } })
            : s("path", { class: "line-path", d: path, style: { stroke } }));
        }
      });
      return {
        parts, at: x,
        nearest(px) {
          if (!positions) return names.length ? Math.max(0, Math.min(names.length - 1, Math.round(((px - left) / (width - left - 6 || 1)) * (names.length - 1)))) : -1;
          let best = -1;
          let near = Infinity;
          for (let index = 0; index < positions.length; index += 1) {
            const far = Math.abs(place(positions[index]) - px);
            if (far < near) [best, near] = [index, far];
          }
          return best;
        },
        cursor: (index) => [
          s("line", { class: "cursor-line", x1: x(index), x2: x(index), y1: top, y2: height - bottom }),
          ...series.flatMap((one, i) => {
            const value = one.values[index];
            return value === null || value === undefined ? []
              : [s("circle", { class: "cursor-point", cx: x(index), cy: y(value), r: 3.5, style: { fill: colour(one.tone, i) } })];
          }),
        ],
      };
    },
  });
}

/** A line whose area is filled. */
export function area(/** @type {Parameters<typeof line>[0]} */ options) {
  return line({ ...options, area: true });
}

/**
 * The names for an axis of uneven positions: those of the points nearest to even steps.
 * @param {string[]} names
 * @param {number[]|undefined} positions
 * @param {(index: number) => number} x
 * @param {number} width
 */
function spread(names, positions, x, width) {
  if (!positions || names.length < 2) return { names, x };
  const longest = Math.max(...names.map((name) => name.length)) * 6.3 + 24;
  const count = Math.max(2, Math.min(names.length, Math.floor(width / longest)));
  const low = positions[0];
  const span = positions[positions.length - 1] - low;
  const chosen = [...new Set(Array.from({ length: count }, (_, n) => {
    const wanted = low + (span * n) / (count - 1);
    let best = 0;
    positions.forEach((value, index) => {
      if (Math.abs(value - wanted) < Math.abs(positions[best] - wanted)) best = index;
    });
    return best;
  }))].filter((index, n, list) => n === 0 || x(index) - x(list[n - 1]) > longest * 0.8);
  // `axes` thins evenly spaced names; these are chosen already, so they are told apart by position only.
  return { names: chosen.map((index) => names[index]), x: (/** @type {number} */ n) => x(chosen[n]) };
}

/** @param {(number|null)[]} values */
function runs(values) {
  /** @type {number[][]} */
  const found = [];
  let run = /** @type {number[]} */ ([]);
  values.forEach((value, index) => {
    if (value === null || value === undefined) {
      if (run.length) found.push(run);
      run = [];
    } else run.push(index);
  });
  if (run.length) found.push(run);
  return found;
}

/**
 * A table whose cells are shaded by their value (by its square root, so that small ones are seen).
 * @param {{label: string, rows: string[], columns: string[], values: (number|null)[][], format?: Format, shortColumns?: string[],
 *   href?: (row: number, column: number) => string|null, rowHref?: (row: number) => string|null, tone?: string,
 *   title?: (row: number, column: number) => string, showValues?: boolean, corner?: string,
 *   shade?: (row: number, column: number) => {share: number, tone?: string}}} options
 */
export function heatmap({ label, rows, columns, values, format = plain, shortColumns, href, rowHref, tone = "accent", title, showValues, corner = "", shade }) {
  const most = Math.max(1, .../** @type {number[]} */ (values.flat().filter((value) => value !== null)));
  return h("div", { class: "heat-holder scroll-x", tabindex: "0", role: "region", "aria-label": label }, h("table", { class: ["heat", showValues && "heat-values"] },
    h("caption", { class: "visually-hidden" }, label),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, h("span", { class: corner ? "" : "visually-hidden" }, corner || "Row")),
      columns.map((name, index) => h("th", { scope: "col", title: name, "aria-label": name }, h("span", null, shortColumns?.[index] ?? name))))),
    h("tbody", null, rows.map((name, row) => {
      const to = rowHref?.(row);
      return h("tr", null, h("th", { scope: "row", title: name }, to ? h("a", { href: to }, name) : name),
        columns.map((column, index) => {
          const value = values[row]?.[index] ?? null;
          const says = title?.(row, index) ?? `${name}, ${column}: ${format(value)}`;
          const look = shade?.(row, index) ?? { share: value ? Math.sqrt(value / most) : 0 };
          const link = value ? href?.(row, index) : null;
          const text = h("span", { class: showValues ? "" : "visually-hidden" }, value === null || (showValues && !value) ? "" : format(value));
          return h("td", {
            class: value ? null : "is-none", title: says,
            style: { "--share": (value ? 0.1 + 0.9 * look.share : 0).toFixed(3), "--tone": colour(look.tone ?? tone) },
          }, link ? h("a", { href: link, "aria-label": says }, text) : text);
        }));
    }))));
}

/**
 * A ranked list: a name, a bar and a number in each line. `parts` splits a bar.
 * @param {{label: string, rows: {name: string, value: number|null, text?: string, note?: string|null, href?: string|null, tone?: string,
 *   title?: string, mono?: boolean, parts?: {value: number, tone: string}[]}[], format?: Format, max?: number, empty?: string}} options
 */
export function barList({ label, rows, format = plain, max, empty = "Nothing in this range." }) {
  if (!rows.length) return h("p", { class: "list-empty" }, empty);
  const most = max ?? Math.max(...rows.map((row) => row.value ?? 0), 1e-9);
  return h("ul", { class: "bar-list", "aria-label": label }, rows.map((row) => {
    const share = (/** @type {number} */ value) => `${Math.max(0, Math.min(1, value / most)) * 100}%`;
    return h("li", { class: "bar-row", title: row.title },
      row.href ? h("a", { class: ["bar-name", row.mono && "mono"], href: row.href }, row.name) : h("span", { class: ["bar-name", row.mono && "mono"] }, row.name),
      h("span", { class: "bar-value num" }, row.text ?? format(row.value)),
      h("span", { class: "bar-track", "aria-hidden": "true" },
        (row.parts ?? [{ value: row.value ?? 0, tone: row.tone ?? "accent" }]).map((part) =>
          h("span", { class: "bar-fill", style: { width: share(part.value), background: colour(part.tone) } }))),
      row.note ? h("span", { class: "bar-note" }, row.note) : null);
  }));
}

/**
 * One bar that is divided, with its legend.
 * @param {{label: string, parts: {name: string, value: number, tone?: string, href?: string}[], format?: Format, total?: number}} options
 */
export function stack({ label, parts, format = plain, total }) {
  const all = total ?? parts.reduce((sum, part) => sum + part.value, 0);
  const share = (/** @type {number} */ value) => (all ? value / all : 0);
  const says = parts.map((part) => `${part.name} ${format(part.value)}`).join(", ");
  return h("div", { class: "stack" },
    h("div", { class: "stack-bar", role: "img", "aria-label": `${label}: ${says || "nothing"}` }, parts.map((part, index) => h("span", {
      title: `${part.name}: ${format(part.value)} (${(share(part.value) * 100).toFixed(1)} %)`,
      style: { width: `${share(part.value) * 100}%`, background: colour(part.tone, index) },
    }))),
    legendOf(parts.map((part, index) => ({
      name: part.name, tone: colour(part.tone, index), href: part.href, text: `${format(part.value)} · ${(share(part.value) * 100).toFixed(share(part.value) < 0.1 || (share(part.value) > 0.99 && share(part.value) < 1) ? 1 : 0)}\u202f%`,
    }))));
}

/**
 * How much of a limit is used: green, amber from 80 %, red from 100 %.
 * @param {{label: string, value: number, max: number, text?: string, tone?: string, forecast?: number|null}} options
 */
export function meter({ label, value, max, text, tone, forecast }) {
  const share = max > 0 ? value / max : 0;
  const look = tone ?? (share >= 1 ? "bad" : share >= 0.8 ? "warn" : "good");
  return h("div", {
    class: "meter", role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": String(max), "aria-valuenow": String(Math.min(value, max)),
    "aria-valuetext": text ?? `${Math.round(share * 100)} %`,
  },
  forecast && max > 0 ? h("span", { class: "meter-forecast", style: { width: `${Math.min(1, forecast / max) * 100}%` } }) : null,
  h("span", { class: "meter-fill", style: { width: `${Math.min(1, share) * 100}%`, background: colour(look) } }));
}
