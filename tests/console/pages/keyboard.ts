import type { Page } from 'puppeteer-core';

/** What one can use: in an open dialog, only what is in it. Tabs and cells of a grid are one stop; arrows move within. */
const CONTROLS = `(() => {
  const dialogs = document.querySelectorAll('[role=dialog], [role=alertdialog]');
  const root = dialogs[dialogs.length - 1] ?? document;
  return [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && one.checkVisibility({ visibilityProperty: true }) && !one.matches(':disabled')
      && !one.closest('[inert], [aria-hidden=true]') && !one.matches('[tabindex="-1"]:not(a, button, input, select, textarea)')
      && !one.hasAttribute('data-radix-focus-guard')
      && !one.matches('[type=file][tabindex="-1"]'); // a button opens it
  });
})()`;
const NAME_OF = `(one) => one.outerHTML.slice(0, 140)`;

/** Notes in \`window.visits\` what gets the focus, and whether one sees it: a ring on it, or on what it is drawn by. */
const WATCH = `(() => {
  window.wanted = ${CONTROLS};
  window.visits = new Map();
  const hasRing = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  };
  document.addEventListener('focusin', ({ target }) => {
    if (document.activeElement !== target) return; // a list of tabs hands it on
    const drawn = [target, target.parentElement, target.nextElementSibling, target.closest('label')];
    window.visits.set(target, target.matches(':focus-visible') && drawn.some((one) => one && hasRing(one)));
  }, { signal: (window.watching = new AbortController()).signal });
  return window.wanted.length;
})()`;

const FAULTS = `(() => {
  window.watching.abort();
  const nameOf = ${NAME_OF};
  const { visits, wanted } = window;
  const group = (one) => one.closest('[role=tablist], [role=grid], [role=radiogroup], [role=listbox], [role=menu]')
    ?? (one.type === 'radio' ? one.closest('fieldset, form') : null);
  const groups = new Set([...visits.keys()].map(group).filter((one) => one !== null));
  const isWithin = (one) => groups.has(group(one));
  const faults = wanted.filter((one) => one.isConnected && !visits.has(one) && !isWithin(one)).map((one) => 'no Tab leads to ' + nameOf(one));
  for (const [one, isSeen] of visits) {
    if (!one.isConnected || !wanted.includes(one)) continue;
    if (!isSeen) faults.push('the focus is not seen on ' + nameOf(one));
    one.focus();
    const { left, top, width, height } = one.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    const isCovered = over && !one.contains(over) && !over.contains(one) && !over.closest('label')?.contains(one)
      && getComputedStyle(over).pointerEvents !== 'none' && ['fixed', 'sticky'].includes(positionOf(over));
    if (isCovered) faults.push(nameOf(over) + ' covers ' + nameOf(one));
  }
  function positionOf(one) {
    for (let at = one; at; at = at.parentElement)
      if (['fixed', 'sticky'].includes(getComputedStyle(at).position)) return getComputedStyle(at).position;
    return 'static';
  }
  return faults;
})()`;

/** What sticks out of the window where nothing can be scrolled sideways to it. */
const CLIPPED = `${CONTROLS}.filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  if (left >= -1 && right <= innerWidth + 1) return false;
  for (let at = one.parentElement; at && at !== document.body; at = at.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return false;
  return getComputedStyle(one).position !== 'absolute' || !one.matches('.sr-only, .sr-only *');
}).map((one) => 'it is not in the window: ' + (${NAME_OF})(one))`;

/** What the keyboard alone cannot reach or does not show, and what is out of the window, at the width of the window. */
export async function keyboardFaults(page: Page): Promise<string[]> {
  const count = Number(await page.evaluate(WATCH));
  await Promise.all(Array.from({ length: count * 1.5 + 20 }, () => page.keyboard.press('Tab')));
  return [...((await page.evaluate(FAULTS)) as string[]), ...((await page.evaluate(CLIPPED)) as string[])];
}
