import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';

/** What a list gives its drawer. */
export interface RowDrawerProps {
  readonly id: string;
  /** Of the rows, for the arrows. */
  readonly ids: readonly string[];
  readonly onGo: (id: string | undefined) => void;
}

interface ThingDrawerProps<T> extends RowDrawerProps {
  readonly title: (data: T | undefined) => string;
  readonly query: UseQueryResult<T>;
  /** What is missing when the server answers 403. */
  readonly permission: string;
  readonly isWide?: boolean;
  readonly children: (data: T) => ReactNode;
}

/** One row, whole. Arrows go to the row before and after. */
export function RowDrawer<T>({
  id,
  ids,
  onGo,
  title,
  query,
  permission,
  isWide = false,
  children,
}: ThingDrawerProps<T>) {
  const { data, error, refetch } = query;
  const step = (event: React.KeyboardEvent) => {
    const next = ids[ids.indexOf(id) + stepOf(event)];
    if (next === undefined || next === id || !ids.includes(id)) return;
    event.preventDefault();
    onGo(next);
  };
  return (
    <Drawer title={title(data)} isWide={isWide} onClose={() => onGo(undefined)} onKeyDown={step}>
      {data && children(data)}
      {!data && !error && <Skeleton rows={5} />}
      {!data && error && <Failure error={error} permission={permission} onRetry={() => void refetch()} />}
    </Drawer>
  );
}
