import type { SchedulerMetrics } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

type OfType = SchedulerMetrics['byType'][number];

/** Counts and durations of each type. Durations are the bounds of the classes in which the server counts. */
export function TypeTable({ types }: { readonly types: readonly OfType[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (types.length === 0) return <p className="text-ink3">{say.byTypeEmpty}</p>;
  const within = ({ seconds }: OfType, share: number) => {
    const total = seconds.at(-1)?.count ?? 0;
    if (total === 0) return '';
    const at = seconds.findIndex(({ count }) => count >= total * share);
    const { upTo = null } = seconds[at] ?? {};
    return upTo === null
      ? say.longer(fmt.duration((seconds[at - 1]?.upTo ?? 0) * 1000))
      : say.upTo(fmt.duration(upTo * 1000));
  };
  const columns = [
    [say.succeeded, ({ succeeded }: OfType) => fmt.number(succeeded)],
    [say.failed, ({ failed }: OfType) => fmt.number(failed)],
    [say.quarantines, ({ quarantines }: OfType) => fmt.number(quarantines)],
    [say.median, (type: OfType) => within(type, 0.5)],
    [say.p95, (type: OfType) => within(type, 0.95)],
  ] as const;
  return (
    <>
      <p className="text-meta text-ink3">{say.byTypeMeans}</p>
      <div className="border-line overflow-x-auto rounded-xl border" tabIndex={0} role="region" aria-label={say.byType}>
        <table className="w-full">
          <thead className="bg-raised text-meta text-ink2">
            <tr>
              {[say.type, ...columns.map(([title]) => title)].map((title) => (
                <th key={title} scope="col" className="px-4 py-2 text-start font-medium whitespace-nowrap">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-line divide-y">
            {types
              .toSorted((a, b) => a.type.localeCompare(b.type))
              .map((type) => (
                <tr key={type.type}>
                  <th scope="row" className="w-full px-4 py-2 text-start font-normal">
                    <bdi className="font-mono text-[12px]">{type.type}</bdi>
                  </th>
                  {columns.map(([title, cell]) => (
                    <td key={title} className="text-ink2 px-4 whitespace-nowrap">
                      {cell(type)}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
