import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';

const PAUSE_MS = 100;
const UNFINISHED = '.crdownload';

interface Saved {
  readonly name: string;
  readonly content: Buffer;
}

/** Where the browser of this page, and no other, saves what it downloads until the test ends. */
export async function saveDownloads(t: TestContext, page: Page) {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-downloads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const devtools = await page.browser().target().createCDPSession();
  const { id } = page.browserContext();
  const ofContext = id === undefined ? {} : { browserContextId: id };
  await devtools.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, ...ofContext });

  /** Null as long as it is not whole: Chromium begins with an empty file of its name. */
  async function findSaved(): Promise<Saved | null> {
    for (const name of await readdir(folder)) {
      if (name.endsWith(UNFINISHED)) continue;
      const content = await readFile(join(folder, name));
      if (content.length === 0) continue;
      await rm(join(folder, name));
      return { name, content };
    }
    return null;
  }

  return {
    /** The next file that was saved; `meanwhile` is done again and again until it is there. */
    async saved(meanwhile: () => Promise<unknown> = async () => {}): Promise<Saved> {
      for (;;) {
        await meanwhile();
        const found = await findSaved();
        if (found !== null) return found;
        await pause(PAUSE_MS);
      }
    },
  };
}
