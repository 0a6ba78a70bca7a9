import { useEffect } from 'react';
import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { IntegrityRun } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Failure, Stale } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { cancelRun, PERMISSION } from './queries.ts';
import { tamperedQuery } from './tampered.ts';
import { words } from './words.ts';

/** A check that goes on at the server: how far it is, and Cancel. Its address opens it again after a reload. */
export function Running({ query }: { readonly query: UseQueryResult<IntegrityRun> }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const queries = useQueryClient();
  const { data: run, error, refetch, dataUpdatedAt } = query;
  const cancel = useMutation({ mutationFn: cancelRun, onSettled: () => refetch() });
  const status = run?.status;
  useEffect(() => {
    if (status === 'succeeded') void queries.invalidateQueries({ queryKey: tamperedQuery.queryKey });
  }, [status, queries]);

  const retry = () => void refetch();
  if (!run) return error ? <Failure error={error} permission={PERMISSION} onRetry={retry} /> : null;
  if (run.status === 'succeeded') return null; // the report is shown
  const checked = fmt.number(run.entriesChecked);
  return (
    <section aria-label={say.runs[run.status]} className="border-line grid gap-2 rounded-xl border p-4">
      {error && <Stale since={dataUpdatedAt} onRetry={retry} />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="font-semibold">
          {say.runs[run.status]}
        </p>
        <span className="text-meta text-ink3">
          {say.started} <Time at={run.createdAt} as="ago" />
        </span>
      </div>
      {run.status === 'running' && (
        <>
          <div
            role="progressbar"
            aria-label={say.checking}
            aria-valuemin={0}
            aria-valuemax={run.entriesTotal}
            aria-valuenow={run.entriesChecked}
            className="bg-line h-2 overflow-hidden rounded-full"
          >
            <div
              className="bg-kashi h-full rounded-full transition-[inline-size] duration-[180ms]"
              style={{ inlineSize: `${share(run)}%` }}
            />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <span className="text-ink2">{say.of(checked, fmt.number(run.entriesTotal))}</span>
            <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate(run.id)}>
              {say.cancel}
            </Button>
          </div>
        </>
      )}
      {run.status === 'failed' && <p className="text-bad">{say.failedText}</p>}
      {run.status === 'cancelled' && <p className="text-ink2">{say.cancelledText(checked)}</p>}
      <FormFailure error={cancel.error} />
    </section>
  );
}

function share({ entriesChecked, entriesTotal }: IntegrityRun): number {
  return entriesTotal === 0 ? 0 : Math.min(100, (100 * entriesChecked) / entriesTotal);
}
