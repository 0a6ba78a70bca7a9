import { useQuery } from '@tanstack/react-query';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { facetQuery, type Asked } from './queries.ts';
import { TermButtons } from './query/term-buttons.tsx';
import { words } from './words.ts';

const SHOWN = 50;

/** Which kinds of messages there are, and how many of each. */
export function Patterns({ asked, onQuery }: { readonly asked: Asked; readonly onQuery: (query: string) => void }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data, error, isPlaceholderData, refetch } = useQuery(facetQuery('pattern', asked, SHOWN));
  const values = (data?.values ?? []).flatMap(({ value, count }) => (value === null ? [] : [{ value, count }]));
  const total = values.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="grid min-w-0 content-start gap-2">
      <p className="text-ink2">{say.patterns}</p>
      <div
        aria-busy={isPlaceholderData}
        className="dims border-line min-h-24 overflow-hidden rounded-xl border has-[table]:min-h-0"
      >
        {values.length > 0 && (
          <table className="w-full table-fixed">
            <thead className="bg-raised text-meta text-ink2">
              <tr>
                <th scope="col" className="w-20 px-4 py-2 text-end font-medium rtl:text-start">
                  {say.count}
                </th>
                <th scope="col" className="w-28 py-2 text-start font-medium max-sm:hidden">
                  {say.share}
                </th>
                <th scope="col" className="px-4 py-2 text-start font-medium">
                  {say.pattern}
                </th>
                <td className="w-20" />
              </tr>
            </thead>
            <tbody className="divide-line divide-y">
              {values.map(({ value, count }) => (
                <tr key={value} className="hover:bg-raised">
                  <td className="px-4 py-1.5 text-end rtl:text-start">{fmt.number(count)}</td>
                  <td className="max-sm:hidden">
                    <span className="bg-line block h-2 overflow-hidden rounded-full">
                      <span className="bg-kashi block h-full" style={{ width: `${(count / total) * 100}%` }} />
                    </span>
                  </td>
                  <th scope="row" className="px-4 text-start font-normal">
                    <span dir="auto" className="block font-mono text-[12px] [overflow-wrap:anywhere] text-parent">
                      {value}
                    </span>
                  </th>
                  <td className="pe-2">
                    <TermButtons term={{ field: 'pattern', value }} query={asked.query} onQuery={onQuery} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {data && values.length === 0 && <Empty text={asked.query === '' ? say.empty : say.emptyFiltered} />}
        {!data && !error && <Skeleton rows={8} className="h-9" />}
        {!data && error && <Failure error={error} permission="logging.events.read" onRetry={() => void refetch()} />}
      </div>
      {data?.sampled === true && <p className="text-meta text-ink3">{say.sampled(fmt.share(data.fraction))}</p>}
    </div>
  );
}
