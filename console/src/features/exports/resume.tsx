import { useEffect, useEffectEvent } from 'react';
import { take, type Export } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { WorkError } from '#app/dock/work.ts';
import { EXPORTS, followExport } from '#app/list/exports.ts';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { useListName } from './list-name.ts';
import { isOpen } from './queries.ts';
import { useReason } from './reason.ts';
import { words } from './words.ts';

/** Puts the exports that are being made into the dock again, after a reload. */
export function ResumeExports() {
  const say = useTexts(words);
  const fmt = useFmt();
  const nameOf = useListName();
  const reasonOf = useReason();
  const { start } = useDock();
  const resume = useEffectEvent(({ id, path, format }: Export) =>
    start({
      title: say.exporting(nameOf(path), format.toUpperCase()),
      isOnServer: true,
      canCancel: true,
      isKept: true, // nobody has the file yet
      page: { to: '/exports', title: say.toFile },
      async run(report, signal) {
        const made = await followExport(id, report, signal);
        if (made.status === 'failed') throw new WorkError(reasonOf(made.error));
        return say.ready(fmt.number(made.rowCount));
      },
    }),
  );
  useEffect(() => {
    const stop = new AbortController();
    const find = async () => {
      const { items } = await take(client.api.GET(EXPORTS, { signal: stop.signal }));
      for (const one of items.filter(isOpen).toReversed()) resume(one);
    };
    find().catch(() => {}); // the page of exports says what is wrong
    return () => stop.abort();
  }, []);
  return null;
}
