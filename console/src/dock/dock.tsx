import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createMeter, LEFT, type Entry, type Progress, type Work } from './work.ts';

const SHOWN_MS = 200; // a report is shown five times a second at most
const KEPT_MS = 10_000; // what has gone well goes by itself

interface Dock {
  /**
   * Puts a long work at the end of the page, with bar, count, rate, time left and Cancel. Returns at once.
   *
   *     const dock = useDock();
   *     dock.start({
   *       title: say.replaying(fmt.number(ids.length)),
   *       run: async (report, signal) => {
   *         for (const [at, id] of ids.entries()) {
   *           signal.throwIfAborted();
   *           await take(client.api.POST(PATH, { params: { path: { id } }, signal }));
   *           report({ done: at + 1, total: ids.length });
   *         }
   *         await queries.invalidateQueries({ queryKey: LISTS });
   *         return say.replayed(fmt.number(ids.length));
   *       },
   *     });
   *
   * The work goes on when the user goes to another page of the console. It does not survive a reload: the browser asks before
   * one, unless the work `isOnServer`; then what started it may find it again. Signing out ends it. `run` must not use state of a component that may be gone.
   */
  readonly start: (work: Work) => void;
}

interface Entries {
  readonly entries: readonly Entry[];
  readonly cancel: (id: number) => void;
  readonly again: (id: number) => void;
  readonly hold: (id: number) => void;
  readonly go: (id: number) => void;
  readonly close: (id: number) => void;
}

const DockContext = createContext<Dock | null>(null);
const EntriesContext = createContext<Entries | null>(null);

interface Running {
  readonly stop: AbortController;
  readonly meter: ReturnType<typeof createMeter>;
  latest: Progress | null;
  timer: ReturnType<typeof setTimeout> | null;
}

export function DockProvider({ children }: { readonly children: ReactNode }) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const running = useRef(new Map<number, Running>());
  const lastId = useRef(0);

  const change = useCallback(
    (id: number, part: Partial<Entry>) =>
      setEntries((before) => before.map((one) => (one.id === id ? { ...one, ...part } : one))),
    [],
  );
  const close = useCallback((id: number) => setEntries((before) => before.filter((one) => one.id !== id)), []);

  const run = useCallback(
    async (id: number, work: Work) => {
      const own: Running = { stop: new AbortController(), meter: createMeter(), latest: null, timer: null };
      running.current.set(id, own);
      const show = () => {
        own.timer = null;
        if (own.latest) change(id, { progress: own.latest, rate: own.meter.add(own.latest.done) });
      };
      const report = (progress: Progress) => {
        own.latest = progress;
        own.timer ??= setTimeout(show, SHOWN_MS);
      };
      try {
        const outcome = (await work.run(report, own.stop.signal)) ?? null;
        if (own.stop.signal.aborted) return change(id, { state: 'cancelled' });
        change(id, { state: 'done', outcome });
      } catch (error) {
        change(id, own.stop.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error });
        if (!own.stop.signal.aborted) return;
      } finally {
        if (own.timer !== null) clearTimeout(own.timer);
        running.current.delete(id);
      }
      if (!work.isKept) setTimeout(() => close(id), KEPT_MS);
    },
    [change, close],
  );

  const dock = useMemo(
    () => ({
      start(work: Work) {
        const id = ++lastId.current;
        const entry: Entry = { id, work, state: 'running', progress: null, rate: null, outcome: null, error: null };
        setEntries((before) => [...before, entry]);
        void run(id, work);
      },
    }),
    [run],
  );

  const actions = useMemo(() => {
    const find = (id: number) => entries.find((one) => one.id === id);
    return {
      entries,
      cancel: (id: number) => running.current.get(id)?.stop.abort(),
      again(id: number) {
        const entry = find(id);
        if (!entry) return;
        change(id, { state: 'running', progress: null, rate: null, error: null });
        void run(id, entry.work);
      },
      hold(id: number) {
        find(id)?.work.pause?.hold();
        change(id, { state: 'paused', rate: null });
      },
      go(id: number) {
        running.current.get(id)?.meter.reset();
        change(id, { state: 'running' });
        find(id)?.work.pause?.go();
      },
      close,
    };
  }, [entries, change, close, run]);

  useEffect(() => {
    const all = running.current;
    return () => {
      for (const { stop } of all.values()) stop.abort(LEFT);
    };
  }, []);

  const wouldBeLost = entries.some(
    ({ state, work }) => (state === 'running' || state === 'paused') && !work.isOnServer,
  );
  useEffect(() => {
    if (!wouldBeLost) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [wouldBeLost]);

  return (
    <DockContext value={dock}>
      <EntriesContext value={actions}>{children}</EntriesContext>
    </DockContext>
  );
}

/** Starts long works; see `start`. */
export function useDock(): Dock {
  const dock = use(DockContext);
  if (!dock) throw new Error('useDock is used outside of DockProvider');
  return dock;
}

export function useEntries(): Entries {
  const entries = use(EntriesContext);
  if (!entries) throw new Error('useEntries is used outside of DockProvider');
  return entries;
}
