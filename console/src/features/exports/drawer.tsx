import { useQuery } from '@tanstack/react-query';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { Acts } from './acts.tsx';
import { useListName } from './list-name.ts';
import { exportQuery } from './queries.ts';
import { useReason } from './reason.ts';
import { ExportState } from './state.tsx';
import { words } from './words.ts';

const POSITION = new Set(['page', 'pageSize', 'cursor']); // an export has all rows

export function ExportDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const nameOf = useListName();
  const reasonOf = useReason();
  return (
    <RowDrawer
      {...row}
      title={(one) => (one ? nameOf(one.path) : say.title)}
      query={useQuery(exportQuery(row.id))}
      permission=""
    >
      {(one) => (
        <>
          <Facts>
            <Fact name={say.status}>
              <ExportState status={one.status} />
            </Fact>
            {one.error !== null && <Fact name={say.reason}>{reasonOf(one.error)}</Fact>}
            <Fact name={say.filters}>
              <Filters query={one.query} />
            </Fact>
            <Fact name={say.format}>{one.format.toUpperCase()}</Fact>
            <Fact name={say.rows}>{fmt.number(one.rowCount)}</Fact>
            {one.sizeBytes !== null && <Fact name={say.size}>{fmt.bytes(one.sizeBytes)}</Fact>}
            <Fact name={say.asked}>
              <Time at={one.createdAt} />
            </Fact>
            {one.endedAt !== null && (
              <Fact name={say.ended}>
                <Time at={one.endedAt} />
              </Fact>
            )}
          </Facts>
          <div className="px-5 py-4">
            <Acts export={one} onGone={() => row.onGo(undefined)} />
          </div>
        </>
      )}
    </RowDrawer>
  );
}

function Filters({ query }: { readonly query: string }) {
  const say = useTexts(words);
  const filters = [...new URLSearchParams(query)].filter(([name]) => !POSITION.has(name));
  if (filters.length === 0) return say.noFilters;
  return (
    <ul className="grid gap-0.5">
      {filters.map(([name, value]) => (
        <li key={name}>
          <bdi dir="ltr" className="font-mono text-[12px]">
            {`${name}=${value}`}
          </bdi>
        </li>
      ))}
    </ul>
  );
}
