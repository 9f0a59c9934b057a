// @ts-check
// A list of which only what is seen exists. Heights are guessed until they are measured; whatever
// they turn out to be, the row that is being read stays where it is.

const overscan = 700;
const focusable = "a[href], button, input, [tabindex]";

/** Sums of heights that can be changed and searched in logarithmic time (a Fenwick tree). */
class Heights {
  /** @param {Float64Array} values */
  constructor(values) {
    this.values = values;
    this.tree = new Float64Array(values.length + 1);
    for (let index = 1; index <= values.length; index += 1) {
      this.tree[index] += values[index - 1];
      const parent = index + (index & -index);
      if (parent <= values.length) this.tree[parent] += this.tree[index];
    }
  }

  /**
   * @param {number} row
   * @param {number} height
   */
  set(row, height) {
    const change = height - this.values[row];
    if (!change) return 0;
    this.values[row] = height;
    for (let index = row + 1; index < this.tree.length; index += index & -index) this.tree[index] += change;
    return change;
  }

  /** The height of all rows before this one. */
  before(/** @type {number} */ row) {
    let sum = 0;
    for (let index = Math.min(row, this.values.length); index > 0; index -= index & -index) sum += this.tree[index];
    return sum;
  }

  get total() {
    return this.before(this.values.length);
  }

  /** The row at this height. */
  at(/** @type {number} */ offset) {
    let row = 0;
    let left = offset;
    for (let step = 2 ** Math.floor(Math.log2(this.tree.length)); step >= 1; step /= 2) {
      const next = row + step;
      if (next < this.tree.length && this.tree[next] <= left) {
        row = next;
        left -= this.tree[next];
      }
    }
    return Math.min(row, Math.max(0, this.values.length - 1));
  }
}

export class VirtualList {
  /**
   * @param {{scroller: HTMLElement, element: HTMLElement, estimate: (row: number) => number,
   *   render: (row: number) => HTMLElement, onRange?: (first: number, last: number) => void}} options
   */
  constructor({ scroller, element, estimate, render, onRange }) {
    this.scroller = scroller;
    this.element = element;
    this.estimate = estimate;
    this.render = render;
    this.onRange = onRange;
    this.count = 0;
    this.heights = new Heights(new Float64Array(0));
    /** @type {Map<number, HTMLElement>} */
    this.shown = new Map();
    /** The row that stays, and how far its top is above (−) or below the top of the window. */
    this.anchor = { row: 0, offset: 0 };
    this.stick = false;
    /** The height of what stands below the rows. */
    this.below = 0;
    this.window = document.createElement("div");
    this.window.className = "virtual-window";
    element.classList.add("virtual");
    element.replaceChildren(this.window);
    /** @type {WeakMap<Element, number>} */
    this.rowOf = new WeakMap();
    this.sizes = new ResizeObserver((changes) => this.resized(changes));
    this.queued = 0;
    /** Where the window's top was when it was last looked at; elsewhere now: somebody scrolled. */
    this.seen = 0;
    scroller.addEventListener("scroll", this.scrolled = () => this.onScroll(), { passive: true });
    this.frame = new ResizeObserver(() => this.queue());
    this.frame.observe(scroller);
  }

  close() {
    cancelAnimationFrame(this.queued);
    this.sizes.disconnect();
    this.frame.disconnect();
    this.scroller.removeEventListener("scroll", this.scrolled);
  }

  /**
   * Other rows altogether.
   * @param {number} count
   */
  reset(count) {
    const values = new Float64Array(count);
    for (let row = 0; row < count; row += 1) values[row] = this.estimate(row);
    this.count = count;
    this.heights = new Heights(values);
    for (const element of this.shown.values()) this.sizes.unobserve(element);
    this.shown.clear();
    this.window.replaceChildren();
    this.seen = this.scroller.scrollTop;
  }

  /** What stands below the rows has this height now. */
  setBelow(/** @type {number} */ height) {
    this.below = height;
    this.draw();
  }

  /** More rows at the end. */
  grow(/** @type {number} */ count) {
    const values = new Float64Array(count);
    values.set(this.heights.values.subarray(0, Math.min(count, this.count)));
    for (let row = this.count; row < count; row += 1) values[row] = this.estimate(row);
    this.count = count;
    this.heights = new Heights(values);
    this.draw();
  }

  /** Draws these rows anew, where they are shown. */
  refresh(/** @type {number} */ first, /** @type {number} */ last) {
    this.redraw(new Set([...this.shown.keys()].filter((row) => row >= first && row <= last)));
  }

  /**
   * Draws these rows anew, where they are shown; the focus stays where it was among what can have it.
   * @param {Set<number>} rows
   */
  redraw(rows) {
    let focus = { row: -1, at: -1 };
    for (const [row, element] of this.shown) {
      if (!rows.has(row)) continue;
      const active = document.activeElement;
      if (active && element.contains(active)) focus = { row, at: [...element.querySelectorAll(focusable)].indexOf(active) };
      this.sizes.unobserve(element);
      element.remove();
      this.shown.delete(row);
    }
    this.draw();
    if (focus.at >= 0) /** @type {HTMLElement|undefined} */ (this.shown.get(focus.row)?.querySelectorAll(focusable)[focus.at])?.focus({ preventScroll: true });
  }

  get atEnd() {
    return this.scroller.scrollTop + this.scroller.clientHeight >= this.scroller.scrollHeight - 24;
  }

  /**
   * Brings a row to the top (or so far below it).
   * @param {number} row
   * @param {number} [below]
   */
  scrollTo(row, below = 12) {
    this.stick = false;
    this.anchor = { row: Math.max(0, Math.min(this.count - 1, row)), offset: below };
    this.draw(true);
  }

  scrollToEnd() {
    this.stick = true;
    this.anchor = { row: Math.max(0, this.count - 1), offset: 0 };
    this.draw(true);
  }

  onScroll() {
    if (this.tookScroll()) this.queue();
  }

  /** Whether somebody scrolled since the last look; the anchor is then what is at the top now. */
  tookScroll() {
    const top = this.scroller.scrollTop;
    if (Math.abs(top - this.seen) < 1) return false;
    this.seen = top;
    this.stick = this.atEnd;
    this.takeAnchor();
    return true;
  }

  takeAnchor() {
    const top = this.scroller.scrollTop;
    const row = this.heights.at(top);
    this.anchor = { row, offset: this.heights.before(row) - top };
  }

  queue() {
    if (this.queued) return;
    this.queued = requestAnimationFrame(() => {
      this.queued = 0;
      this.draw();
    });
  }

  /** @param {ResizeObserverEntry[]} changes */
  resized(changes) {
    let changed = false;
    for (const change of changes) {
      const row = this.rowOf.get(change.target);
      if (row === undefined || this.shown.get(row) !== change.target) continue;
      const height = change.borderBoxSize[0]?.blockSize ?? change.contentRect.height;
      if (Math.abs(height - this.heights.values[row]) > 0.5) changed = this.heights.set(row, height) !== 0 || changed;
    }
    if (changed) this.draw();
  }

  /** @param {boolean} [moved] the anchor was set just now: where the window is does not matter */
  draw(moved = false) {
    if (!moved) this.tookScroll();
    // Twice at most: what is measured in the first round may leave room for more rows in the second.
    for (let round = 0; round < 3; round += 1) if (!this.place()) break;
    this.applyScroll();
    if (this.count) this.onRange?.(...this.range());
  }

  /** @returns {[number, number]} the rows that exist now */
  range() {
    const top = this.target();
    const first = this.heights.at(Math.max(0, top - overscan));
    const last = this.heights.at(top + this.scroller.clientHeight + overscan);
    return [first, Math.min(this.count - 1, last)];
  }

  /** Where the window's top belongs. */
  target() {
    const longest = Math.max(0, this.heights.total + this.below - this.scroller.clientHeight);
    if (this.stick) return longest;
    return Math.max(0, Math.min(longest, this.heights.before(this.anchor.row) - this.anchor.offset));
  }

  /** @returns {boolean} whether a height turned out to be another */
  place() {
    if (!this.count) {
      this.element.style.setProperty("height", "0px");
      return false;
    }
    const [first, last] = this.range();
    for (const [row, element] of this.shown) {
      if (row >= first && row <= last) continue;
      if (element.contains(document.activeElement)) continue;
      this.sizes.unobserve(element);
      element.remove();
      this.shown.delete(row);
    }
    /** @type {[number, HTMLElement][]} */
    const made = [];
    /** @type {Element|null} */
    let next = this.window.firstElementChild;
    for (let row = first; row <= last; row += 1) {
      const known = this.shown.get(row);
      if (known) {
        if (known === next) next = next.nextElementSibling;
        else this.window.insertBefore(known, next);
        continue;
      }
      const element = this.render(row);
      this.rowOf.set(element, row);
      this.shown.set(row, element);
      this.window.insertBefore(element, next);
      made.push([row, element]);
    }
    const begin = Math.min(first, ...this.shown.keys());
    let changed = false;
    for (const [row, element] of made) changed = this.heights.set(row, element.getBoundingClientRect().height) !== 0 || changed;
    for (const [, element] of made) this.sizes.observe(element);
    this.element.style.setProperty("height", `${this.heights.total}px`);
    this.window.style.setProperty("transform", `translateY(${this.heights.before(begin)}px)`);
    return changed;
  }

  applyScroll() {
    const top = this.target();
    if (Math.abs(this.scroller.scrollTop - top) > 0.75) this.scroller.scrollTop = top;
    this.seen = this.scroller.scrollTop;
  }
}
