/**
 * One stream for all pages that are connected to it: in a SharedWorker for all tabs of a browser, else in each tab for
 * itself. A page says which topics it wants and whether it is visible, and lends its token for each connection.
 */
import { createClient, type ApiError, type ServerEvent } from '#client';
import { keepFollowing, type Following, type LiveState } from './following.ts';

/** From a page. `bye`: it is gone. */
export type ToHub =
  | { readonly say: 'wants'; readonly topics: readonly string[]; readonly isVisible: boolean; readonly baseUrl: string }
  | { readonly say: 'token'; readonly token: string | null }
  | { readonly say: 'bye' };
export type FromHub =
  | { readonly say: 'event'; readonly event: ServerEvent }
  | { readonly say: 'state'; readonly state: LiveState }
  /** `isRefused`: the last one is not accepted any more. */
  | { readonly say: 'token'; readonly isRefused: boolean };

interface Tab {
  topics: readonly string[];
  isVisible: boolean;
  readonly tell: (message: FromHub) => void;
  /** Connections that wait for its token. */
  readonly asking: Set<(token: string | null) => void>;
}

const GATHER_MS = 100; // one page goes and the next one comes: one change
const ANSWER_MS = 5000; // a tab that does not answer for so long has crashed

export function createHub() {
  const tabs = new Set<Tab>();
  const states = new Map<string, ServerEvent>(); // the last event of each name that has no place: a state
  let following: Following | null = null;
  let opened: readonly string[] = [];
  let lastEventId: string | null = null;
  let isRefused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LiveState | null = null; // not known yet
  let baseUrl = '';

  function join(port: MessagePort): void {
    const tab: Tab = { topics: [], isVisible: true, tell: (message) => port.postMessage(message), asking: new Set() };
    tabs.add(tab);
    port.addEventListener('message', ({ data }: MessageEvent<ToHub>) => hear(tab, data));
    port.start();
  }

  function hear(tab: Tab, message: ToHub): void {
    if (message.say === 'token') {
      tabs.add(tab); // late, and not gone
      for (const answer of tab.asking) answer(message.token);
      return;
    }
    if (message.say === 'bye') {
      tabs.delete(tab);
    } else {
      ({ baseUrl } = message);
      tabs.add(tab);
      const isNew = (topic: string) => !tab.isVisible || !tab.topics.includes(topic);
      const added = message.topics.filter(isNew);
      Object.assign(tab, { topics: message.topics, isVisible: message.isVisible });
      // What others follow already has told its state before.
      for (const event of states.values())
        if (following && added.some((topic) => isOf(event, topic))) tab.tell({ say: 'event', event });
      const own = tab.isVisible ? state : 'paused';
      if (own) tab.tell({ say: 'state', state: own });
    }
    clearTimeout(timer);
    timer = setTimeout(settle, GATHER_MS);
  }

  /** Opens, widens or closes the stream, as the visible tabs want it. */
  function settle(): void {
    const wanted = [...new Set([...tabs].filter(({ isVisible }) => isVisible).flatMap(({ topics }) => topics))];
    if (following && wanted.length > 0 && wanted.every((topic) => opened.includes(topic))) return;
    lastEventId = following?.lastEventId() ?? lastEventId;
    following?.close();
    following = null;
    state = null;
    states.clear();
    if (wanted.length === 0) return;
    opened = wanted;
    following = keepFollowing(createClient({ baseUrl, token: askToken, retry: { attempts: 1 } }), {
      path: '/api/v1/stream',
      query: { topics: opened.join(',') },
      lastEventId,
      onEvent: spread,
      onState: change,
      asksAgain,
    });
  }

  /** The next token may be accepted, and a right may come back. */
  function asksAgain({ status }: ApiError): boolean {
    isRefused = status === 401;
    return true;
  }

  /** Of a visible tab; those that do not answer are forgotten. */
  async function askToken(): Promise<string | null> {
    for (const tab of [...tabs].filter(({ isVisible }) => isVisible).toReversed()) {
      const { promise, resolve } = Promise.withResolvers<string | null>();
      tab.asking.add(resolve);
      tab.tell({ say: 'token', isRefused });
      const silence = setTimeout(() => (tabs.delete(tab), resolve(null)), ANSWER_MS);
      const token = await promise;
      clearTimeout(silence);
      tab.asking.delete(resolve);
      if (token !== null) return token;
    }
    return null;
  }

  function spread(event: ServerEvent): void {
    if (event.id === null) states.set(event.event, event);
    for (const tab of tabs)
      if (tab.isVisible && tab.topics.some((topic) => isOf(event, topic))) tab.tell({ say: 'event', event });
  }

  function change(next: LiveState): void {
    state = next;
    if (next === 'connected') isRefused = false;
    for (const tab of tabs) if (tab.isVisible) tab.tell({ say: 'state', state: next });
  }

  return { join };
}

function isOf({ event }: ServerEvent, topic: string): boolean {
  return event.startsWith(`${topic}.`);
}
