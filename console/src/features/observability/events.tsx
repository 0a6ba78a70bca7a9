import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { EventContract } from '#client';
import { Table } from '#app/list/table.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { SearchBox, stepOf } from '#app/ui/list.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Mono } from './card.tsx';
import { catalogueQuery } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');

/** All events are in one answer: the search is of this page. */
export function Events() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { search = '', open } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(catalogueQuery());
  if (!data)
    return error ? (
      <Failure error={error} permission="observability.read" onRetry={() => void refetch()} />
    ) : (
      <Skeleton />
    );
  const part = toPlain(search).trim().toLowerCase();
  const items = data.items.filter(({ type, producer, consumers }) =>
    [type, producer, ...consumers].join(' ').includes(part),
  );
  const opened = data.items.find(({ type }) => type === open);
  const set = (change: { readonly search?: string | undefined; readonly open?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }) });
  return (
    <>
      <div role="search" className="flex flex-wrap items-center gap-3">
        <SearchBox value={search} label={say.searchEvents} onChange={(text) => set({ search: text || undefined })} />
        <span className="text-ink3">{fmt.number(items.length)}</span>
      </div>
      <div className="border-line min-h-24 overflow-hidden has-[table]:min-h-0 rounded-xl border">
        {items.length === 0 && (
          <Empty text={say.noEvents}>
            <Button onClick={() => set({ search: undefined })}>{say.filterNone}</Button>
          </Empty>
        )}
        {items.length > 0 && (
          <Table
            items={items}
            idOf={({ type }) => type}
            nameTitle={say.type}
            name={({ type }) => <Mono>{type}</Mono>}
            plainName={({ type }) => type}
            columns={[
              {
                key: 'producer',
                title: say.producer,
                cell: ({ producer }) => <Mono>{producer}</Mono>,
                isOnPhone: true,
              },
              {
                key: 'consumers',
                title: say.consumers,
                isNumber: true,
                cell: ({ consumers }) => fmt.number(consumers.length),
              },
            ]}
            openId={open}
            isDense
            isDimmed={false}
            selection={null}
          />
        )}
      </div>
      {opened && (
        <EventDrawer event={opened} types={items.map(({ type }) => type)} onGo={(type) => set({ open: type })} />
      )}
    </>
  );
}

interface EventDrawerProps {
  readonly event: EventContract;
  readonly types: readonly string[];
  readonly onGo: (type: string | undefined) => void;
}

function EventDrawer({ event, types, onGo }: EventDrawerProps) {
  const say = useTexts(words);
  const { type, producer, consumers, key, schema, examplePayload } = event;
  const step = (pressed: React.KeyboardEvent) => {
    const next = types[types.indexOf(type) + stepOf(pressed)];
    if (next !== undefined && next !== type) onGo(next);
  };
  return (
    <Drawer title={type} isWide onClose={() => onGo(undefined)} onKeyDown={step}>
      <div className="grid gap-5 pb-6">
        <Facts>
          <Fact name={say.type}>
            <Copyable name={say.type} value={type} />
          </Fact>
          <Fact name={say.producer}>
            <Mono>{producer}</Mono>
          </Fact>
          <Fact name={say.consumers}>{consumers.length === 0 ? say.none : <Mono>{consumers.join(', ')}</Mono>}</Fact>
          <Fact name={say.key}>
            <Mono>{key}</Mono>
          </Fact>
        </Facts>
        <div className="grid gap-5 px-5">
          <Section title={say.example}>
            <Json name={say.example} value={examplePayload} />
          </Section>
          <Section title={say.schema}>
            <Json name={say.schema} value={schema} />
          </Section>
        </div>
      </div>
    </Drawer>
  );
}
