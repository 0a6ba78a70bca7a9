import { useMemo } from 'react';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { LogsSearch } from './search.ts';

const PLACE = '00000000-0000-0000-0000-000000000000';

/** Goes to other views of the page. Links are plain texts: thousands of lines have one each. */
export function useGo() {
  const router = useRouter();
  const search: LogsSearch = useSearch({ strict: false });
  const base = useMemo(
    () => router.buildLocation({ to: '/logs', search: { ...search, open: PLACE, tab: undefined } }).href,
    [router, search],
  );
  const goes = useMemo(() => {
    const change = (next: Partial<LogsSearch>) =>
      void router.navigate({ to: '/logs', search: (now: object) => ({ ...now, ...next }) });
    const open = (id: string | undefined) => change({ open: id, ...(id === undefined && { tab: undefined }) });
    return { change, open };
  }, [router]);
  return { ...goes, hrefOf: (id: string) => base.replace(PLACE, id) };
}
