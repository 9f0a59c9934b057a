// @ts-check
// Where a match or a pasted identifier leads.

/**
 * The session that a text names: an identifier, the beginning of one, or an address of this page.
 * @param {string} text
 * @returns {string|null}
 */
export function namedSession(text) {
  const trimmed = text.trim();
  const address = /\/sessions\/([\w%.:-]+)/.exec(trimmed);
  if (address) return decodeURIComponent(address[1]);
  return /^[0-9a-f]{8}(-?[0-9a-f]{1,4}){0,7}$/i.test(trimmed) ? trimmed : null;
}

/**
 * Where a match stands.
 * @param {ApiMatch} match
 */
export function matchAddress(match) {
  return `/sessions/${match.session}?${match.id === match.call ? "call" : "item"}=${match.id}`;
}
