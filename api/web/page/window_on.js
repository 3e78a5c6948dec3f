// @ts-check
/** For whoever tests the picture. */

import { svgOf } from "./svg_export.js";

/** @param {any} screen */
export function windowOn(screen) {
  const { model, graph } = screen;
  const place = (/** @type {any} */ drawn) => ({ x: Math.round(drawn.position("x")), y: Math.round(drawn.position("y")) });
  Object.assign(window, { zeren: {
    drawn: () => (graph.cy ? model.shown().filter((node) => graph.cy.getElementById(node.id).nonempty()).map((node) => ({ id: node.id, kind: node.kind, ...place(graph.cy.getElementById(node.id)), label: graph.cy.getElementById(node.id).data("label"), classes: graph.cy.getElementById(node.id).classes() })) : []),
    chips: () => graph.cy.nodes(".chip").map((/** @type {any} */ chip) => ({ id: chip.id(), label: chip.data("label"), size: chip.data("size") * graph.cy.zoom() })),
    zoom: () => graph.cy.zoom(),
    broken: () => graph.cy.elements("edge, .chip").toArray().flatMap((/** @type {any} */ each) => ["label", "sourceLabel", "targetLabel"].flatMap((label) => each._private.rscratch[`${label}WrapCachedLines`] ?? [])),
    letters: () => graph.cy.nodes().not(".chip").map((/** @type {any} */ node) => node.data("size") * graph.cy.zoom()),
    labels: () => graph.cy.edges().map((/** @type {any} */ edge) => edge.data("size") * graph.cy.zoom()),
    lines: () => graph.cy.edges().map((/** @type {any} */ edge) => ({ label: edge.data("label"), classes: edge.classes(), from: edge.source().id(), to: edge.target().id() })),
    ties: () => screen.tools.tieRows().length,
    opened: (/** @type {string} */ id) => Boolean(model.nodes.get(id)?.opened),
    svg: () => svgOf(screen),
    lit: () => [...graph.lit],
    box: (/** @type {string} */ id) => graph.cy.getElementById(id).renderedBoundingBox({ includeLabels: false, includeOverlays: false }),
    seen: () => { const { x1, x2, y1, y2 } = graph.cy.extent(); return graph.cy.nodes().every((/** @type {any} */ each) => each.position("x") > x1 && each.position("x") < x2 && each.position("y") > y1 && each.position("y") < y2); },
    tap: (/** @type {string} */ id) => void graph.cy.getElementById(id).emit("tap"),
  } });
}
