// @ts-check
// Markdown of others: parsed by marked, cleaned by DOMPurify down to a short list of elements, code
// coloured by highlight.js. Whatever is left out stays readable as text. Characters that change the
// direction of writing are shown as marks, so that a line cannot read other than it is.

import { h, isSafeAddress } from "./dom.js";

const longestColoured = 40_000;
const longestParsed = 400_000;
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const allowedTags = ["p", "br", "hr", "strong", "em", "b", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol",
  "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "a", "sup", "sub", "kbd",
  "details", "summary", "input"];
const allowedAttributes = ["href", "class", "align", "start", "type", "checked", "disabled"];

/** @type {Promise<void>|null} */
let loading = null;
/** @type {Promise<void>|null} */
let loadingColours = null;

/** @param {string} source */
function loadScript(source) {
  return new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${source} could not be loaded`));
    document.head.append(script);
  });
}

/** Loads the parser and the cleaner; until then texts are shown as they are. */
export function ready() {
  // Debian's DOMPurify 2.4.1+deb12u1 asks a variable for its depth that its security fix forgot to
  // declare, and throws without: the depth of the root is 0.
  if (!("shadowNode" in window)) Object.defineProperty(window, "shadowNode", { value: Object.freeze({ __depth: 0 }) });
  loading ??= Promise.all([loadScript("/vendor/marked.js"), loadScript("/vendor/purify.js")]).then(() => {});
  return loading;
}

/** Loads what colours code. */
export function coloursReady() {
  loadingColours ??= loadScript("/vendor/highlight.js");
  return loadingColours;
}

const isReady = () => Boolean(window.marked && window.DOMPurify?.isSupported);

/** A text with its direction marks made visible: ‮ becomes a small box that names it. */
export function visibleText(/** @type {string} */ text) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(directionMarks)) {
    fragment.append(text.slice(from, match.index ?? 0), directionMark(match[0]));
    from = (match.index ?? 0) + 1;
  }
  fragment.append(text.slice(from));
  return fragment;
}

/** @param {string} character */
function directionMark(character) {
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? "";
  return h("span", { class: "bidi-mark", title: `U+${code}: a character that changes the direction of writing` }, `U+${code}`);
}

/** @param {ParentNode} root */
function markDirections(root) {
  const walker = document.createTreeWalker(/** @type {Node} */ (root), NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const found = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (node.data.search(directionMarks) >= 0) found.push(node);
  }
  for (const node of found) node.replaceWith(visibleText(node.data));
}

/**
 * Markdown as elements. Before the parser is loaded: the text, which becomes markdown by itself.
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function render(text) {
  const fragment = document.createDocumentFragment();
  if (isReady() && text.length <= longestParsed) {
    fragment.append(parse(text));
    return fragment;
  }
  const plain = h("div", { class: "plain" }, visibleText(text));
  fragment.append(plain);
  if (text.length <= longestParsed) {
    ready().then(() => {
      if (isReady() && plain.isConnected) plain.replaceWith(parse(text));
    }, () => {});
  }
  return fragment;
}

/** A text that was cut inside of a block of code gets the block's end. */
function closed(/** @type {string} */ text) {
  let open = "";
  for (const [, mark] of text.matchAll(/^\s*(`{3,}|~{3,})/gm)) {
    if (!open) open = mark;
    else if (mark[0] === open[0] && mark.length >= open.length) open = "";
  }
  return open ? `${text}\n${open}` : text;
}

/** @param {string} text */
function parse(text) {
  let markup;
  try {
    markup = window.marked.parse(closed(text),
      { gfm: true, breaks: true, async: false, headerIds: false, mangle: false, renderer: safeRenderer() });
  } catch {
    return h("div", { class: "plain" }, visibleText(text));
  }
  /** @type {DocumentFragment} */
  const clean = window.DOMPurify.sanitize(markup, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: allowedAttributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of clean.querySelectorAll("a")) tidyLink(link);
  // The page has its own first and second level.
  for (const title of clean.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const lower = document.createElement(`h${Math.min(6, Number(title.tagName[1]) + 2)}`);
    lower.append(...title.childNodes);
    title.replaceWith(lower);
  }
  for (const box of clean.querySelectorAll("input")) {
    if (box.type === "checkbox") box.replaceWith(box.checked ? "☑ " : "☐ ");
    else box.remove();
  }
  for (const element of clean.querySelectorAll("[class]")) {
    const language = /^language-[\w+#.-]{1,30}$/.exec(element.className);
    if (element.tagName !== "CODE" || !language) element.removeAttribute("class");
  }
  for (const element of clean.querySelectorAll("table")) {
    const scroller = h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Table" });
    element.replaceWith(scroller);
    scroller.append(element);
  }
  markDirections(clean);
  for (const code of clean.querySelectorAll("pre > code")) colourLater(code);
  return clean;
}

/** Markup and pictures of others stay text: a renderer that shows their source. */
function safeRenderer() {
  const renderer = new window.marked.Renderer();
  const escape = (/** @type {string} */ source) => source.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  renderer.html = (/** @type {string} */ source) => escape(source);
  renderer.image = (/** @type {string} */ href, /** @type {string|null} */ _, /** @type {string} */ text) =>
    escape(`![${text ?? ""}](${href ?? ""})`);
  return renderer;
}

/** @param {HTMLAnchorElement} link */
function tidyLink(link) {
  const target = link.getAttribute("href") ?? "";
  if (!/^(https?|mailto):/i.test(target.trim()) || !isSafeAddress(target)) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  link.title = target;
}

/**
 * Colours code once highlight.js is there and the browser has time.
 * @param {Element} element its text is the code
 * @param {string} [language] else from the class `language-…`
 */
export function colourLater(element, language) {
  const name = language ?? /language-([\w+#.-]+)/.exec(element.className)?.[1];
  const code = element.textContent ?? "";
  if (!name || code.length > longestColoured) return;
  const colour = () => {
    if (!element.isConnected || !window.hljs?.getLanguage(name)) return;
    try {
      const markup = window.hljs.highlight(name, code, true).value;
      element.replaceChildren(spans(markup));
      markDirections(element);
    } catch {
      // The plain text stands.
    }
  };
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 50));
  coloursReady().then(() => idle(colour), () => {});
}

/** Only spans with the highlighter's own classes come out of its markup. */
function spans(/** @type {string} */ markup) {
  if (!window.DOMPurify) return document.createTextNode("");
  /** @type {DocumentFragment} */
  const clean = window.DOMPurify.sanitize(markup, {
    ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true,
  });
  for (const element of clean.querySelectorAll("[class]")) {
    if (!/^hljs-[\w-]+( hljs-[\w-]+)*$/.test(element.className)) element.removeAttribute("class");
  }
  return clean;
}

const extensions = /** @type {Record<string, string>} */ ({
  js: "javascript", mjs: "javascript", ts: "typescript", tsx: "typescript", jsx: "javascript", py: "python", rb: "ruby",
  rs: "rust", go: "go", swift: "swift", c: "c", h: "cpp", cpp: "cpp", cc: "cpp", java: "java", kt: "kotlin", sh: "bash",
  bash: "bash", zsh: "bash", json: "json", jsonl: "json", yml: "yaml", yaml: "yaml", toml: "ini", ini: "ini", md: "markdown",
  html: "xml", xml: "xml", svg: "xml", css: "css", scss: "scss", sql: "sql", php: "php", lua: "lua", pl: "perl",
  ex: "elixir", exs: "elixir", erl: "erlang", hs: "haskell", cs: "cs", dart: "dart", r: "r", scala: "scala",
});

/** highlight.js' name for the language of a file, or null. */
export function languageOf(/** @type {string|null|undefined} */ path) {
  const name = (path ?? "").split("/").pop() ?? "";
  if (/^dockerfile/i.test(name)) return "dockerfile";
  if (/^makefile$/i.test(name)) return "makefile";
  return extensions[name.split(".").pop()?.toLowerCase() ?? ""] ?? null;
}
