// @ts-check
// Elements from names, attributes and texts. Text of others only ever becomes a text node:
// nothing here, and nothing that is built on it, parses markup.

const svgNamespace = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, any>} Attributes */

/** Whether an address may be followed: our own paths, the web and mail, never a script. */
export function isSafeAddress(/** @type {string} */ address) {
  const text = address.trim();
  if (/^[/#?]/.test(text)) return true;
  return /^(https?|mailto|blob):/i.test(text) || /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(text);
}

/**
 * Sets attributes: `class` (text or list), `dataset`, `style` (an object, set by script), `on…`
 * (listeners), properties of form fields; true is an empty attribute, false and null are none.
 * @param {Element} element
 * @param {Attributes} attributes
 */
export function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "dataset") {
      for (const [key, data] of Object.entries(value)) {
        if (data !== null && data !== undefined) /** @type {HTMLElement} */ (element).dataset[key] = String(data);
      }
    } else if (name === "style") {
      for (const [key, data] of Object.entries(value)) {
        /** @type {HTMLElement} */ (element).style.setProperty(key, data === null ? null : String(data));
      }
    } else if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2).toLowerCase(), value);
    } else if (name === "class") {
      const names = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
      if (names) element.setAttribute("class", names);
    } else if (["value", "checked", "selected", "indeterminate", "disabled"].includes(name) && name in element) {
      /** @type {any} */ (element)[name] = value ?? "";
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      if ((name === "href" || name === "src") && !isSafeAddress(String(value))) continue;
      element.setAttribute(name, String(value));
    }
  }
}

const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text in which the characters that turn the direction of writing around are named: it reads as it is. */
export function named(/** @type {string} */ text) {
  if (text.search(directionMarks) < 0) return text;
  return text.replace(directionMarks, (mark) => `⟨U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/**
 * Appends texts, numbers and nodes; lists are flattened, false and null left out.
 * @param {Node} parent
 * @param {Children[]} children
 */
export function append(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.appendChild(child);
    else if (child !== null && child !== undefined && child !== false) {
      parent.appendChild(document.createTextNode(named(String(child))));
    }
  }
}

/**
 * Makes an HTML element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes|null} [attributes]
 * @param {...Children} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  if (tag === "button" && !(attributes && "type" in attributes)) element.setAttribute("type", "button");
  append(element, children);
  if (attributes) assign(element, attributes);
  return element;
}

/**
 * Makes an SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes|null} [attributes]
 * @param {...Children} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function s(tag, attributes, ...children) {
  const element = /** @type {SVGElementTagNameMap[K]} */ (document.createElementNS(svgNamespace, tag));
  append(element, children);
  if (attributes) assign(element, attributes);
  return element;
}

/** Removes every child. */
export function clear(/** @type {Element} */ element) {
  element.replaceChildren();
  return element;
}

/**
 * Puts these children in the place of all others.
 * @template {Element|DocumentFragment} E
 * @param {E} element
 * @param {...Children} children
 * @returns {E}
 */
export function replace(element, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  element.replaceChildren(fragment);
  return element;
}

/**
 * Puts a text in an element, only when it is another one (so that nothing is announced twice).
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const shown = named(text);
  if (element.textContent !== shown) element.textContent = shown;
}

let identifiers = 0;

/** A name for `id`, `for` and `aria-…` attributes, one of a kind on this page. */
export function uniqueId(prefix = "u") {
  identifiers += 1;
  return `${prefix}-${identifiers}`;
}

const focusables = "a[href], button, input, select, textarea, [tabindex]";

/**
 * Draws the content of an element anew; what had the focus in it has it again: what is of the same
 * name, or stands in the same place.
 * @param {Element} root
 * @param {() => void} draw
 */
export function keepFocus(root, draw) {
  const active = document.activeElement;
  const nameOf = (/** @type {Element} */ element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`;
  const isInside = active !== null && root.contains(active);
  const at = isInside ? [...root.querySelectorAll(focusables)].indexOf(active) : -1;
  const name = isInside ? nameOf(active) : "";
  draw();
  if (!isInside || root.contains(document.activeElement)) return;
  const all = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(focusables)]);
  (all.find((one) => nameOf(one) === name) ?? all[Math.min(at, all.length - 1)])?.focus({ preventScroll: true });
}
