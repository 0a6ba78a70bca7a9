import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ApiError } from '#client';
import { useFmt, type Fmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { words as common } from '#app/ui/words.ts';
import { useEntries } from './dock.tsx';
import { timeLeft, WorkError, type Entry } from './work.ts';
import { words } from './words.ts';

/** At the end of the page, below the last row: it covers nothing that cannot be scrolled to. */
export function Dock() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { entries } = useEntries();
  const [isFolded, setFolded] = useState(false);
  const open = entries.filter(({ state }) => state === 'running' || state === 'paused');
  return (
    <>
      <p role="status" className="sr-only">
        {entries.flatMap((one) => (isOver(one) ? [`${one.work.title}: ${say[one.state]}`] : [])).at(-1)}
      </p>
      {entries.length > 0 && (
        <section
          aria-label={say.title}
          className="bg-sheet border-line2 sticky bottom-3 z-20 m-3 max-sm:bottom-16 w-[min(380px,calc(100%-24px))] self-end overflow-hidden rounded-xl border shadow-xl"
        >
          <button
            type="button"
            aria-expanded={!isFolded}
            onClick={() => setFolded(!isFolded)}
            className="bg-raised text-ink2 text-meta flex min-h-8 w-full items-center justify-between px-3 font-medium -outline-offset-2!"
          >
            {open.length > 0 ? say.running(fmt.number(open.length)) : say.allDone}
            <span className="sr-only">{isFolded ? say.unfold : say.fold}</span>
            <Icon name="chevron" className={`size-3.5 ${isFolded ? '-rotate-90' : 'rotate-90'}`} />
          </button>
          {!isFolded && (
            <ul className="divide-line max-h-72 divide-y overflow-y-auto">
              {entries.map((entry) => (
                <Line key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  );
}

function isOver(entry: Entry): entry is Entry & { state: 'done' | 'failed' | 'cancelled' } {
  return entry.state !== 'running' && entry.state !== 'paused';
}

function Line({ entry }: { readonly entry: Entry }) {
  const say = useTexts(words);
  const { cancel, again, hold, go, close } = useEntries();
  const { id, work, state } = entry;
  const { title, pause, page, isOnServer = false, canCancel = !isOnServer } = work;
  return (
    <li className="grid grid-cols-1 gap-1 px-3 py-2">
      <div className="flex items-center gap-1">
        <p className="min-w-0 flex-1 truncate font-medium" title={title}>
          {title}
        </p>
        {pause && state === 'running' && <Act icon="pause" name={say.pause(title)} onClick={() => hold(id)} />}
        {pause && state === 'paused' && <Act icon="play" name={say.resume(title)} onClick={() => go(id)} />}
        {canCancel && !isOver(entry) && <Act icon="close" name={say.cancel(title)} onClick={() => cancel(id)} />}
        {(state === 'failed' || state === 'cancelled') && (
          <Act icon="replay" name={say.again(title)} onClick={() => again(id)} />
        )}
        {isOver(entry) && <Act icon="close" name={say.close(title)} onClick={() => close(id)} />}
      </div>
      {!isOver(entry) && <Bar entry={entry} />}
      <Figures entry={entry} />
      {page && (
        <Link to={page.to} search={{}} className="text-meta text-kashi min-h-6 justify-self-start hover:underline">
          {page.title}
        </Link>
      )}
    </li>
  );
}

/** With a share only where the total is known. */
function Bar({ entry: { work, progress, state } }: { readonly entry: Entry }) {
  const total = progress?.total ?? null;
  const share = progress && total !== null && total > 0 ? Math.min(1, progress.done / total) : null;
  return (
    <div
      role="progressbar"
      aria-label={work.title}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
      className="bg-line h-1.5 overflow-hidden rounded-full"
    >
      <div
        className={`h-full rounded-full ${state === 'paused' ? 'bg-ink3' : 'bg-kashi'} ${share === null ? 'w-full opacity-40' : 'transition-[width] duration-200'}`}
        style={share === null ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  );
}

function Figures({ entry }: { readonly entry: Entry }) {
  const say = useTexts(words);
  const { unreachable } = useTexts(common);
  const fmt = useFmt();
  if (entry.state === 'failed') {
    const { error } = entry;
    const text = error instanceof ApiError || error instanceof WorkError ? error.message : unreachable;
    return (
      <p className="text-meta text-bad flex gap-1.5">
        <Icon name="warning" className="mt-0.5 size-3.5" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{text}</span>
      </p>
    );
  }
  if (entry.state === 'done')
    return (
      <p className="text-meta text-ok flex gap-1.5">
        <Icon name="check" className="mt-0.5 size-3.5" />
        {entry.outcome ?? say.done}
      </p>
    );
  const parts = entry.state === 'cancelled' ? [say.cancelled] : figuresOf(entry, say, fmt);
  return <p className="text-meta text-ink2 min-h-4.5">{parts.join(' · ')}</p>;
}

function figuresOf(entry: Entry, say: (typeof words)['en'], fmt: Fmt): string[] {
  const { progress, rate, state, work } = entry;
  const write = work.unit === 'bytes' ? fmt.bytes : fmt.number;
  const count =
    progress && (progress.total === null ? write(progress.done) : say.of(write(progress.done), write(progress.total)));
  const left = timeLeft(entry);
  return [
    state === 'paused' ? say.paused : null,
    count,
    state === 'running' && rate !== null ? say.rate(write(rate)) : null,
    state === 'running' && left !== null
      ? say.left(fmt.duration(Math.max(1000, Math.round(left / 1000) * 1000)))
      : null,
  ].filter((part) => part !== null);
}

function Act({
  icon,
  name,
  onClick,
}: {
  readonly icon: IconName;
  readonly name: string;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      onClick={onClick}
      className="text-ink2 hover:bg-raised hover:text-ink grid size-7 shrink-0 place-items-center rounded-md"
    >
      <Icon name={icon} className="size-3.5" />
    </button>
  );
}
