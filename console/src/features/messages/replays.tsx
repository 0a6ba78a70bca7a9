import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Replay } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { ReplayBar } from './dock.tsx';
import { MessagesNav } from './nav.tsx';
import { replayQuery, replaysQuery, REPLAYS_PATH } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/messages/replays');

export function ReplaysPage() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { cursor } = route.useSearch();
  const view = useListView('replays');
  const asked = { pageSize: view[0].size, ...given({ cursor }) };
  return (
    <>
      <MessagesNav />
      <ListPage
        title={say.replays}
        query={useQuery(replaysQuery(asked))}
        permission="observability.read"
        call={{ path: REPLAYS_PATH, query: asked }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.box}
        name={({ box }) => say.boxes[box]}
        plainName={({ box, createdAt }) => `${say.boxes[box]} ${fmt.instant(createdAt)}`}
        columns={useColumns()}
        isFiltered={false}
        empty={say.emptyReplays}
        emptyFiltered={say.emptyReplays}
        drawer={(id, ids, onGo) => <ReplayDrawer id={id} ids={ids} onGo={onGo} />}
      />
    </>
  );
}

function useColumns(): readonly Column<Replay>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    { key: 'status', title: say.status, cell: (replay) => <Status replay={replay} />, isOnPhone: true },
    { key: 'matched', title: say.matched, isNumber: true, cell: ({ matched }) => fmt.number(matched), isOnPhone: true },
    ...(['succeeded', 'failed', 'running', 'discarded'] as const).map((one) => ({
      key: one,
      title: say.counts[one],
      isNumber: true,
      cell: (replay: Replay) => fmt.number(replay[one]),
      isExtra: one === 'discarded',
    })),
    { key: 'started', title: say.started, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
}

function Status({ replay: { status, dryRun, failed } }: { readonly replay: Replay }) {
  const say = useTexts(words);
  const look: State = status === 'running' ? 'info' : failed > 0 ? 'warn' : 'ok';
  return <Badge state={dryRun ? 'plain' : look}>{dryRun ? say.dryRun : say[status]}</Badge>;
}

function ReplayDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer {...row} title={() => say.replay1} query={useQuery(replayQuery(row.id))} permission="observability.read">
      {(replay) => (
        <div className="grid gap-5 pb-6">
          <Facts>
            <Fact name={say.box}>{say.boxes[replay.box]}</Fact>
            <Fact name={say.status}>
              <Status replay={replay} />
            </Fact>
            <Fact name={say.started}>
              <Time at={replay.createdAt} as="second" />
            </Fact>
            {replay.finishedAt !== null && (
              <Fact name={say.ended}>
                <Time at={replay.finishedAt} as="second" />
              </Fact>
            )}
            <Fact name={say.id}>
              <Copyable name={say.id} value={replay.id} />
            </Fact>
          </Facts>
          <div className="grid gap-5 px-5">
            <ReplayBar replay={replay} />
            <Section title={say.filter}>
              <Json name={say.filter} value={replay.filter} />
            </Section>
          </div>
        </div>
      )}
    </RowDrawer>
  );
}
