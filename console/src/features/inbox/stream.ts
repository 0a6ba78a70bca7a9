import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ServerEvent, UnreadCount } from '#client';
import { client } from '#app/server/client.ts';
import { keepFollowing } from '#app/server/following.ts';
import { PATH, showArrival, showCount } from './queries.ts';

/** Hears of new messages as long as the page is visible; a hidden one frees its connection. */
export function useInboxStream(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const onEvent = ({ event, data }: ServerEvent) => {
      if (event === 'unread') showCount(queries, data as UnreadCount);
      if (event === 'message') void showArrival(queries);
    };
    const start = () =>
      keepFollowing(client, {
        path: `${PATH}/stream`,
        query: undefined,
        onEvent,
        // What came between the list and the stream, no event tells.
        onState: (state) => void (state === 'connected' && showArrival(queries)),
      });
    let following = document.hidden ? null : start();
    const onVisible = () => {
      following?.close();
      following = document.hidden ? null : start();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      following?.close();
    };
  }, [queries]);
}
