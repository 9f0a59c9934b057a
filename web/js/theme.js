// @ts-check
// The theme that was chosen, before anything is drawn: auto (the system's), light or dark.

/** @typedef {"auto"|"light"|"dark"} Theme */

/** @returns {Theme} */
export function theme() {
  const kept = localStorage.getItem("tailship.theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}

/** Applies a theme, and keeps it. */
export function setTheme(/** @type {Theme} */ chosen) {
  if (chosen === "auto") localStorage.removeItem("tailship.theme");
  else localStorage.setItem("tailship.theme", chosen);
  apply();
}

function apply() {
  const chosen = theme();
  if (chosen === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

apply();
