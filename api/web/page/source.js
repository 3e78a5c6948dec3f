// @ts-check
/** Down to the source row: what a statement says, where it was read, and every wording of it. */

import * as api from "./api.js";
import { button, copy, dialog, failed, h, link, loading, put } from "./dom.js";
import { momentText, t } from "./words.js";

/** Where a statement was read, as a link to the statement itself. @param {{id: string, source: string, file: string, row: number}} item */
export function sourceLink(item) {
  const text = item.file ? t("source.row", { file: item.file, row: item.row }) : item.source || t("source.open");
  if (!api.may("fact.read")) return h("span", { class: "source", title: item.source }, text);
  return link(text, () => openSource(item.id), { class: "link source", title: item.source, "aria-label": `${t("source.open")}: ${item.source} ${text}` });
}

/** @param {string} id */
export function openSource(id) {
  return dialog(t("source.title"), () => {
    const body = h("div", null, loading());
    const load = () => api.fact(id).then((found) => put(body, content(found)), (error) => put(body, failed(error, load)));
    load();
    return body;
  }, { wide: true });
}

function content(found) {
  return [
    h("p", { class: "said" }, found.text),
    h(
      "dl",
      { class: "facts" },
      row(t("source.source"), found.source), row(t("source.file"), found.file), row(t("source.row_number"), found.row || ""),
      row(t("source.id"), h("code", null, found.id)), row(t("source.recorded"), momentText(found.recorded_at)),
      row(t("source.version"), found.version), found.flags.length ? row(t("source.flags"), found.flags.join(", ")) : null,
    ),
    h("h3", null, t("source.values")),
    h("pre", { class: "values", tabindex: 0 }, JSON.stringify(found.value, null, 2)),
    h("h3", null, t("source.wordings", { count: found.history.length })),
    h(
      "ol",
      { class: "wordings" },
      found.history.map((each) => h("li", null, `${momentText(each.recorded_at)} · ${t(`operation.${each.operation}`)} · ${each.file} ${each.row || ""}`, each.reason ? ` · ${each.reason}` : "")),
    ),
    h("p", { class: "acts" }, button(t("act.copy"), () => copy(`${found.text}\n${found.source} · ${found.file} · ${found.row} [${found.id}]`))),
  ];
}

const row = (/** @type {string} */ name, /** @type {any} */ value) => (value === "" || value === null ? null : [h("dt", null, name), h("dd", null, value)]);
