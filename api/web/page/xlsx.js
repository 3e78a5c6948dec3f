// @ts-check
/** A workbook of one sheet, written here: a file of six parts, packed without compression: text, and shares as percentages to count with. */

import { xml } from "./exporting.js";
import { tame } from "./table.js";
import { wide } from "./words.js";

const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** How a head, and a percentage with so many digits, looks: the places of `cellXfs`. */
const HEADING = 1;
const DIGITS = { 0: 2, 2: 3, 4: 4 };
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0000%"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">${[[0, 0], [0, 1], [9, 0], [10, 0], [164, 0]].map(([form, font]) => `<xf numFmtId="${form}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>`).join("")}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** A cell: one percentage is a number, anything else text. @param {string} text @param {boolean} heads */
function cell(text, heads) {
  const [, whole, part = ""] = /^(\d+)(?:\.(\d+))?%$/.exec(text) || [];
  if (whole === undefined) return `<c${heads ? ` s="${HEADING}"` : ""} t="inlineStr"><is><t xml:space="preserve">${xml(tame(text))}</t></is></c>`;
  return `<c s="${DIGITS[part.length > 2 ? 4 : part.length ? 2 : 0]}"><v>${Number((Number(`${whole}.${part}`) / 100).toPrecision(12))}</v></c>`;
}

/** The first of the rows is the head: it stays where the others are scrolled. @param {string} name @param {string[][]} rows */
export function workbook(name, rows) {
  const lines = rows.map((row, i) => `<row r="${i + 1}">${row.map((text) => cell(text, !i)).join("")}</row>`);
  const widths = (rows[0] || []).map((_, column) => Math.min(Math.max(...rows.map((row) => wide(row[column] || ""))) + 2, 60));
  const columns = widths.length ? `<cols>${widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join("")}</cols>` : "";
  const sheet = name.replace(/[\\/*?:[\]]/g, " ").slice(0, 31);
  return packed({
    "[Content_Types].xml": `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
    "_rels/.rels": `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="${xml(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": STYLES,
    "xl/worksheets/sheet1.xml": `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns}<sheetData>${lines.join("")}</sheetData></worksheet>`,
  });
}

/** Files in a zip, stored as they are. @param {Record<string, string>} files */
function packed(files) {
  const encoder = new TextEncoder();
  /** @type {Uint8Array[]} */ const parts = [];
  /** @type {Uint8Array[]} */ const index = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [encoder.encode(name), encoder.encode(text)];
    const common = [20, 0x800, 0, 0, 0x21]; // version, names in UTF-8, stored, time and date
    const sizes = [crc(bytes), bytes.length, bytes.length];
    const local = numbers([[0x04034b50, 4], ...common.map((v) => [v, 2]), ...sizes.map((v) => [v, 4]), [path.length, 2], [0, 2]]);
    index.push(numbers([[0x02014b50, 4], [20, 2], ...common.map((v) => [v, 2]), ...sizes.map((v) => [v, 4]), [path.length, 2], [0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), path);
    parts.push(local, path, bytes);
    at += local.length + path.length + bytes.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = numbers([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]]);
  return new Blob([...parts, ...index, end], { type: `${TYPE}.sheet` });
}

/** Little-endian numbers. @param {number[][]} values */
function numbers(values) {
  const out = new Uint8Array(values.reduce((sum, [, wide]) => sum + wide, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [value, wide] of values) {
    if (wide === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += wide;
  }
  return out;
}
