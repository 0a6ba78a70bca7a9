import { Children, type ReactNode } from 'react';
import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { ListTools } from '#app/list/tools.tsx';
import { useLanguage } from '#app/text/language.ts';
import { ListTitle, usePageTitle } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';

interface PartProps {
  readonly title: string;
  /** Of the API: what the page shows. */
  readonly path: string;
  /** The page is a list, so it can be exported. */
  readonly isList?: boolean;
  readonly children: ReactNode;
}

/** One page of the account, under its heading. */
export function Part({ title, path, isList = false, children }: PartProps) {
  usePageTitle(title, settings.names[useLanguage()]);
  return (
    <>
      <ListTitle title={title} page={undefined}>
        {isList ? <ListTools title={title} call={{ path }} /> : <AsCall call={{ path }} />}
      </ListTitle>
      {children}
    </>
  );
}

interface PanelProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** At the end of the heading. */
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

/** What belongs together. Where nothing is below its heading, no line is either. */
export function Panel({ title, about, action, children }: PanelProps) {
  return (
    <section className="border-line rounded-xl border">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
        <div className="grid min-w-0 flex-1 basis-60 gap-0.5">
          <h2 className="font-semibold">{title}</h2>
          {about !== undefined && <p className="text-ink3 text-meta">{about}</p>}
        </div>
        {action}
      </div>
      {Children.toArray(children).length > 0 && <div className="border-line border-t">{children}</div>}
    </section>
  );
}

export function Rows({ children }: { readonly children: ReactNode }) {
  return <ul className="divide-line divide-y">{children}</ul>;
}

interface RowProps {
  readonly title: ReactNode;
  readonly facts?: ReactNode;
  readonly action?: ReactNode;
}

export function Row({ title, facts, action }: RowProps) {
  return (
    <li className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2">
      <div className="grid min-w-0 flex-1 basis-48">
        <span className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">{title}</span>
        {facts && <span className="text-meta text-ink3 flex flex-wrap gap-x-3">{facts}</span>}
      </div>
      {action}
    </li>
  );
}

export function Nothing({ text }: { readonly text: string }) {
  return (
    <p data-empty className="text-ink3 px-4 py-4">
      {text}
    </p>
  );
}

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly rows?: number;
  /** What is missing when the server answers 403. */
  readonly permission?: string;
  readonly children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, rows = 2, permission, children }: LoadedProps<T>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  if (!error) return <Skeleton rows={rows} />;
  return <Failure error={error} {...(permission !== undefined && { permission })} onRetry={() => void refetch()} />;
}

interface Act {
  readonly work: () => Promise<unknown>;
  /** Told when it is done. */
  readonly done?: string;
  readonly after?: () => void;
}

/** Does one thing on the server, and reads again what it has changed: the queries whose keys begin so. */
export function useAct(...keys: readonly string[]) {
  const queries = useQueryClient();
  const tell = useToast();
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: ({ work }: Act) => work(),
    onSuccess: (_, { done, after }) => {
      if (done !== undefined) tell(done);
      after?.();
    },
    onSettled: () => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: ['account', key] }))),
  });
  return { run: mutate, error, isPending, reset };
}
