import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Webhook } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { WebhookDrawer } from './drawer.tsx';
import { PATH, webhooksQuery } from './queries.ts';
import { StateBadge } from './state.tsx';
import { words } from './words.ts';

const route = getRouteApi('/webhooks');

export function WebhooksPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('webhooks');
  const asked = { pageSize: view[0].size, ...given({ cursor }) };
  const query = useQuery(webhooksQuery(asked));
  const mayAdd = can('webhooks.manage');
  // Another row or none: the tab and its filters are of the drawer.
  const go = (open: string | undefined) =>
    void navigate({
      search: ({ tab, ...before }) => ({ cursor: before.cursor, open, tab: open === undefined ? undefined : tab }),
    });
  return (
    <ListPage
      title={say.title}
      query={query}
      permission="webhooks.read"
      call={{ path: PATH, query: asked }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.url}
      name={(webhook) => <Name webhook={webhook} />}
      plainName={({ url }) => url}
      columns={useColumns()}
      actions={mayAdd && <AddLink look="primary" />}
      notice={<Notice webhooks={query.data?.items ?? []} />}
      isFiltered={false}
      empty={say.empty}
      emptyAction={mayAdd && <AddLink look="plain" />}
      emptyFiltered={say.empty}
      drawer={(id, ids) => <WebhookDrawer key={id} id={id} ids={ids} onGo={go} />}
    />
  );
}

/** What does not get its events. Nothing where all is well. */
function Notice({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const stopped = webhooks.filter(({ isEnabled, disabledReason }) => !isEnabled && disabledReason !== 'manual').length;
  const failing = webhooks.filter(({ isEnabled, failingSince }) => isEnabled && failingSince !== null).length;
  if (stopped + failing === 0) return null;
  return (
    <p
      role="status"
      className={`flex flex-wrap items-center gap-x-3 rounded-lg px-3 py-2 font-medium ${stopped > 0 ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'}`}
    >
      <Icon name="warning" />
      {stopped > 0 && <span>{say.someStopped(stopped, fmt.number(stopped))}</span>}
      {failing > 0 && <span>{say.someFailing(failing, fmt.number(failing))}</span>}
    </p>
  );
}

function AddLink({ look }: { readonly look: 'primary' | 'plain' }) {
  const say = useTexts(words);
  return (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass(look)}>
      <Icon name="plus" />
      {say.add}
    </Link>
  );
}

function Name({ webhook: { url, description } }: { readonly webhook: Webhook }) {
  return (
    <>
      {description !== '' && (
        <span className="me-2">
          <bdi>{description}</bdi>
        </span>
      )}
      <bdi className={`font-mono text-[12px] ${description === '' ? '' : 'text-ink3 font-normal'}`}>{url}</bdi>
    </>
  );
}

function useColumns(): readonly Column<Webhook>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    { key: 'state', title: say.state, cell: (webhook) => <StateBadge webhook={webhook} />, isOnPhone: true },
    {
      key: 'events',
      title: say.events,
      cell: ({ eventTypes: [first = '', ...rest] }) => {
        if (first === '*') return say.everyEvent;
        return (
          <>
            <bdi className="font-mono text-[12px]">{first}</bdi> {rest.length > 0 && say.more(fmt.number(rest.length))}
          </>
        );
      },
    },
    {
      key: 'failing',
      title: say.failingSince,
      cell: ({ failingSince }) => failingSince !== null && <Time at={failingSince} as="ago" />,
    },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isExtra: true },
  ];
}
