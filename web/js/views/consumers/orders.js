// @ts-check
// Orders to a consumer: each is tried without effect first, and says what it would do.

import { ApiError, post } from "../../core/api.js";
import { dialog, toast } from "../../core/components.js";
import { h, replace, uniqueId } from "../../core/dom.js";
import { compact, duration, number, plural } from "../../core/format.js";

/** @typedef {import("../consumers.js").Consumer} Consumer */
/** @typedef {"pause"|"resume"|"rewind"|"skip"|"replay"} Order */

const texts = /** @type {Record<Order, {title: string, say: string, verb: string, done: string}>} */ ({
  pause: { title: "Pause", verb: "Pause", done: "is paused", say: "It stops after the batch that it is delivering. Records go on being kept; nothing is lost." },
  resume: { title: "Resume", verb: "Resume", done: "goes on", say: "It goes on where it stopped." },
  rewind: { title: "Rewind", verb: "Rewind", done: "is rewound", say: "It delivers again from an earlier place. It need not be paused. Backends that know a row by its id keep one copy of it; append-only ones (files of lines, webhooks, programs) get it again." },
  skip: { title: "Skip a row", verb: "Skip", done: "skips the row", say: "One row that the backend refuses, and that holds up the others, becomes a dead letter. Its id is in the last error and in the log." },
  replay: { title: "Replay dead letters", verb: "Replay", done: "replays", say: "What was refused is delivered once more: after the backend, or its table, was mended." },
});

/**
 * Opens the dialog of an order.
 * @param {Consumer} one
 * @param {Order} name
 * @param {() => void} done
 * @param {Record<string, any>} [body]
 */
export function order(one, name, done, body = {}) {
  const { title, say, verb } = texts[name];
  const result = h("div", { class: "dry-run", role: "status" });
  const confirm = h("button", { class: ["button primary"], disabled: true, onclick: () => void act() }, verb);
  const inputs = name === "rewind" ? rewindInputs(() => void tryIt()) : name === "skip" ? skipInputs(one, () => void tryIt()) : null;
  const box = dialog({
    title: `${title}: ${one.name}`, content: [h("p", { class: "dialog-say" }, say), inputs?.element ?? h("span", null), result],
    actions: [h("button", { class: "button", onclick: () => box.close() }, "Cancel"), confirm],
  });
  const path = `consumers/${encodeURIComponent(one.name)}/${name}`;
  let turn = 0;

  /** What is asked now; null when it is not complete. */
  const asked = () => {
    if (!inputs) return body;
    const more = inputs.read();
    return more ? { ...body, ...more } : null;
  };

  async function tryIt() {
    const mine = (turn += 1);
    const question = asked();
    confirm.disabled = true;
    if (!question) {
      replace(result, h("p", { class: "muted" }, "Say where to, and what would happen is shown here."));
      return;
    }
    result.setAttribute("aria-busy", "true");
    try {
      const found = await post(path, { ...question, dry_run: true });
      if (mine !== turn) return;
      result.removeAttribute("aria-busy");
      confirm.disabled = false;
      replace(result, h("p", { class: "dry-run-head" }, "Dry run: nothing has been done yet"),
        name === "rewind" ? preview(one, found) : null,
        h("dl", { class: "pairs" },
          h("div", { class: "pair" }, h("dt", null, name === "rewind" ? "Delivered again" : "Rows"), h("dd", null, h("b", { class: "num" }, found.rows ? `${name === "rewind" ? "at most " : ""}${plural(found.rows, "row")}` : "none"), took(one, name, found.rows))),
          h("div", { class: "pair" }, h("dt", null, "Revisions"), h("dd", null, h("b", { class: "num" }, found.from_rev === found.to_rev ? `stays at ${number(found.from_rev)}` : `${number(found.from_rev)} → ${number(found.to_rev)}`)))),
        h("p", null, grouped(found.effect)));
      replace(confirm, name === "rewind" && found.rows ? `Rewind ${compact(found.rows)} ${found.rows === 1 ? "row" : "rows"}` : verb);
    } catch (error) {
      if (mine !== turn) return;
      result.removeAttribute("aria-busy");
      replace(result, h("p", { class: "bad" }, error instanceof Error ? error.message : "It failed."), error instanceof ApiError && error.remedy ? h("p", { class: "muted" }, error.remedy) : null);
    }
  }

  async function act() {
    const question = asked();
    if (!question) return;
    confirm.disabled = true;
    try {
      const found = await post(path, { ...question, dry_run: false });
      box.close();
      toast(grouped(found.effect) || `${one.name} ${texts[name].done}`, { kind: "good" });
      done();
    } catch (error) {
      confirm.disabled = false;
      replace(result, h("p", { class: "bad", role: "alert" }, error instanceof Error ? error.message : "It failed."));
    }
  }
  void tryIt();
}

/** A sentence of the receiver's with its long numbers in groups of three, as all others are here. */
function grouped(/** @type {string} */ text) {
  return text.replace(/\b\d{5,}\b/g, (digits) => number(Number(digits)));
}

/**
 * How long what would be delivered again takes, at the pace of just now.
 * @param {Consumer} one
 * @param {Order} name
 * @param {number} rows
 */
function took(one, name, rows) {
  if (name !== "rewind" || !rows || !one.rows_per_second) return null;
  return h("span", { class: "muted" }, ` · about ${duration((rows / one.rows_per_second) * 1000)} at the pace of just now`);
}

/**
 * The line of records: what stays delivered, what would be delivered again, what is still to come.
 * @param {Consumer} one
 * @param {{from_rev: number, to_rev: number}} found
 */
function preview(one, found) {
  const end = Math.max(one.rev + one.lag.rows, found.from_rev, found.to_rev, 1);
  const share = (/** @type {number} */ rev) => `${Math.max(0, Math.min(1, rev / end)) * 100}%`;
  const [low, high] = [Math.min(found.from_rev, found.to_rev), Math.max(found.from_rev, found.to_rev)];
  const back = found.to_rev <= found.from_rev;
  return h("div", { class: "rewind-preview", role: "img", "aria-label": `Of ${number(end)} revisions: delivered up to ${number(low)}, ${back ? "delivered again" : "passed over"} from there to ${number(high)}` },
    h("div", { class: "rewind-line" },
      h("span", { class: "rewind-kept", style: { width: share(low) } }),
      h("span", { class: ["rewind-again", !back && "is-passed"], style: { left: share(low), width: share(high - low) } }),
      h("span", { class: "rewind-mark is-new", style: { left: share(found.to_rev) } }), h("span", { class: "rewind-mark", style: { left: share(found.from_rev) } })),
    h("p", { class: "rewind-legend muted" },
      h("span", null, h("i", { class: "rewind-kept" }), "stays"), h("span", null, h("i", { class: ["rewind-again", !back && "is-passed"] }), back ? "delivered again" : "passed over"),
      h("span", null, h("i", { class: "rewind-mark is-new" }), "goes on here"), h("span", null, h("i", { class: "rewind-mark" }), "is here now")));
}

const quick = /** @type {[string, number][]} */ ([["1 hour ago", 1], ["1 day ago", 24], ["7 days ago", 168], ["30 days ago", 720]]);

/** A moment as a field for a date and a time of this browser's zone takes it. */
function localMoment(/** @type {number} */ at) {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/**
 * Where to rewind to: the beginning, a time, a session, a revision.
 * @param {() => void} changed
 */
function rewindInputs(changed) {
  const group = uniqueId("to");
  const time = h("input", { class: "input", type: "datetime-local", step: "1", "aria-label": "Time" });
  const session = h("input", { class: "input mono", placeholder: "5a5a0f… (or its beginning)", "aria-label": "Session", spellcheck: "false" });
  const rev = h("input", { class: "input", type: "number", min: "0", placeholder: "0", "aria-label": "Revision" });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const choices = /** @type {[string, string, HTMLInputElement|null][]} */ ([
    ["beginning", "The beginning", null], ["time", "A time", time], ["session", "A session's first record", session], ["rev", "A revision", rev],
  ]);
  const boxes = choices.map(([id, label, input], index) => {
    const radio = h("input", { type: "radio", name: group, value: id, checked: index === 0 });
    radio.addEventListener("change", () => {
      input?.focus();
      changed();
    });
    input?.addEventListener("input", () => {
      radio.checked = true;
      clearTimeout(timer);
      timer = setTimeout(changed, 300);
    });
    return { id, radio, input, element: h("div", { class: "rewind-row" }, h("label", { class: "check" }, radio, label), input) };
  });
  const timeBox = boxes.find((one) => one.id === "time");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  timeBox?.element.append(h("p", { class: "rewind-quick" }, quick.map(([label, hours]) => h("button", { class: "button small", onclick: () => {
    time.value = localMoment(Date.now() - hours * 3_600_000);
    if (timeBox) timeBox.radio.checked = true;
    changed();
  } }, label)), h("span", { class: "muted" }, zone)));
  return {
    element: h("fieldset", { class: "rewind" }, h("legend", null, "To"), boxes.map((one) => one.element)),
    read() {
      const chosen = boxes.find((one) => one.radio.checked);
      const value = chosen?.input?.value.trim() ?? "";
      if (!chosen || (chosen.input && !value)) return null;
      if (chosen.id === "beginning") return { to: "beginning" };
      if (chosen.id === "time") return { to: { time: new Date(value).toISOString() } };
      if (chosen.id === "rev") return { to: { rev: Number(value) } };
      return { to: { session: value } };
    },
  };
}

/**
 * @param {Consumer} one
 * @param {() => void} changed
 */
function skipInputs(one, changed) {
  const found = /\b[0-9a-f]{16}\b/.exec(one.last_error?.text ?? "")?.[0] ?? "";
  const id = h("input", { class: "input mono", value: found, maxlength: "16", pattern: "[0-9a-f]{16}", placeholder: "16 hexadecimal digits", spellcheck: "false" });
  id.addEventListener("input", changed);
  return {
    element: h("label", { class: "field" }, "Row", id),
    read: () => (/^[0-9a-f]{16}$/.test(id.value.trim()) ? { id: id.value.trim() } : null),
  };
}
