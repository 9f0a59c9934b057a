// @ts-check
// The frame: navigation, theme, keyboard, the title that counts, and which view is shown.

import { forget, get, me, onLoggedOut, post } from "./core/api.js";
import { announce, copyText, dialog, errorBlock, icon, menu, stateBlock, toast } from "./core/components.js";
import { h, replace } from "./core/dom.js";
import { clock, compact, refreshTimes } from "./core/format.js";
import * as keys from "./core/keys.js";
import * as router from "./core/router.js";
import { setTheme, theme } from "./theme.js";

const places = [
  { path: "/", label: "Live", icon: "live", key: "l" },
  { path: "/sessions", label: "Sessions", icon: "sessions", key: "s", content: true },
  { path: "/search", label: "Search", icon: "search", key: "/", content: true },
  { path: "/analytics/cost", under: "/analytics", label: "Analytics", icon: "analytics", key: "a" },
  { path: "/consumers", label: "Consumers", icon: "consumers", key: "c" },
  { path: "/fleet", label: "Fleet", icon: "fleet", key: "f" },
  { path: "/reports", label: "Reports", icon: "reports", key: "r" },
  { path: "/settings", label: "Settings", icon: "settings", key: "," },
];

const view = /** @type {HTMLElement} */ (document.getElementById("view"));
const nav = /** @type {HTMLElement} */ (document.getElementById("nav"));
const iconLink = /** @type {HTMLLinkElement} */ (document.getElementById("icon"));
const numbersEvery = 15_000;
const iconEvery = 2_000;
const lostAfter = 4_000;

let heading = "Tailship";
let messages = /** @type {number|null} */ (null);
let iconDrawn = 0;
let numbersAt = 0;
/** Since when the receiver does not answer; 0: it does. */
let lostAt = 0;

function defineRoutes() {
  router.route("/", () => import("./views/live.js"));
  router.route("/sessions", () => import("./views/sessions.js"));
  router.route("/sessions/:id", () => import("./views/session.js"));
  router.route("/search", () => import("./views/search.js"));
  router.route("/analytics/:tab", () => import("./views/analytics.js"));
  router.route("/analytics", () => import("./views/analytics.js"));
  router.route("/consumers", () => import("./views/consumers.js"));
  router.route("/consumers/:name", () => import("./views/consumers.js"));
  router.route("/fleet", () => import("./views/fleet.js"));
  router.route("/fleet/:agent", () => import("./views/fleet.js"));
  router.route("/reports", () => import("./views/reports.js"));
  router.route("/settings", () => import("./views/settings.js"));
  router.route("/login", () => import("./views/login.js"));
}

/** @param {ApiMe|null} who */
function drawNav(who) {
  const isStranger = who?.role === null;
  const mayRead = who?.role !== "viewer-aggregate" && !isStranger;
  const links = places.filter((place) => !isStranger && (mayRead || !place.content)).map((place) => h("a", {
    class: "nav-link", href: place.path, dataset: { path: place.under ?? place.path }, title: place.label,
  }, icon(place.icon), h("span", { class: "nav-label" }, place.label)));
  const themes = /** @type {["auto"|"light"|"dark", string][]} */ ([["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]]);
  const loggedIn = who && who.role && !who.open;
  const more = menu({
    label: "More", icon: "more", hideLabel: true, class: "quiet square",
    items: [
      ...themes.map(([id, label]) => ({ label: `Theme: ${label}`, checked: theme() === id, onSelect: () => {
        setTheme(id);
        drawNav(who);
      } })),
      { label: "", separator: true },
      { label: "Keyboard", hint: "?", onSelect: showHelp },
      { label: "The API", href: "/api/openapi.json" },
      ...(loggedIn ? [{ label: "Log out", onSelect: () => void logOut() }] : []),
    ],
  });
  replace(nav,
    h("a", { class: "brand", href: "/", "aria-label": "Tailship: live" }, mark(), h("span", { class: "brand-name" }, "Tailship")),
    mayRead ? h("button", { class: "palette-button", onclick: () => void openPalette(), "aria-keyshortcuts": "Control+K" },
      icon("search"), h("span", { class: "nav-label" }, "Search"), h("span", { class: "nav-label kbds" }, keys.keyCaps("Mod+K"))) : null,
    h("nav", { class: "nav-links", "aria-label": "Main" }, links),
    h("div", { class: "nav-foot" },
      h("span", { class: "connection", id: "connection" }, h("span", { class: "connection-dot", "aria-hidden": "true" }),
        h("span", { class: "nav-label connection-text" }, who?.receiver ?? "")), more));
  markPlace();
}

function mark() {
  return h("img", { class: "brand-mark", src: "/icon.svg", alt: "", width: "22", height: "22" });
}

function markPlace() {
  for (const link of nav.querySelectorAll(".nav-link")) {
    const path = /** @type {HTMLElement} */ (link).dataset.path ?? "";
    const here = path === "/" ? location.pathname === "/" : location.pathname === path || location.pathname.startsWith(`${path}/`);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function drawTitle() {
  document.title = `${messages ? `(${compact(messages)}) ` : ""}${heading} · Tailship`;
  if (Date.now() - iconDrawn > iconEvery) drawIcon();
}

/** The icon with today's count in it, as a picture of its own. */
function drawIcon() {
  iconDrawn = Date.now();
  if (!messages) return;
  const text = messages >= 1000 ? compact(messages).replace(/\s|\.\d+/g, "") : String(messages);
  const size = text.length > 3 ? 11 : text.length > 2 ? 13 : 16;
  iconLink.href = `data:image/svg+xml,${encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b5f86"/>'
    + '<path d="M4 25c2.5 2.5 5 2.5 8 .5 3 2 5 2 8 0 3 2 5.5 2 8-.5" fill="none" stroke="#8fd3f0" stroke-width="2.2" stroke-linecap="round"/>'
    + `<text x="16" y="20" font-family="system-ui,sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="#fff">${text}</text></svg>`)}`;
}

/** @param {CustomEvent<ApiLive>} event */
function tookNumbers(event) {
  numbersAt = Date.now();
  messages = event.detail.today.messages;
  drawTitle();
}

/** Views without a stream of their own still have a title that counts. */
async function askNumbers() {
  if (Date.now() - numbersAt < numbersEvery || location.pathname === "/login") return;
  try {
    const numbers = await get("live", {});
    dispatchEvent(new CustomEvent("tailship:numbers", { detail: numbers }));
    setConnection("open");
  } catch {
    setConnection("lost");
  }
}

/** @param {string} state */
function setConnection(state) {
  // A moment's loss is nobody's business; one that lasts is told wherever one is.
  if (state === "lost" && !lostAt) {
    lostAt = Date.now();
    setTimeout(drawLost, lostAfter);
  } else if (state === "open" || state === "polling") {
    lostAt = 0;
    drawLost();
  }
  const element = document.getElementById("connection");
  if (!element) return;
  const says = { open: "Connected", connecting: "Connecting", polling: "Connected, without the stream", lost: "No connection; trying again" };
  element.dataset.state = state;
  element.title = /** @type {Record<string, string>} */ (says)[state] ?? state;
}

/** The line that says that nothing new can come. */
function drawLost() {
  const lost = lostAt && Date.now() - lostAt >= lostAfter - 50;
  const shown = document.getElementById("lost");
  if (!lost) shown?.remove();
  else if (!shown) {
    document.body.append(h("p", { id: "lost", class: "lost", role: "status" }, icon("error", 14),
      "The receiver does not answer. What is shown is of ", h("b", { class: "num" }, clock(lostAt)), "; this page tries again by itself."));
  }
}

async function openPalette() {
  const role = (await me().catch(() => null))?.role;
  if (!role || role === "viewer-aggregate") return;
  const module = await import("./views/search.js");
  module.openPalette();
}

function showHelp() {
  dialog({ title: "Keyboard", content: keys.helpContent(), wide: true });
}

async function logOut() {
  try {
    await post("logout");
  } catch {
    // The login may have ended already, which is what was wanted.
  }
  forget();
  drawNav(await me({ fresh: true }).catch(() => null));
  router.navigate("/login");
}

function bindKeys() {
  for (const place of places) {
    if (place.key.length === 1 && /[a-z,]/.test(place.key)) keys.bind(`g ${place.key}`, `Go to ${place.label}`, () => router.navigate(place.path), "Go to");
  }
  keys.bind("?", "This help", showHelp);
  keys.bind("Mod+K", "Search from anywhere", () => void openPalette());
  keys.bind("/", "Search or filter here", () => {
    const input = /** @type {HTMLElement|null} */ (view.querySelector("[data-search], .filter-words"));
    if (input) input.focus();
    else router.navigate("/search");
  });
  keys.bind("t", "Theme: system, light, dark", () => {
    const next = /** @type {const} */ ({ auto: "light", light: "dark", dark: "auto" })[theme()];
    setTheme(next);
    toast(`Theme: ${next === "auto" ? "as the system" : next}`);
  });
  keys.bind(".", "Copy a link to this view", () => void copyText(location.href, "Link copied"));
}

/** @param {string} path */
function shown(path) {
  heading = view.querySelector("h1")?.textContent?.trim() || places.find((place) => place.path === path)?.label || "Tailship";
  drawTitle();
  markPlace();
  document.body.dataset.view = path.split("/")[1] || "live";
  announce(heading);
}

/** @param {unknown} error */
function failed(error) {
  replace(view, h("div", { class: "page" }, h("h1", { class: "visually-hidden" }, "Error"), errorBlock(error, () => router.reload())));
  heading = "Error";
  drawTitle();
  markPlace();
}

function missing() {
  replace(view, h("div", { class: "page" }, h("h1", { class: "visually-hidden" }, "No such page"), stateBlock({
    kind: "empty", title: "There is no such page.", text: "The address may be mistyped, or from another version.",
    action: h("a", { class: "button", href: "/" }, "Go to Live"),
  })));
  heading = "No such page";
  drawTitle();
  markPlace();
}

async function begin() {
  defineRoutes();
  onLoggedOut(() => {
    if (location.pathname === "/login") return;
    sessionStorage.setItem("tailship.back", location.pathname + location.search);
    void me({ fresh: true }).then(drawNav, () => {});
    router.navigate("/login", { replace: true });
  });
  addEventListener("tailship:numbers", (event) => tookNumbers(/** @type {CustomEvent<ApiLive>} */ (event)));
  addEventListener("tailship:connection", (event) => setConnection(/** @type {CustomEvent<string>} */ (event).detail));
  addEventListener("tailship:heading", (event) => {
    heading = /** @type {CustomEvent<string>} */ (event).detail;
    drawTitle();
  });
  addEventListener("tailship:login", () => void me({ fresh: true }).then(drawNav, () => {}));
  router.warm();
  keys.start();
  bindKeys();
  drawNav(null);
  const who = await me().catch(() => null);
  drawNav(who);
  if (who && who.role === null && location.pathname !== "/login") {
    sessionStorage.setItem("tailship.back", location.pathname + location.search);
    history.replaceState(null, "", "/login");
  }
  router.start(view, { shown, failed, missing });
  setInterval(refreshTimes, 15_000);
  setInterval(() => void askNumbers(), 5_000);
  void askNumbers();
}

void begin();
