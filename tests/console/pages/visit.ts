import type { Page } from 'puppeteer-core';
import type { World } from '../screens/world.ts';

export const states = ['list', 'drawer', 'form', 'empty'] as const;
export type StateName = (typeof states)[number];

/** How a page comes into a state. */
export interface Visit {
  /** Below `/console/`. */
  readonly path: (world: World) => string;
  readonly act?: (page: Page) => Promise<void>;
  /** What shows that the state is there, beside what is true of each page in that state. */
  readonly ready?: string;
  /** Before the server has any data. */
  readonly isBefore?: true;
}

/** Why a page cannot be in a state. */
export interface Without {
  readonly without: string;
}

/** What is in the page in each state; a list has rows where it is a table of rows (`ready`). */
export const SIGNS: Readonly<Record<StateName, string>> = {
  list: 'main h1, main h2',
  drawer: '[role=dialog] h2',
  form: '[aria-invalid=true]',
  empty: 'main h1, main h2',
};
export const ROW = 'main tbody [data-row]';

type Path = string | ((world: World) => string);

const toPath = (path: Path) => (typeof path === 'string' ? () => path : path);

export const without = (reason: string): Without => ({ without: reason });

export const at = (path: Path, ready = 'main'): Visit => ({ path: toPath(path), ready });

export const before = (path: string, ready = 'main [data-empty]'): Visit => ({ ...at(path, ready), isBefore: true });

/** The drawer of the first row. */
export const first = (path: Path): Visit => ({ path: toPath(path), act: (page) => page.locator(ROW).click() });

/** A form that is sent as it is. */
export const sent = (path: Path): Visit => ({ path: toPath(path), act: submit });

/** A form that is sent with this in a field, after what opens it was clicked. */
export const wrong = (path: Path, field: string, value: string, opener?: string): Visit => ({
  path: toPath(path),
  act: async (page) => {
    if (opener) await page.locator(opener).click();
    await page.locator(`[name="${field}"]`).fill(value);
    await page.locator(`form:has([name="${field}"]) [type=submit]`).click();
  },
});

async function submit(page: Page): Promise<void> {
  await page.locator(':is([role=dialog], body:not(:has([role=dialog])) main) form [type=submit]').click();
}
