import type { ReactNode } from 'react';
import { useFmt } from '#app/text/fmt.ts';
import { AsCall, type ApiCall } from './call.tsx';
import { ExportMenu } from './export.tsx';

interface ListToolsProps {
  /** Of the list: names the file. */
  readonly title: string;
  readonly call: ApiCall;
}

/** What each list offers, for one that is a part of a page or drawer; never higher than the heading beside it. */
export function ListTools({ title, call }: ListToolsProps) {
  return (
    <div className="-my-1.5 flex shrink-0 justify-end gap-1">
      <AsCall call={call} />
      <ExportMenu title={title} call={call} isPart />
    </div>
  );
}

interface ListHeadProps extends ListToolsProps {
  /** How many rows it has, where all of them are known. */
  readonly count?: number | undefined;
  /** An empty list offers nothing. */
  readonly isEmpty: boolean;
  /** What the list is. Default: its title, as a heading. */
  readonly children?: ReactNode;
}

/** The line above a part of a page or drawer that is a list. */
export function ListHead({ title, call, count, isEmpty, children }: ListHeadProps) {
  const fmt = useFmt();
  return (
    <div className="flex items-center justify-between gap-3">
      {children ?? (
        <h2 className="text-ink2 font-semibold">
          {title} {count !== undefined && <span className="text-ink3 font-normal">{fmt.number(count)}</span>}
        </h2>
      )}
      {!isEmpty && <ListTools title={title} call={call} />}
    </div>
  );
}
