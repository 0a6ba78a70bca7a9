import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { onServer, type Item } from '../queries.ts';
import { words } from '../words.ts';

/** What a work is done with. `total` is null where nobody has counted it. */
export interface Batch {
  readonly total: number | null;
  readonly items: (signal: AbortSignal) => Iterable<Item> | AsyncIterable<Item>;
}

export function batchOf(items: readonly Item[]): Batch {
  return { total: items.length, items: () => items };
}

/** Runs one call for each thing. What the server refuses is counted, and the first reason is told. */
export function useBulk() {
  const dock = useDock();
  const queries = useQueryClient();
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    title: string,
    { total, items }: Batch,
    work: (item: Item) => Promise<unknown>,
    after?: (done: readonly Item[]) => void,
  ): void =>
    dock.start({
      title,
      async run(report, signal) {
        const done: Item[] = [];
        const refused: ApiError[] = [];
        for await (const item of items(signal)) {
          if (signal.aborted) break;
          try {
            await work(item);
            done.push(item);
          } catch (error) {
            if (!(error instanceof ApiError) || error.status === 401) throw error; // nobody is signed in any more
            refused.push(error);
          }
          report({ done: done.length + refused.length, total });
        }
        await queries.invalidateQueries({ queryKey: ['files'] });
        if (done.length > 0) after?.(done);
        const [first] = refused;
        if (!first) return say.doneMany(fmt.number(done.length));
        if (done.length === 0) throw first;
        return say.someRefused(fmt.number(done.length), fmt.number(refused.length), first.message);
      },
    });
}

/** Moves everything of the batch to the trash; Undo brings back what went there. */
export function useRemove() {
  const run = useBulk();
  const say = useTexts(words);
  const { undo } = useTexts(common);
  const fmt = useFmt();
  const tell = useToast();
  return (title: string, batch: Batch): void =>
    run(title, batch, onServer.remove, (done) => {
      const count = fmt.number(done.length);
      tell(say.deletedMany(count), {
        text: undo,
        run: () => run(say.restoring(count), batchOf(done), onServer.restore),
      });
    });
}

/** Folders have no tags. */
export async function tagItem(item: Item, tag: string): Promise<unknown> {
  return item.is === 'file' ? onServer.tag(item.file.id, tag) : undefined;
}
