// @ts-check
// The login: a link that `tailship-receiver login` printed brings its token behind the "#".

import { ApiError, forget, me, post } from "../core/api.js";
import { icon } from "../core/components.js";
import { h, replace } from "../core/dom.js";
import * as router from "../core/router.js";

/** Where to go after the login: where one was sent away from, a path of this page only. */
function destination() {
  const back = sessionStorage.getItem("tailship.back") ?? "/";
  sessionStorage.removeItem("tailship.back");
  return /^\/(?![/\\])/.test(back) && !back.startsWith("/login") ? back : "/";
}

/**
 * @param {HTMLElement} root
 * @param {{signal: AbortSignal}} context
 */
export function mount(root, { signal }) {
  const input = h("input", {
    class: "input mono", id: "login-token", name: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true,
    "aria-describedby": "login-help",
  });
  const button = h("button", { class: "button primary", type: "submit" }, "Log in");
  const state = h("div", { class: "login-state", role: "alert" });
  const form = h("form", { class: "login-form" }, h("label", { for: "login-token" }, "Token, or the whole link"), input, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    void logIn(text.includes("#") ? text.slice(text.indexOf("#") + 1) : text);
  });
  replace(root, h("div", { class: "page login-page" }, h("section", { class: "card login-card" },
    icon("anchor", 28), h("h1", null, "Log in"),
    h("p", { class: "muted", id: "login-help" }, "On the server, this prints a link that is good once, for ten minutes:"),
    h("pre", { class: "login-command mono" }, "sudo -u tailship tailship-receiver login"),
    form, state)));

  /** @param {string} token */
  async function logIn(token) {
    if (!token) return;
    button.disabled = true;
    replace(state, h("p", { class: "muted" }, "Logging in…"));
    try {
      await post("login", { token }, { signal });
      forget();
      await me({ fresh: true });
      dispatchEvent(new Event("tailship:login"));
      router.navigate(destination(), { replace: true });
    } catch (error) {
      if (signal.aborted) return;
      button.disabled = false;
      const found = /** @type {Partial<ApiError>} */ (error);
      replace(state, h("p", { class: "bad" }, found.message ?? "The login failed."), found.remedy ? h("p", { class: "muted" }, found.remedy) : null);
      input.value = "";
      input.focus();
    }
  }

  // The token must not stay in the address, where it would be kept in the history.
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, "", "/login");
    void logIn(token);
  } else {
    input.focus();
    void me().then((who) => {
      if (!signal.aborted && who.role !== null) router.navigate(destination(), { replace: true });
    }).catch(() => {});
  }
  return {};
}
