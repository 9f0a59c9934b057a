// @ts-check
// The live stream: server-sent events, continued behind the last one seen after every break; where
// the stream cannot be had (a proxy that holds it back), the entries are asked for instead.

import { address, get, isAborted } from "./api.js";

/**
 * @typedef {object} StreamHandlers
 * @property {(entry: ApiEntry) => void} [entry]
 * @property {(numbers: ApiLive) => void} [numbers]
 * @property {(machines: {online: number, agents: string[]}) => void} [machines]
 * @property {(skipped: {count: number, to: number}) => void} [skipped]
 * @property {() => void} [reset] records are numbered anew: what is shown is to be asked for again
 * @property {(changed: {rev: number}) => void} [changed]
 * @property {(state: "connecting"|"open"|"polling"|"lost") => void} [state]
 */

const attemptsBeforePolling = 3;
const pollEvery = 2_000;
const tryStreamAgainAfter = 60_000;
/** A browser has six connections to a host, for all its tabs: those that nobody sees give theirs back. */
const hiddenLongEnough = 30_000;
const retryDelays = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Opens the stream. `params` are filters, `sessions`, `numbers` and `after`.
 * @param {import("./api.js").Params} params
 * @param {StreamHandlers} handlers
 * @returns {{close(): void}}
 */
export function openStream(params, handlers) {
  return new Stream(params, handlers);
}

class Stream {
  /**
   * @param {import("./api.js").Params} params
   * @param {StreamHandlers} handlers
   */
  constructor(params, handlers) {
    this.params = params;
    this.handlers = handlers;
    /** Behind which event the stream goes on. @type {string|null} */
    this.position = typeof params.after === "string" ? params.after : null;
    this.failures = 0;
    this.closed = false;
    /** @type {EventSource|null} */
    this.source = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.hiding = undefined;
    this.abort = new AbortController();
    this.wake = () => {
      if (!this.closed && (!this.source || this.source.readyState === EventSource.CLOSED)) this.connect();
    };
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.seen = () => this.visibility());
    addEventListener("pagehide", this.hide = () => this.disconnect());
    addEventListener("pageshow", this.wake);
    this.connect();
  }

  close() {
    this.closed = true;
    this.abort.abort();
    this.disconnect();
    removeEventListener("online", this.wake);
    clearTimeout(this.hiding);
    document.removeEventListener("visibilitychange", this.seen);
    removeEventListener("pagehide", this.hide);
    removeEventListener("pageshow", this.wake);
  }

  visibility() {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.disconnect(), hiddenLongEnough);
    else this.wake();
  }

  disconnect() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  connect() {
    this.disconnect();
    this.handlers.state?.("connecting");
    const source = new EventSource(address("stream", { ...this.params, after: this.position }));
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.handlers.state?.("open");
    };
    source.onerror = () => this.failed(source);
    this.listen(source, "entry", (value, id) => {
      this.position = id;
      this.handlers.entry?.(value);
    });
    this.listen(source, "numbers", (value) => this.handlers.numbers?.(value));
    this.listen(source, "machines", (value) => this.handlers.machines?.(value));
    this.listen(source, "changed", (value) => this.handlers.changed?.(value));
    this.listen(source, "skipped", (value, id) => {
      this.position = id;
      this.handlers.skipped?.(value);
    });
    this.listen(source, "reset", (_, id) => {
      this.position = id;
      this.handlers.reset?.();
    });
  }

  /**
   * @param {EventSource} source
   * @param {string} name
   * @param {(value: any, id: string) => void} handler
   */
  listen(source, name, handler) {
    source.addEventListener(name, (event) => {
      const message = /** @type {MessageEvent<string>} */ (event);
      handler(JSON.parse(message.data), message.lastEventId);
    });
  }

  /** @param {EventSource} source */
  failed(source) {
    if (this.closed || source !== this.source) return;
    this.disconnect();
    this.failures += 1;
    this.handlers.state?.("lost");
    if (this.failures >= attemptsBeforePolling) {
      void this.poll(Date.now());
      return;
    }
    const delay = retryDelays[Math.min(this.failures - 1, retryDelays.length - 1)];
    this.timer = setTimeout(() => this.connect(), delay);
  }

  /**
   * Asks for what is behind the last event, until the stream is worth another try.
   * @param {number} since
   */
  async poll(since) {
    const { numbers, after, ...filters } = this.params;
    try {
      if (this.position === null) {
        this.position = (await get("entries", { ...filters, limit: 1 }, { signal: this.abort.signal })).position;
      }
      const page = await get("entries", { ...filters, after: this.position, limit: 500 }, { signal: this.abort.signal });
      this.position = page.position;
      if (page.reset) this.handlers.reset?.();
      for (const entry of page.entries) this.handlers.entry?.(entry);
      if (numbers !== 0) this.handlers.numbers?.(await get("live", {}, { signal: this.abort.signal }));
      this.handlers.state?.("polling");
    } catch (error) {
      if (isAborted(error)) return;
      this.handlers.state?.("lost");
    }
    if (this.closed) return;
    const again = Date.now() - since > tryStreamAgainAfter;
    this.timer = setTimeout(() => (again ? this.connect() : void this.poll(since)), pollEvery);
  }
}
