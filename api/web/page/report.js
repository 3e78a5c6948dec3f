// @ts-check
/** Reports for supervision: the funnel from listing to execution, by county and department, with small charts. Counts alone. */

import * as api from "./api.js";
import * as state from "./state.js";
import { bars } from "./charts.js";
import { dayField } from "./day_field.js";
import { h, loading, put } from "./dom.js";
import { tableView } from "./table.js";
import { has, label, t, territory, today } from "./words.js";

const STEPS = ["1 decisions", "2 findings", "3 restrictions", "4 bound", "5 told", "6 executed"];
const said = (/** @type {string} */ text) => (has(`report.${text}`) ? t(`report.${text}`) : text);

const placed = (/** @type {string} */ key) => (/^0+$/.test(key) ? t("report.unknown") : /^\d+$/.test(key) ? territory(key) : said(key));

/** An act on an objection or a repair, as the service names its kind. @param {any} row */
const caseStep = (row) => (has(`report.${row.measure_of}`) ? said(row.measure_of) : label("event", row.measure_of));
const caseName = (/** @type {any} */ row) => `${said(row.key)} · ${caseStep(row)}`;

/** @param {any} host @param {any} now */
export async function reportPage(host, now) {
  const since = now.since || `${+today().slice(0, 4) - 3}-01-01`;
  const until = now.until || today();
  const field = (/** @type {string} */ key, /** @type {string} */ value) => h("label", { for: `report-${key}` }, t(`report.${key}`), dayField({ id: `report-${key}`, value }, (day) => state.set({ [key]: day || undefined })).node);
  const body = h("div", null, loading(t("report.loading")));
  put(host, h("h1", null, t("work.report")), h("p", { class: "lead-in" }, t("report.help")), h("div", { class: "filters" }, field("since", since), field("until", until)), body);
  const [answer, known] = await Promise.all([api.worded("report", { since, until }), api.worded("purposes", {})]);
  const sum = (/** @type {string} */ section, /** @type {(row: any) => string} */ by) => {
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const row of answer.rows.filter((each) => each.section === section)) found.set(by(row), (found.get(by(row)) || 0) + row.count);
    return found;
  };
  const funnel = sum("funnel", (row) => row.measure_of);
  const counties = new Map([...sum("funnel", (row) => (row.measure_of === STEPS[0] ? row.key : ""))].filter(([key]) => key));
  const units = new Map([...sum("department", (row) => (row.measure_of === "tasks" ? row.key : ""))].filter(([key]) => key));
  const cases = new Map([...sum("case", (row) => caseName(row))].filter(([, count]) => count));
  const tones = ["", "", "", "strong", "strong", "strong"];
  const items = (/** @type {Map<string, number>} */ map, /** @type {(key: string) => string} */ name = (key) => key) => [...map].sort((a, b) => b[1] - a[1]).map(([key, value]) => ({ label: name(key), value }));
  put(body,
    h("div", { class: "charts" },
      bars(t("report.funnel"), STEPS.map((step, i) => ({ label: said(step), value: funnel.get(step) || 0, tone: tones[i] }))),
      counties.size ? bars(t("report.counties"), items(counties, (key) => placed(key))) : null,
      units.size ? bars(t("report.units"), items(units, (key) => known.units[key] || key)) : h("p", { class: "state" }, t("report.no_tasks")),
      cases.size ? bars(t("report.cases"), items(cases)) : h("p", { class: "state" }, t("report.no_cases"))),
    tableView(t("work.report"), [
      { key: "section", title: t("column.section"), text: (r) => said(`section.${r.section}`) },
      { key: "key", title: t("column.key"), text: (r) => known.units[r.key] || placed(r.key) },
      { key: "of", title: t("column.counted"), text: (r) => (r.section === "case" ? caseStep(r) : (r.section === "refusal" && known.refusals[r.measure_of]) || (r.section === "lookup" && known.purposes[r.measure_of]) || said(r.measure_of)) },
      { key: "count", title: t("column.count"), text: (r) => String(r.count), sort: (r) => r.count },
    ], answer.rows.map((row, id) => ({ ...row, id })), { none: t("report.none") }));
}
