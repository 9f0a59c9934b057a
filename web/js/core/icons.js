// @ts-check
// The page's icons: 16 px, one line weight, drawn in the colour of the text beside them.

import { s } from "./dom.js";

const paths = {
  live: "M2.5 8h2.2l1.6-4.5 2.6 9 1.7-4.5h2.9",
  sessions: "M3 4.5h10M3 8h10M3 11.5h6",
  search: "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.7 10.7 14 14",
  analytics: "M3 13.5V9M6.5 13.5V5M10 13.5V7.5M13.5 13.5v-11",
  consumers: "M2.5 8h4M9.5 4.5 6.5 8l3 3.5M9.5 4.5h4M9.5 11.5h4M9.5 8h4",
  fleet: "M2.5 3.5h11v6.5h-11zM5.5 13h5M8 10v3",
  reports: "M4 2.5h5.5L12.5 5.500v8H4zM6.5 8h4M6.5 10.500h4",
  settings: "M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.800l1.4 1.400M10.8 10.800l1.4 1.400M12.2 3.800l-1.4 1.400M5.2 10.800l-1.4 1.4",
  theme: "M8 2.500a5.5 5.5 0 1 0 0 11zM8 2.500a5.5 5.5 0 0 1 0 11",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.300A1.8 1.8 0 0 1 9.8 7c0 1.2-1.8 1.5-1.8 2.600M8 11.500v.1",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.500l3.2 3L13 4.5",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  up: "M3.5 10 8 5.500l4.5 4.5",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  copy: "M5.5 5.500v-3h8v8h-3M2.5 5.500h8v8h-8z",
  link: "M6.5 9.500l3-3M7.2 4.800l1.5-1.500a2.8 2.8 0 0 1 4 4l-1.5 1.500M8.8 11.200l-1.5 1.500a2.8 2.8 0 0 1-4-4l1.5-1.5",
  download: "M8 2.500v7.500M5 7.200l3 3 3-3M3 13.500h10",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  filter: "M2.5 3.500h11M4.5 8h7M6.5 12.500h3",
  plus: "M8 3v10M3 8h10",
  pause: "M5.5 3.500v9M10.5 3.500v9",
  play: "M5 3.500v9l7.5-4.500z",
  human: "M8 8a2.6 2.6 0 1 0 0-5.200A2.6 2.6 0 0 0 8 8zM3 13.500c.5-2.5 2.5-3.8 5-3.800s4.5 1.3 5 3.8",
  assistant: "M8 2l1.5 4.500L14 8l-4.5 1.500L8 14l-1.5-4.500L2 8l4.5-1.500z",
  thinking: "M5.5 11.500C3.8 10.8 2.5 9.3 2.5 7.500a4 4 0 0 1 4-4c.8 0 1.6.2 2.2.6A3.5 3.5 0 0 1 13.5 7.300c0 2-1.6 4.2-4 4.200zM5 13.800h.01M7 12.600h.01",
  tool: "M9.5 2.700a3.3 3.3 0 0 0-3 4.600L2.7 11a1.6 1.6 0 0 0 2.3 2.300l3.8-3.800a3.3 3.3 0 0 0 4.3-4.200L11 7.4 8.7 5.100l2.1-2.200a3.3 3.3 0 0 0-1.3-.2z",
  result: "M13 3.500v4a2 2 0 0 1-2 2H3M6 6.500l-3 3 3 3",
  error: "M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1",
  subagent: "M4 2.500v4a3 3 0 0 0 3 3h5M9.5 7l2.5 2.500L9.5 12",
  compaction: "M3 3.500h10M3 12.500h10M8 5v2.200M6.8 6 8 7.2 9.2 6M8 11V8.800M6.8 10 8 8.8 9.2 10",
  system: "M2.5 3.500h11v9h-11zM5 6.5 6.8 8 5 9.500M8.5 9.500H11",
  unparsed: "M6.3 6.300A1.8 1.8 0 0 1 9.8 7c0 1.2-1.8 1.5-1.8 2.600M8 11.500v.1M2.5 2.500h2M2.5 2.500v2M13.5 2.500h-2M13.5 2.500v2M2.5 13.500h2M2.5 13.500v-2M13.5 13.500h-2M13.5 13.500v-2",
  commit: "M8 10.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400zM8 2v3.800M8 10.200V14",
  plan: "M3 4.500l1 1 1.6-2M3 10.500l1 1 1.6-2M8 4.500h5.500M8 10.500h5.5",
  interruption: "M5.5 2.500h5l3 3v5l-3 3h-5l-3-3v-5z",
  prompt: "M8 8a2.6 2.6 0 1 0 0-5.200A2.6 2.6 0 0 0 8 8zM3 13.500c.5-2.5 2.5-3.8 5-3.800s4.5 1.3 5 3.8",
  file: "M4 2.500h5.500L12.5 5.500v8H4zM9.5 2.500v3h3",
  shell: "M2.5 3.500h11v9h-11zM5 6.5 6.8 8 5 9.500M8.5 9.500H11",
  edit: "M3 13l.7-3L10.5 3.200l2.3 2.300L6 12.300z",
  globe: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c2 1.8 2.8 3.8 2.8 6S10 12.2 8 14c-2-1.8-2.8-3.8-2.8-6S6 3.8 8 2z",
  panel: "M2.5 3h11v10h-11zM10 3v10",
  expand: "M3 6l5-3.500L13 6M3 10l5 3.5 5-3.5",
  logout: "M6.5 2.500h-3v11h3M7 8h6.500M11 5.5 13.5 8 11 10.5",
  shield: "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z",
  anchor: "M8 5.500a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.200zM8 5.500v8M3 9c.2 2.7 2.2 4.5 5 4.500S12.8 11.7 13 9M5.8 7.500h4.4",
};

/** @typedef {keyof typeof paths} IconName */

/** An icon by its name, for the eye only: the name for everybody stands beside it. */
export function icon(/** @type {string} */ name, size = 16) {
  const path = paths[/** @type {IconName} */ (name)] ?? paths.unparsed;
  return s("svg", {
    class: "icon", viewBox: "0 0 16 16", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": 1.4, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
  }, s("path", { d: path }));
}
