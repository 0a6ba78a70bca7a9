import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Replay } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { replayQuery } from './queries.ts';
import { words } from './words.ts';

/** How a replay goes on. The address keeps it over a reload; the list is renewed when it ends. */
export function ReplayDock({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const say = useTexts(words);
  const queries = useQueryClient();
  const { data, error } = useQuery(replayQuery(id));
  const status = data?.status;
  useEffect(() => {
    if (status === 'finished') void queries.invalidateQueries({ queryKey: ['messages', 'list'] });
  }, [status, queries]);
  if (!data)
    return error ? (
      <p role="alert" className="text-bad">
        {error.message}
      </p>
    ) : null;
  return (
    <aside
      aria-label={say.progress(say.boxes[data.box])}
      className="bg-sheet border-line2 fixed end-4 bottom-4 z-20 grid w-[min(340px,calc(100vw-32px))] gap-2 rounded-xl border p-4 shadow-xl"
    >
      <div className="flex items-center justify-between gap-2">
        <p className="font-semibold">{say.progress(say.boxes[data.box])}</p>
        <Button isSquare look="quiet" aria-label={say.close} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <ReplayBar replay={data} />
      <Link
        to="/messages/replays"
        search={{ open: id }}
        className="text-kashi min-h-6 justify-self-start hover:underline"
      >
        {say.seeReplay}
      </Link>
    </aside>
  );
}

/** How many of how many, with what became of them. */
export function ReplayBar({ replay }: { readonly replay: Replay }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { matched, running } = replay;
  const done = matched - running;
  return (
    <div className="grid gap-2">
      <p role="status" className="text-ink2 flex justify-between gap-2">
        <span>{replay.status === 'running' ? say.running : say.finished}</span>
        <span>{say.done(fmt.number(done), fmt.number(matched))}</span>
      </p>
      <progress
        value={done}
        max={Math.max(1, matched)}
        aria-label={say.progress(say.boxes[replay.box])}
        className="h-1.5 w-full"
      />
      <ul className="text-meta text-ink2 flex flex-wrap gap-x-4">
        {(['succeeded', 'failed', 'discarded', 'running'] as const).map((one) => (
          <li key={one} className={one === 'failed' && replay.failed > 0 ? 'text-bad' : ''}>
            {say.counts[one]} <b className="font-semibold">{fmt.number(replay[one])}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
