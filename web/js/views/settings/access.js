// @ts-check
// Who may see what: logins, links and tokens of programs, made and taken back.

import { del, get, isAborted, post } from "../../core/api.js";
import { badge, copyButton, dialog, errorBlock, icon, skeleton, toast } from "../../core/components.js";
import { h, replace } from "../../core/dom.js";
import { relative, time } from "../../core/format.js";
import { panel, table } from "../analytics/parts.js";

const roles = /** @type {Record<string, string>} */ ({
  "viewer-aggregate": "numbers without content", "viewer-own": "everything, of one user's rows only", viewer: "everything, of all", admin: "everything, and changes",
});
const kinds = /** @type {Record<string, string>} */ ({ link: "link, not used yet", session: "browser", bearer: "program" });

/** @param {AbortSignal} signal */
export function access(signal) {
  const holder = h("div", null, skeleton(4));

  async function load() {
    try {
      const found = await get("access", {}, { signal });
      replace(holder, table({
        caption: "Logins", rows: /** @type {any[]} */ (found.access), rowKey: (row) => row.id,
        empty: "Nobody is logged in, and there is no link or token.",
        columns: [
          { key: "name", label: "Name", class: "main", render: (row) => h("b", { class: "tool-name" }, row.name || "without a name") },
          { key: "kind", label: "Kind", render: (row) => kinds[row.kind] ?? row.kind }, { key: "role", label: "Role", render: (row) => badge(row.role, { tone: row.role === "admin" ? "warn" : "neutral", title: roles[row.role] }) },
          { key: "owner", label: "User", class: "wide-only", render: (row) => row.owner ?? "–" },
          { key: "created", label: "Made", class: "wide-only", render: (row) => time(row.created) }, { key: "used", label: "Used", render: (row) => time(row.used) }, { key: "expires", label: "Ends", render: (row) => time(row.expires) },
          { key: "end", label: "End", hideLabel: true, align: "end", render: (row) => h("button", { class: "button small danger", onclick: () => end(row) }, "End…") },
        ],
      }));
    } catch (error) {
      if (!isAborted(error)) replace(holder, errorBlock(error, () => void load()));
    }
  }

  /** @param {any} row */
  function end(row) {
    const box = dialog({
      title: `End the access of ${row.name || "this login"}`, content: h("p", null, "It ends at once, and so does what it has open."),
      actions: [h("button", { class: "button", onclick: () => box.close() }, "Cancel"), h("button", { class: "button danger", onclick: async () => {
        try {
          await del(`access/${encodeURIComponent(row.id)}`);
          box.close();
          toast("It has ended.", { kind: "good" });
          await load();
        } catch (error) {
          toast(error instanceof Error ? error.message : "It has not ended.", { kind: "bad" });
        }
      } }, "End it")],
    });
  }

  function make() {
    const kind = h("select", { class: "select" }, h("option", { value: "link" }, "A person: a link to log in"), h("option", { value: "bearer" }, "A program: a token"));
    const role = h("select", { class: "select" }, Object.entries(roles).map(([value, says]) => h("option", { value, selected: value === "viewer-own" }, `${value}: ${says}`)));
    const owner = h("input", { class: "input", autocomplete: "off", placeholder: "ann" });
    const name = h("input", { class: "input", autocomplete: "off", required: true, maxlength: "100", placeholder: "Ann" });
    const valid = h("select", { class: "select" }, [[86400, "1 day"], [604800, "1 week"], [2592000, "30 days"], [31536000, "1 year"]].map(([seconds, label]) => h("option", { value: seconds, selected: seconds === 2592000 }, String(label))));
    const ownerField = h("label", { class: "field" }, "User whose rows it may see", owner);
    const drawOwner = () => (ownerField.hidden = role.value !== "viewer-own");
    role.addEventListener("change", drawOwner);
    drawOwner();
    const failed = h("p", { class: "bad", role: "alert" });
    const form = h("form", { class: "form" }, h("label", { class: "field" }, "For", kind), h("label", { class: "field" }, "Name", name), h("label", { class: "field" }, "Role", role), ownerField, h("label", { class: "field" }, "Good for", valid), failed);
    const act = h("button", { class: "button primary", onclick: () => form.requestSubmit() }, "Make it");
    const cancel = h("button", { class: "button", onclick: () => box.close() }, "Cancel");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.reportValidity()) return;
      try {
        const found = await post("access", { kind: kind.value, role: role.value, name: name.value.trim(), valid_seconds: Number(valid.value), ...(role.value === "viewer-own" ? { owner: owner.value.trim() } : {}) });
        const secret = kind.value === "link" ? found.link ?? found.token : found.token;
        replace(form, h("p", { class: "dialog-say" }, kind.value === "link" ? "Send this link to them. It works once." : "Send it as Authorization: Bearer. It is shown this once."),
          h("div", { class: "token" }, h("code", { class: "mono" }, secret), copyButton(secret, "Copy")), h("p", { class: "muted" }, `Ends ${relative(found.expires)}.`));
        replace(cancel, "Done");
        act.remove();
        await load();
      } catch (error) {
        replace(failed, error instanceof Error ? error.message : "Nothing was made.");
      }
    });
    const box = dialog({ title: "Give access", content: form, actions: [cancel, act] });
    name.focus();
  }

  void load();
  return panel({
    title: "Access", id: "access", span: 12, about: "Who is logged in, and the links and tokens that are still good.",
    actions: h("button", { class: "button small", onclick: make }, icon("plus", 14), "Access"), content: holder,
  });
}
