// @ts-check
// How far each session was looked at, kept by this browser, for the line "new since you last looked".

const key = "tailship.seen";
const most = 300;

/** @returns {Record<string, [number, number]>} session → items, when */
function read() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

/** How many items there were at the last look; 0 for none. */
export function seenUntil(/** @type {string} */ session) {
  return read()[session]?.[0] ?? 0;
}

/**
 * @param {string} session
 * @param {number} items
 */
export function keepSeen(session, items) {
  const all = read();
  all[session] = [items, Date.now()];
  const kept = Object.entries(all).sort((a, b) => b[1][1] - a[1][1]).slice(0, most);
  try {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A full store: the line is missing next time, nothing else.
  }
}
