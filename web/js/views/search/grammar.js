// @ts-check
// How to ask, where nothing is asked yet.

import { h } from "../../core/dom.js";

const lines = [
  ["connection refused", "both words, anywhere in one block"],
  ["\"connection refused\"", "in this order"],
  ["refused -docker", "the one without the other"],
  ["timeout OR refused", "either"],
  ["refus*", "words that begin so"],
  ["tool:Bash has:error", "commands that failed"],
  ["program:\"git commit\" outcome:denied", "commits that you refused"],
  ["kind:prompt since:7d", "what you asked this week"],
  ["path:src/ name:Edit", "edits below a folder"],
  ["has:secret", "texts with secrets in them"],
  ["cost:>5 deploy", "in sessions that cost more than $5"],
];

/**
 * Examples that can be tried, and the fields there are.
 * @param {(example: string) => void} onTry
 */
export function grammar(onTry) {
  return h("section", { class: "search-grammar", "aria-label": "How to ask" },
    h("h2", null, "How to ask"),
    h("ul", null, lines.map(([example, says]) => h("li", null,
      h("button", { class: "search-example mono", onclick: () => onTry(example) }, example), h("span", { class: "muted" }, says)))),
    h("p", { class: "muted" }, "Fields: ", h("span", { class: "mono" },
      "agent owner project branch session title tool name model role kind language path file command program host duration error_class outcome rule grade cost has tag speaker within since until on"),
    ". A session’s identifier, or an address of this page, leads straight there."));
}
