import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, type Todo } from '#client';
import { useDock } from '#app/dock/dock.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { onServer } from './queries.ts';
import { words } from './words.ts';

interface BulkProps {
  readonly todos: readonly Todo[];
  readonly onDone: () => void;
}

/** Completes or deletes the selected todos, one after the other, in the dock. */
export function Bulk({ todos, onDone }: BulkProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const dock = useDock();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const count = fmt.number(todos.length);

  function start(title: string, work: (todo: Todo) => Promise<unknown>): void {
    onDone();
    dock.start({
      title,
      async run(report, signal) {
        const refused: ApiError[] = [];
        for (const [at, todo] of todos.entries()) {
          if (signal.aborted) break;
          await work(todo).catch((error: unknown) => {
            if (!(error instanceof ApiError) || error.status === 401) throw error; // nobody is signed in any more
            refused.push(error);
          });
          report({ done: at + 1, total: todos.length });
        }
        await queries.invalidateQueries({ queryKey: ['todos'] });
        const [first] = refused;
        if (!first) return say.doneMany(count);
        if (refused.length === todos.length) throw first;
        return say.someRefused(fmt.number(refused.length), first.message);
      },
    });
  }

  return (
    <>
      <Button onClick={() => start(say.completeMany(count), onServer.complete)}>{say.completeMany(count)}</Button>
      <Button look="danger" onClick={() => setAsking(true)}>
        {say.deleteMany(count)}
      </Button>
      {isAsking && (
        <Confirm
          title={say.deleteManyTitle(count)}
          text={say.deleteManyText}
          action={say.deleteMany(count)}
          cancel={say.keep}
          onConfirm={() => start(say.deleteMany(count), onServer.remove)}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
