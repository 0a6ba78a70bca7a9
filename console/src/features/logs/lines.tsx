import { memo, useCallback, useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { LogEvent } from '#client';
import { useFmt, type Fmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { LevelOf } from './level.tsx';
import { useGo } from './go.ts';
import { useMedia } from './media.ts';
import { words } from './words.ts';

const ROW = 32;
const NARROW_ROW = 52; // two lines
const OVERSCAN = 12;

export interface LogLine {
  readonly key: string;
  /** A note between lines, if it is no event. */
  readonly event: LogEvent | null;
  readonly note?: string;
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly label: string;
  readonly openId: string | undefined;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly isLog?: boolean;
  /** After it was scrolled: whether the last line is seen. */
  readonly onScroll?: (isAtEnd: boolean) => void;
  readonly onNearEnd?: () => void;
}

/** Only the lines that are seen are in the page, however many there are. */
export function Lines({ lines, label, openId, scroller, isLog = false, onScroll, onNearEnd }: LinesProps) {
  const isNarrow = useMedia('(max-width: 639px)');
  const { hrefOf, open } = useGo();
  const fmt = useFmt();
  const { levels } = useTexts(words);
  // Another function would make all rows be measured again.
  const keyOf = useCallback((at: number) => lines[at]?.key ?? at, [lines]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? NARROW_ROW : ROW),
    getItemKey: keyOf,
    overscan: OVERSCAN,
    useFlushSync: false, // rows are drawn with the next frame, once for all scrolls before it
  });
  const measured = useRef(isNarrow);
  useEffect(() => {
    if (measured.current !== isNarrow) rows.measure();
    measured.current = isNarrow;
  }, [isNarrow, rows]);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  const isNearEnd = last >= lines.length - OVERSCAN * 2;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, lines.length, onNearEnd]);

  const opened = useRef(openId);
  useEffect(() => {
    // The arrows of the drawer go through the lines: the one that it shows stays in sight.
    const at = openId === opened.current ? -1 : lines.findIndex(({ key }) => key === openId);
    opened.current = openId;
    if (at >= 0) rows.scrollToIndex(at);
  }, [openId, lines, rows]);

  const today = new Date().toDateString();
  return (
    <div
      ref={scroller}
      role={isLog ? 'log' : 'region'}
      aria-label={label}
      {...(isLog && { 'aria-live': 'off' })}
      tabIndex={0}
      onScroll={
        onScroll && // to measure it costs a layout in each frame
        (({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          onScroll(scrollHeight - scrollTop - clientHeight < ROW))
      }
      style={{
        height: isLog
          ? 'max(320px, calc(100dvh - 300px))'
          : `min(${rows.getTotalSize()}px, max(320px, calc(100dvh - 400px)))`,
      }}
      className="overflow-y-auto overscroll-contain -outline-offset-2! [contain:strict] [overflow-anchor:none]"
    >
      {/* One place for all rows: a transform of its own makes each row dearer in every frame. */}
      <div role="list" aria-label={label} style={{ height: rows.getTotalSize(), paddingTop: shown[0]?.start ?? 0 }}>
        {shown.map(({ index, key }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <Row
              key={key}
              line={line}
              at={index + 1}
              count={lines.length}
              today={today}
              fmt={fmt}
              levels={levels}
              href={hrefOf(line.key)}
              isOpen={openId === line.key}
              onOpen={open}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly line: LogLine;
  readonly at: number;
  readonly count: number;
  /** As `Date.toDateString` says it: lines of other days say theirs. */
  readonly today: string;
  readonly fmt: Fmt;
  readonly levels: Readonly<Record<LogEvent['level'], string>>;
  readonly href: string;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

/**
 * Drawn once while it is in the page, and its time is written then. It has few elements, since a turn of the wheel brings
 * twenty rows.
 */
const Row = memo(function Row({
  line: { event, note },
  at,
  count,
  today,
  fmt,
  levels,
  href,
  isOpen,
  onOpen,
}: RowProps) {
  return (
    // The heights are NARROW_ROW and ROW.
    <div role="listitem" aria-setsize={count} aria-posinset={at} className="h-[52px] sm:h-[32px]">
      {event ? (
        <a
          data-row
          href={href}
          onClick={(click) => {
            if (click.ctrlKey || click.metaKey || click.shiftKey || click.button !== 0) return;
            click.preventDefault();
            onOpen(event.id);
          }}
          className={`hover:bg-raised border-line flex h-full flex-wrap content-center items-center gap-x-3 border-b px-4 -outline-offset-2! sm:flex-nowrap ${isOpen ? 'bg-kashi-soft' : ''}`}
        >
          <time dateTime={event.timestampUtc} className="text-meta text-ink3 shrink-0 whitespace-nowrap sm:min-w-24">
            {fmt.line(event.timestampUtc, today)}
          </time>
          <LevelOf level={event.level} name={levels[event.level]} className="shrink-0 sm:w-20" />
          <bdi className="text-meta text-ink2 min-w-0 shrink-0 truncate max-sm:flex-1 sm:w-28">
            {event.sourceService}
          </bdi>
          <span dir="auto" className="min-w-0 truncate font-mono text-[12px] text-parent max-sm:w-full sm:flex-1">
            {event.message}
          </span>
        </a>
      ) : (
        <Note>{note}</Note>
      )}
    </div>
  );
});

function Note({ children }: { readonly children: ReactNode }) {
  return (
    <p className="bg-warn-soft text-warn text-meta border-line flex h-full items-center truncate border-b px-4 font-medium">
      {children}
    </p>
  );
}
