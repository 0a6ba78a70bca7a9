import { queryOptions } from '@tanstack/react-query';
import { ApiError, take, type IntegrityReport, type IntegrityRun } from '#client';
import { openCheckpoint, type Head } from '#app/features/audit/note.ts';
import { client } from '#app/server/client.ts';

const PATH = '/api/v1/audit';
export const INTEGRITY = `${PATH}/integrity`;
export const KEYS = `${PATH}/keys` as const;
export const ARCHIVES = `${PATH}/archives` as const;
export const PERMISSION = 'audit.read';
const POLL_MS = 1000;

/** The newest report of a check that was answered at once. */
export const REPORT_KEY = ['audit', 'report'] as const;

/** Starts a check, and marks what it finds. Short ones are answered at once, long ones go on as a run. */
export async function startCheck(incremental: boolean): Promise<IntegrityReport | IntegrityRun> {
  const query = { updateFlags: true, ...(incremental && { incremental }) };
  return take<IntegrityReport | IntegrityRun>(client.api.GET(INTEGRITY, { params: { query } }));
}

export function isRun(answer: IntegrityReport | IntegrityRun): answer is IntegrityRun {
  return 'status' in answer;
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['audit', 'run', id],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/integrity/runs/{id}`, { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? POLL_MS : false),
  });
}

export function cancelRun(id: string): Promise<unknown> {
  return take(client.api.DELETE(`${PATH}/integrity/runs/{id}`, { params: { path: { id } } }));
}

export const keysQuery = queryOptions({
  queryKey: ['audit', 'keys'],
  queryFn: ({ signal }) => take(client.api.GET(KEYS, { signal })),
});

export interface Checkpoint {
  readonly note: string;
  /** As this browser has verified it; null where it cannot be read. */
  readonly head: Head | null;
}

/** The signed head; null as long as nothing is chained. */
export const checkpointQuery = queryOptions({
  queryKey: ['audit', 'checkpoint'],
  async queryFn({ signal }): Promise<Checkpoint | null> {
    try {
      const note = await take(client.api.GET(`${PATH}/checkpoint`, { parseAs: 'text', signal }));
      const { items } = await take(client.api.GET(`${PATH}/keys`, { signal }));
      return { note, head: await openCheckpoint(note, items) };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'audit.nothing_sealed') return null;
      throw error;
    }
  },
});

export const ARCHIVES_KEY = ['audit', 'archives'] as const;

export const archivesQuery = queryOptions({
  queryKey: ARCHIVES_KEY,
  queryFn: ({ signal }) => take(client.api.GET(ARCHIVES, { signal })),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ status }) => status === 'writing' || status === 'dropping') ? POLL_MS : false,
});

export function createArchive(before: string) {
  return take(client.api.POST(ARCHIVES, { body: { before } }));
}
