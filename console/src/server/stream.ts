/**
 * What the server tells by itself: topics over one stream for the whole browser, and other streams of one page. Both
 * are opened again when they end, and are closed while their tab is hidden.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { ApiError, FollowOptions, ServerEvent, StreamPath } from '#client';
import { settings } from '#app/app/settings.ts';
import { client } from './client.ts';
import { keepFollowing, type LiveState } from './following.ts';
import { useMe } from './session.tsx';
import { createHub, type FromHub, type ToHub } from './stream-hub.ts';

export type { LiveState, ServerEvent };

interface Follower {
  readonly topics: readonly string[];
  readonly onEvent: (event: ServerEvent) => void;
}

/**
 * Follows topics of `GET /api/v1/stream` while it is rendered. Each begins with its state; ask only for topics that the user
 * may follow, since one refusal ends all.
 */
export function useStream(topics: readonly string[], onEvent: (event: ServerEvent) => void): void {
  const { id } = useMe();
  const wanted = topics.join(',');
  const tell = useEffectEvent(onEvent);
  useEffect(() => {
    if (wanted === '') return undefined;
    return linkOf(id).follow({ topics: wanted.split(','), onEvent: (event) => tell(event) });
  }, [id, wanted]);
}

interface HereOptions {
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** Nothing more comes. */
  readonly onRefused: (refusal: ApiError) => void;
}

/** Follows another stream, in this tab, until the function that it returns is called. */
export function followHere<P extends StreamPath>(
  path: P,
  query: FollowOptions<P>['query'],
  { onEvent, onState, onRefused }: HereOptions,
): () => void {
  const key = Symbol(path);
  const show = (state: LiveState) => {
    setLive(key, state);
    onState(state);
  };
  const start = () =>
    keepFollowing(client, {
      path,
      query,
      onEvent,
      onState: show,
      onRefused: (refusal) => {
        setLive(key, null);
        onRefused(refusal);
      },
    });
  let following = document.hidden ? null : start();
  const onVisibility = () => {
    following?.close();
    following = document.hidden ? null : start();
    if (document.hidden) show('paused');
  };
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    following?.close();
    setLive(key, null);
  };
}

let link: { readonly userId: string; readonly follow: (follower: Follower) => () => void } | null = null;

/** A worker belongs to one user: what is told to one is never told to another who signs in later. */
function linkOf(userId: string) {
  if (link?.userId !== userId) link = { userId, follow: createLink(userId) };
  return link;
}

function createLink(userId: string) {
  const followers = new Set<Follower>();
  const key = Symbol(userId);
  const baseUrl = `${location.origin}${settings.prefix}`;
  let port = connect(userId, () => {
    port = connectHere();
    attach();
  });
  let isAway = false;

  function attach(): void {
    port.addEventListener('message', ({ data }: MessageEvent<FromHub>) => void hear(data));
    port.start();
    tell();
  }

  async function hear(message: FromHub): Promise<void> {
    if (message.say === 'token') {
      if (message.isRefused) await client.refresh().catch(() => null);
      const token = await client.accessToken().catch(() => null);
      return port.postMessage({ say: 'token', token } satisfies ToHub);
    }
    if (message.say === 'state') return setLive(key, followers.size > 0 ? message.state : null);
    const { event } = message;
    for (const { topics, onEvent } of followers)
      if (topics.some((topic) => event.event.startsWith(`${topic}.`))) onEvent(event);
  }

  function tell(): void {
    const topics = [...new Set([...followers].flatMap((one) => one.topics))];
    if (topics.length === 0) setLive(key, null);
    const isVisible = !document.hidden && !isAway;
    port.postMessage({ say: 'wants', topics, isVisible, baseUrl } satisfies ToHub);
  }

  attach();
  document.addEventListener('visibilitychange', tell);
  addEventListener('pagehide', () => {
    isAway = true;
    port.postMessage({ say: 'bye' } satisfies ToHub);
  });
  addEventListener('pageshow', () => {
    if (!isAway) return;
    isAway = false; // back from the cache of pages
    tell();
  });
  return (follower: Follower) => {
    followers.add(follower);
    tell();
    return () => {
      followers.delete(follower);
      tell();
    };
  };
}

function connect(userId: string, onFailure: () => void): MessagePort {
  if (!('SharedWorker' in globalThis)) return connectHere();
  const name = `bonyan-stream-${userId}`;
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { type: 'module', name });
  worker.addEventListener('error', onFailure, { once: true });
  return worker.port;
}

function connectHere(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  createHub().join(port2);
  return port1;
}

const live = new Map<symbol, LiveState>();
const listeners = new Set<() => void>();

function setLive(key: symbol, state: LiveState | null): void {
  if (state === null) live.delete(key);
  else live.set(key, state);
  for (const listener of listeners) listener();
}

/** Of all that this tab follows, the worst state; null when it follows nothing. */
export function useLiveState(): LiveState | null {
  return useSyncExternalStore(
    (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    () => (['reconnecting', 'paused', 'connected'] as const).find((one) => [...live.values()].includes(one)) ?? null,
  );
}
