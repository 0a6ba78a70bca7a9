import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { UnreadCount } from '#client';
import { client } from '#app/server/client.ts';
import { PATH, showArrival, showCount } from './queries.ts';

const AGAIN_MS = 5000; // after a stream that ended
const REFUSED_MS = 30_000; // after one that was refused: ten windows may be open

/** Hears of new messages as long as the page is visible; a hidden one frees its connection. */
export function useInboxStream(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let current: AbortController | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const onEvent = ({ event, data }: StreamedEvent) => {
      if (event === 'unread') showCount(queries, JSON.parse(data) as UnreadCount);
      if (event === 'message') void showArrival(queries);
    };
    const follow = async ({ signal }: AbortController) => {
      const body = await open(signal);
      if (body) await readEvents(body, onEvent);
      return body ? AGAIN_MS : REFUSED_MS;
    };
    const start = () => {
      const own = (current = new AbortController());
      void follow(own)
        .catch(() => AGAIN_MS)
        .then((pauseMs) => {
          if (!own.signal.aborted) timer = setTimeout(start, pauseMs);
        });
    };
    const stop = () => {
      clearTimeout(timer);
      current?.abort();
    };
    const onVisible = () => (document.hidden ? stop() : start());
    if (!document.hidden) start();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      stop();
    };
  }, [queries]);
}

/** Null where the server refuses. */
async function open(signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
  const { data, response } = await client.api.GET(`${PATH}/stream`, { parseAs: 'stream', signal });
  return response.ok ? ((data as ReadableStream<Uint8Array> | undefined) ?? null) : null;
}

interface StreamedEvent {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events, each of which has one line of data here. Resolves when the stream ends. */
async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: StreamedEvent) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const events = `${rest}${read.value}`.split('\n\n');
    rest = events.pop() ?? '';
    for (const text of events) {
      const lines = text.split('\n');
      const valueOf = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [valueOf('event'), valueOf('data')];
      if (event !== undefined && data !== undefined) onEvent({ event, data });
    }
  }
}
