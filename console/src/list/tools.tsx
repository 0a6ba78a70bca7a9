import { AsCall, type ApiCall } from './call.tsx';
import { ExportMenu } from './export.tsx';

interface ListToolsProps {
  /** Of the list: names the file. */
  readonly title: string;
  readonly call: ApiCall;
}

/** What each list offers, for one that is a part of a page or drawer. */
export function ListTools({ title, call }: ListToolsProps) {
  return (
    <div className="flex justify-end gap-1">
      <AsCall call={call} />
      <ExportMenu title={title} call={call} isPart />
    </div>
  );
}
