/** Tells the events of a stream that the client keeps open. Runs in a page and in a worker. */
import {
  ApiError,
  type BonyanClient,
  type ListenOptions,
  type ServerEvent,
  type StreamPath,
  type StreamState,
} from '#client';

export type LiveState = StreamState | 'paused';

interface Followed<P extends StreamPath> extends Omit<ListenOptions<P>, 'signal'> {
  readonly path: P;
  readonly onEvent: (event: ServerEvent) => void;
  /** A refusal that would not change: nothing more comes. */
  readonly onRefused?: (refusal: ApiError) => void;
}

export interface Following {
  /** Of the last event that has one. */
  readonly lastEventId: () => string | null;
  readonly close: () => void;
}

/** Follows until it is closed. */
export function keepFollowing<P extends StreamPath>(
  client: Pick<BonyanClient, 'listen'>,
  { path, onEvent, onRefused, ...how }: Followed<P>,
): Following {
  const over = new AbortController();
  const { signal } = over;
  let lastEventId = how.lastEventId ?? null;

  async function run(): Promise<void> {
    for await (const event of client.listen(path, { ...how, signal })) {
      if (signal.aborted) return;
      lastEventId = event.id ?? lastEventId;
      onEvent(event);
    }
  }

  run().catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    if (!signal.aborted) onRefused?.(error);
  });
  return { lastEventId: () => lastEventId, close: () => over.abort() };
}
