// @ts-check
/** The library's own loop asks for every frame as long as there is a graph: here a picture that stands still takes no time of the processor. */

/** How many frames without anything to draw end the loop: enough for an animation to begin and for textures to be made. */
const QUIET = 30;

/** Let the renderer of the library draw until nothing changes, and again when something does. @param {any} library */
export function resting(library) {
  const drawing = library("renderer", "canvas").prototype;
  const { redraw } = drawing;
  drawing.redraw = /** @this {any} @param {any} options */ function (options) {
    redraw.call(this, options);
    this.startRenderLoop();
  };
  drawing.startRenderLoop = /** @this {any} */ function () {
    this.quiet = 0;
    if (this.awake) return;
    this.awake = true;
    const next = (/** @type {number} */ now) => {
      if (this.destroyed) return;
      this.quiet += 1;
      if (!this.cy.batching()) frame(this, now);
      this.skipFrame = false;
      this.awake = this.quiet < QUIET;
      if (this.awake) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  };
}

/** One frame, as the library's loop does it. @param {any} renderer @param {number} now */
function frame(renderer, now) {
  const draws = renderer.requestedFrame && !renderer.skipFrame;
  if (renderer.requestedFrame) renderer.quiet = 0;
  for (const { fn } of [...renderer.beforeRenderCallbacks]) fn(draws, now);
  if (!draws) return;
  const start = performance.now();
  renderer.render(renderer.renderOptions);
  renderer.lastDrawTime = performance.now();
  const took = renderer.lastDrawTime - start;
  renderer.lastRedrawTime = took;
  renderer.averageRedrawTime = ((renderer.averageRedrawTime ?? took) + took) / 2;
  renderer.redrawCount = (renderer.redrawCount ?? 0) + 1;
  renderer.redrawTotalTime = (renderer.redrawTotalTime ?? 0) + took;
  renderer.requestedFrame = false;
}
