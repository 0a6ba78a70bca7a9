import type { Page } from 'puppeteer-core';

/** Code, ids, addresses and what people have written keep their digits. */
const OWN = 'bdi, code, pre, kbd, svg, textarea, [dir=ltr], .font-mono, [lang=en]';

/**
 * Visible texts with Latin digits on a page in Persian, one line for each: numbers that did not go through the formatter.
 * Digits of a Latin word (`p95`, `OpenAPI 3.1.0`) or an e-mail address belong to it.
 */
export async function latinDigits(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement: parent } = walker.currentNode;
      if (!/[0-9]/.test(data.replace(/[\\w.+-]+@[\\w.-]+|[A-Za-z][\\w.:+/-]*( \\d+(\\.\\d+)+)?|\\d+[A-Za-z]+/g, ''))) continue;
      if (!parent.closest('${OWN}') && parent.checkVisibility()) found.add(data.trim());
    }
    return [...found];
  })()`)) as string[];
}
