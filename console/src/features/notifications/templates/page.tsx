import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Template } from '#client';
import { given } from '#app/app/search.ts';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Choice, SearchBox } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { ChannelFilter } from '../filters.tsx';
import { words as shared } from '../words.ts';
import { CreateDrawer } from './create.tsx';
import { TemplateDrawer } from './drawer.tsx';
import { PATH, templatesQuery } from './queries.ts';
import { languages, type TemplatesSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/notifications/templates');

export function TemplatesPage() {
  const say = useTexts(words);
  const { channel, language, name: wholeName, cursor } = route.useSearch();
  const search = { channel, language, name: wholeName };
  const view = useListView('templates');
  const asked = { pageSize: view[0].size, cursor, ...search };
  return (
    <ListPage
      title={say.title}
      query={useQuery(templatesQuery(asked))}
      permission="notifications.templates.manage"
      call={{ path: PATH, query: given(asked) }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.name}
      name={({ name }) => <bdi>{name}</bdi>}
      plainName={({ name }) => name}
      columns={useColumns()}
      actions={<NewTemplateLink />}
      filters={<Filters search={search} />}
      isFiltered={Object.values(search).some((one) => one !== undefined)}
      empty={say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) =>
        id === 'new' ? (
          <CreateDrawer onClose={() => onGo(undefined)} />
        ) : (
          <TemplateDrawer id={id} ids={ids} onGo={onGo} />
        )
      }
    />
  );
}

function NewTemplateLink() {
  const say = useTexts(words);
  return (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.create}
    </Link>
  );
}

export function Origin({ template: { isShipped, isEdited } }: { readonly template: Template }) {
  const say = useTexts(words);
  if (!isShipped) return <Badge state="ok">{say.origins.own}</Badge>;
  return isEdited ? <Badge state="info">{say.origins.edited}</Badge> : <Badge>{say.origins.shipped}</Badge>;
}

function useColumns(): readonly Column<Template>[] {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const fmt = useFmt();
  return [
    { key: 'channel', title: kinds.channel, cell: ({ channel }) => kinds.channels[channel], isOnPhone: true },
    {
      key: 'language',
      title: say.language,
      cell: ({ language }) => <bdi>{kinds.languages[language] ?? language}</bdi>,
      isOnPhone: true,
    },
    { key: 'origin', title: say.origin, cell: (template) => <Origin template={template} />, isOnPhone: true },
    {
      key: 'revision',
      title: say.revision,
      isNumber: true,
      cell: ({ revision }) => fmt.number(revision),
      isExtra: true,
    },
    { key: 'updated', title: say.updated, cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  ];
}

function Filters({ search }: { readonly search: TemplatesSearch }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const navigate = route.useNavigate();
  const filter = (change: Partial<TemplatesSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  return (
    <>
      <SearchBox
        value={search.name ?? ''}
        label={say.wholeName}
        onChange={(text) => filter({ name: text.trim() || undefined })}
      />
      <ChannelFilter value={search.channel} onChange={(channel) => filter({ channel })} />
      <Choice<'all' | (typeof languages)[number]>
        label={say.language}
        value={search.language ?? 'all'}
        options={[['all', say.allLanguages], ...languages.map((one) => [one, kinds.languages[one] ?? one] as const)]}
        onChange={(one) => filter({ language: one === 'all' ? undefined : one })}
      />
    </>
  );
}
