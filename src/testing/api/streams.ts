import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from '../app.ts';
import { declareShop } from '../shop.ts';

const PASSWORD = 'correct horse battery staple';

/** A registered and signed-in user of a server that listens. */
export async function register(app: TestApp) {
  await declareShop(app);
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', { email, firstName: 'Sara', lastName: 'A', password: PASSWORD });
  await app.drain();
  const [{ text }] = await app.mailbox(email);
  await app.anonymous.post('/users/verify-email', { email, code: /\b\d{6}\b/.exec(text)?.[0] });
  const { body } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  return { ...app.withToken(body.accessToken), token: body.accessToken, userId: body.user.id };
}

interface Heard {
  readonly id: string | null;
  readonly event: string;
  // oxlint-disable-next-line no-explicit-any -- events of every shape
  readonly data: any;
}

/** Reads server-sent events from a real connection, until it ends. */
export async function listen(t: TestContext, url: string, token: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: abort.signal,
  });
  const events: Heard[] = [];
  let isOver = false;
  void (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (block.includes('data: ')) events.push(toEvent(block));
    }
  })()
    .catch(() => {})
    .finally(() => (isOver = true));
  return { response, events, abort, isOver: () => isOver };
}

function toEvent(block: string): Heard {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
  return { id: field('id'), event: field('event') ?? '', data: JSON.parse(field('data') ?? 'null') };
}

export async function until(isSo: () => boolean, withinMs = 3000): Promise<number> {
  const beganMs = performance.now();
  while (!isSo()) {
    if (performance.now() - beganMs > withinMs) throw new Error(`not within ${withinMs} ms`);
    await sleep(5);
  }
  return performance.now() - beganMs;
}
