// @ts-check
// A number whose digits roll to their next value, each in its own column, so that a growing count
// is seen and nothing beside it moves. Screen readers get the plain number.

import { h } from "./dom.js";

const digits = "0123456789";

/**
 * Makes an element an odometer.
 * @param {HTMLElement} element
 * @param {{format?: (value: number) => string}} [options]
 * @returns {{set: (value: number|null|undefined) => void, value: () => number|null}}
 */
export function odometer(element, options = {}) {
  const format = options.format ?? ((value) => new Intl.NumberFormat("en-US").format(value));
  const plain = h("span", { class: "visually-hidden" });
  const wheels = h("span", { class: "odometer-wheels", "aria-hidden": "true" });
  element.classList.add("odometer");
  element.replaceChildren(plain, wheels);
  /** @type {number|null} */
  let shown = null;
  let text = "";

  /** @param {string} next */
  function roll(next) {
    // Columns are counted from the right: the units keep their wheel when a digit comes in front.
    const columns = /** @type {HTMLElement[]} */ ([...wheels.children]).reverse();
    const characters = Array.from(next).reverse();
    characters.forEach((character, index) => {
      const isDigit = digits.includes(character);
      let column = columns[index];
      if (!column || (column.dataset.kind === "digit") !== isDigit) {
        const made = isDigit ? wheel() : h("span", { class: "odometer-sign" });
        if (column) column.replaceWith(made);
        else wheels.prepend(made);
        column = made;
      }
      if (isDigit) /** @type {HTMLElement} */ (column.firstElementChild).style.setProperty("transform", `translateY(${-10 * Number(character)}%)`);
      else if (column.textContent !== character) column.textContent = character;
    });
    for (const column of columns.slice(characters.length)) column.remove();
  }

  return {
    set(value) {
      const next = value === null || value === undefined ? "–" : format(value);
      if (next === text) return;
      const first = text === "";
      text = next;
      shown = value ?? null;
      plain.textContent = next;
      if (first) element.classList.add("odometer-still");
      roll(next);
      if (first) requestAnimationFrame(() => requestAnimationFrame(() => element.classList.remove("odometer-still")));
    },
    value: () => shown,
  };
}

function wheel() {
  return h("span", { class: "odometer-digit", dataset: { kind: "digit" } },
    h("span", { class: "odometer-wheel" }, Array.from(digits, (digit) => h("span", null, digit))));
}
