import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ApiError, LogEvent } from '#client';
import { isFreeKey } from '#app/app/frame/keys.ts';
import { followHere, type ServerEvent } from '#app/server/stream.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure } from '#app/ui/states.tsx';
import type { Range } from '#app/range/range.ts';
import { EventDrawer } from '../drawer.tsx';
import { useGo } from '../go.ts';
import { Lines, type LogLine } from '../lines.tsx';
import { toTextFilter } from '../queries.ts';
import { append, emptyRing, type Ring } from './ring.ts';
import { words } from '../words.ts';

const FLUSH_MS = 200; // lines of a burst are shown together
const TOLD_MS = 5000; // a screen reader hears of new lines at most so often

interface TailProps {
  readonly query: string;
  readonly range: Range;
  readonly openId: string | undefined;
}

/** Lines as they arrive, the newest at the bottom. It follows only while its end is seen. */
export function Tail({ query, range, openId }: TailProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { open } = useGo();
  const scroller = useRef<HTMLDivElement>(null);
  const [isPaused, setPaused] = useState(false);
  const [isAtEnd, setAtEnd] = useState(true);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [ring, setRing] = useTail(query, isPaused, setRefusal);
  const [seen, setSeen] = useState(0);
  const isFollowing = isAtEnd && !isPaused;
  const fresh = isFollowing ? 0 : ring.received - seen;
  const freshText = fresh === 1 ? say.freshOne : say.fresh(fmt.number(fresh));
  const told = useSeldom(fresh > 0 ? freshText : '');

  // Before it is painted: what is read stays where it is when older lines are dropped above it.
  const shown = useRef(ring);
  useLayoutEffect(() => {
    const { current: element } = scroller;
    const droppedNow = ring.dropped - shown.current.dropped;
    shown.current = ring;
    if (!element) return;
    if (isFollowing) element.scrollTop = element.scrollHeight;
    else if (droppedNow > 0) element.scrollTop -= (droppedNow * element.scrollHeight) / Math.max(1, ring.lines.length);
  }, [ring, isFollowing]);

  const scrolled = (isEnd: boolean) => {
    if (isEnd !== isAtEnd && !isEnd) setSeen(ring.received);
    setAtEnd(isEnd);
  };
  const pause = (next: boolean) => {
    if (next && isAtEnd) setSeen(ring.received);
    if (!next) setAtEnd(true);
    setPaused(next);
  };
  useSpace(() => pause(!isPaused));
  if (refusal) return <Failure error={refusal} permission="logging.events.read" />;
  return (
    <div className="grid min-w-0 content-start gap-2">
      <div className="border-line relative min-h-80 overflow-hidden rounded-xl border">
        {ring.lines.length === 0 && (
          <p className="text-ink3 absolute inset-0 grid place-items-center px-6 text-center">{say.waiting}</p>
        )}
        <Lines lines={ring.lines} label={say.tail} openId={openId} scroller={scroller} isLog onScroll={scrolled} />
        {fresh > 0 && (
          <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
            <Button look="primary" className="pointer-events-auto rounded-full! shadow-xl" onClick={() => pause(false)}>
              <Icon name="down" />
              {freshText}
            </Button>
          </div>
        )}
      </div>
      <p role="status" className="sr-only">
        {told}
      </p>
      <div className="text-meta text-ink3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <Button aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
          <Icon name={isPaused ? 'play' : 'pause'} />
          {isPaused ? say.resume : say.pause}
          <kbd className="border-line2 text-label rounded border px-1">{say.space}</kbd>
        </Button>
        <Button look="quiet" onClick={() => (setRing(emptyRing), setSeen(0))}>
          {say.clear}
        </Button>
        <p>{say.shown(fmt.number(ring.lines.length))}</p>
        {ring.dropped > 0 && <p className="text-warn">{say.dropped(fmt.number(ring.dropped))}</p>}
      </div>
      {openId !== undefined && (
        <EventDrawer
          id={openId}
          ids={ring.lines.flatMap(({ key, event }) => (event ? [key] : []))}
          range={range}
          onGo={open}
        />
      )}
    </div>
  );
}

/** While it is paused, lines wait; as many as are kept. */
function useTail(query: string, isPaused: boolean, onRefused: (refusal: ApiError | null) => void) {
  const say = useTexts(words);
  const [ring, setRing] = useState<Ring>(emptyRing);
  const waiting = useRef<Ring>(emptyRing);
  const notes = useRef(0);
  const texts = useRef(say);
  useEffect(() => void (texts.current = say), [say]);

  useEffect(() => {
    const add = (line: LogLine) => void (waiting.current = append(waiting.current, [line]));
    const note = (text: string) => add({ key: `note-${notes.current++}`, event: null, note: text });
    let wasCut = false;
    setRing(emptyRing);
    waiting.current = emptyRing;
    onRefused(null);
    return followHere('/api/v1/logging/tail', toTextFilter(query), {
      onEvent: ({ event, data }: ServerEvent) => {
        if (event === 'skipped') return note(texts.current.skipped);
        const line = data as LogEvent; // as openapi.json describes the events of this stream
        add({ key: line.id, event: line });
      },
      onState: (state) => {
        if (state === 'connected' && wasCut) note(texts.current.gap);
        wasCut = state !== 'connected';
      },
      onRefused,
    });
  }, [query, onRefused]);

  useEffect(() => {
    if (isPaused) return undefined;
    const flush = () => {
      const { lines, dropped } = waiting.current;
      if (lines.length === 0) return;
      waiting.current = emptyRing;
      setRing((now) => append({ ...now, dropped: now.dropped + dropped, received: now.received + dropped }, lines));
    };
    flush();
    const timer = setInterval(flush, FLUSH_MS);
    return () => clearInterval(timer);
  }, [isPaused]);

  // While it is paused, the pill counts what waits.
  const [held, setHeld] = useState(0);
  useEffect(() => {
    if (!isPaused) return undefined;
    const timer = setInterval(() => setHeld(waiting.current.received), FLUSH_MS);
    return () => (clearInterval(timer), setHeld(0));
  }, [isPaused]);
  return [isPaused ? { ...ring, received: ring.received + held } : ring, setRing] as const;
}

function useSpace(onSpace: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isOnButton = event.target instanceof HTMLElement && event.target.closest('button, summary') !== null;
      if (event.key !== ' ' || isOnButton || !isFreeKey(event)) return;
      event.preventDefault();
      onSpace();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

/** The newest text, at most once in `TOLD_MS`. */
function useSeldom(text: string): string {
  const [told, setTold] = useState('');
  const last = useRef(0);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        last.current = Date.now();
        setTold(text);
      },
      Math.max(0, last.current + TOLD_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [text]);
  return told;
}
