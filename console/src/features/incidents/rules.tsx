import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AlertRule } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { SeverityMark } from './marks.tsx';
import { RULES, rulesQuery, toPageAsked } from './queries.ts';
import { NewRuleDrawer, RuleDrawer } from './rule-drawer.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');

export function RuleList() {
  const say = useTexts(words);
  const { cursor } = route.useSearch();
  const { can } = useMe();
  const view = useListView('rules');
  const asked = toPageAsked(cursor, view[0].size);
  const create = can('logging.alerts.manage') && (
    <Link to="." search={{ tab: 'rules', open: 'new' }} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.newRule}
    </Link>
  );
  return (
    <ListPage
      title={say.tabs.rules}
      query={useQuery(rulesQuery(asked))}
      permission="logging.alerts.manage"
      call={{ path: RULES, query: { ...asked } }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.ruleName}
      name={({ name }) => <bdi>{name}</bdi>}
      plainName={({ name }) => name}
      columns={useColumns()}
      actions={create}
      isFiltered={false}
      empty={say.emptyRules}
      emptyFiltered={say.emptyRules}
      drawer={(id, ids, onGo) =>
        id === 'new' ? <NewRuleDrawer onDone={() => onGo(undefined)} /> : <RuleDrawer id={id} ids={ids} onGo={onGo} />
      }
    />
  );
}

function useColumns(): readonly Column<AlertRule>[] {
  const say = useTexts(words);
  return [
    {
      key: 'state',
      title: say.status,
      cell: ({ isEnabled }) => (
        <Badge state={isEnabled ? 'ok' : 'plain'}>{isEnabled ? say.enabled : say.disabled}</Badge>
      ),
      isOnPhone: true,
    },
    { key: 'kind', title: say.kind, cell: ({ kind }) => say.kinds[kind] },
    {
      key: 'severity',
      title: say.severity,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
      isOnPhone: true,
    },
    { key: 'service', title: say.service, cell: ({ service }) => <bdi>{service ?? say.every}</bdi> },
    { key: 'changed', title: say.changed, cell: ({ updatedAt }) => <Time at={updatedAt} as="ago" /> },
  ];
}
