import type { ReactNode } from 'react';
import { ApiError } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from './button.tsx';
import { Copyable } from './copyable.tsx';
import { Icon } from './icons.tsx';
import { words } from './words.ts';

/** Rows of the size of what will come, after 150 ms. */
export function Skeleton({ rows = 6, className = 'h-11' }: { readonly rows?: number; readonly className?: string }) {
  const say = useTexts(words);
  return (
    <div role="status" aria-label={say.loading} className="appears divide-line divide-y">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`flex items-center gap-3 px-4 ${className}`}>
          <span className="bg-line size-4 rounded" />
          <span className={`bg-line h-3 rounded ${['w-1/2', 'w-1/3', 'w-2/5'][row % 3] ?? ''}`} />
        </div>
      ))}
    </div>
  );
}

/** One line why there is nothing, and one action. */
export function Empty({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <div data-empty className="grid justify-items-center gap-3 px-6 py-14 text-center">
      <p className="text-ink2 max-w-sm">{text}</p>
      {children}
    </div>
  );
}

/** What happened, the trace id, and what to do. */
export function Failure({ error, permission, onRetry }: FailureProps) {
  const say = useTexts(words);
  const isForbidden = error instanceof ApiError && error.status === 403;
  const text = error instanceof ApiError ? error.message : say.unreachable;
  const traceId = error instanceof ApiError ? error.problem.traceId : null;
  return (
    <div role="alert" className="grid justify-items-center gap-3 px-6 py-12 text-center">
      <Icon name="warning" className="text-warn size-6" />
      <p className="max-w-md">{isForbidden ? say.forbidden : text || say.unknown}</p>
      {isForbidden && permission && <Copyable value={permission} name={permission} />}
      {traceId && (
        <p className="text-meta text-ink3 flex flex-wrap items-center justify-center gap-1">
          {say.trace} <Copyable value={traceId} name={say.trace} />
        </p>
      )}
      {onRetry && !isForbidden && <Button onClick={onRetry}>{say.tryAgain}</Button>}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  /** What is missing, if the answer is 403. */
  readonly permission?: string;
  readonly onRetry?: () => void;
}

/** Above data that could not be renewed. */
export function Stale({ since, onRetry }: { readonly since: number; readonly onRetry: () => void }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <p
      role="status"
      className="bg-warn-soft text-warn flex flex-wrap items-center justify-between gap-2 rounded-lg px-3 py-1.5"
    >
      <span className="flex items-center gap-2">
        <Icon name="warning" /> {say.stale(fmt.ago(since))}
      </span>
      <button type="button" className="min-h-6 font-semibold underline" onClick={onRetry}>
        {say.tryAgain}
      </button>
    </p>
  );
}
