// What keeps a page up to date while somebody looks at it.

/**
 * Calls a function again and again, while the page is visible and until it is left. The next call is planned when the one before
 * has ended; a failure makes the pause longer, up to a minute.
 *
 * @param {function(): Promise} look
 * @param {{every: number|function(): number, signal: AbortSignal}} options milliseconds, or a function that says them anew each time
 * @returns {function} looks now
 */
export function live(look, { every, signal }) {
  const pause = typeof every === "function" ? every : () => every;
  let timer;
  let failures = 0;
  let looking = false;
  let again = false;

  async function now() {
    clearTimeout(timer);
    if (signal.aborted) {
      return;
    }
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      await look();
      failures = 0;
    } catch (error) {
      if (error.name !== "ApiError" && error.name !== "AbortError") {
        throw error;
      }
      failures++;
    } finally {
      looking = false;
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    if (signal.aborted || document.visibilityState !== "visible") {
      return;
    }
    const wait = again ? 0 : Math.min(60_000, pause() * 2 ** Math.min(failures, 5));
    again = false;
    timer = setTimeout(now, wait);
  }

  const changed = () => (document.visibilityState === "visible" ? now() : clearTimeout(timer));
  document.addEventListener("visibilitychange", changed, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  plan();
  return now;
}
