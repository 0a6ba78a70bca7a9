import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Health } from '#client';
import { pages } from '#app/app/pages.ts';
import { settings } from '#app/app/settings.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Badge, Diamond } from '#app/ui/badge.tsx';
import { Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Card } from '#app/ui/card.tsx';
import { accessQuery, apiQuery, healthQuery } from './queries.ts';
import { words } from './words.ts';

const LOOKS = { healthy: 'ok', degraded: 'warn', unhealthy: 'bad' } as const;

/** What the server says of itself to everybody who asks. */
export function Server() {
  const say = useTexts(words);
  const { data, error, refetch, dataUpdatedAt } = useQuery(healthQuery);
  const retry = () => void refetch();
  return (
    <Card title={say.server}>
      <div className="grid gap-3">
        <ApiLine />
        <AccessLine />
        {error && data && <Stale since={dataUpdatedAt} onRetry={retry} />}
        {data && (
          <>
            <p className="flex items-center gap-3 px-5 font-medium">
              <Diamond state={LOOKS[data.status]} />
              {say.health[data.status]}
            </p>
            <Components components={data.components} />
          </>
        )}
        {!data && error && <Failure error={error} onRetry={retry} />}
        {!data && !error && <Skeleton />}
      </div>
    </Card>
  );
}

function ApiLine() {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();
  const { data } = useQuery(apiQuery);
  if (!data) return <p className="min-h-5" />;
  return (
    <p className="text-ink2 flex flex-wrap gap-x-3 px-5">
      <bdi className="text-ink font-medium">{settings.names[language]}</bdi>
      <span>{say.apiVersion(fmt.digits(data.version), data.openapi)}</span>
      <span>{say.operations(fmt.number(data.operations))}</span>
    </p>
  );
}

function AccessLine() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const isAllowed = can('authorization.manage');
  const { data } = useQuery({ ...accessQuery, enabled: isAllowed });
  if (!isAllowed) return null;
  const roles = pages.find(({ path }: { readonly path: string }) => path === '/roles');
  return (
    <p className="text-ink2 flex min-h-5 flex-wrap gap-x-3 px-5">
      {data && (
        <>
          <span className="text-ink font-medium">{say.access}</span>
          <span>{say.accessOf(fmt.number(data.roles.length), fmt.number(data.permissions.length))}</span>
          {roles && (
            <Link to={roles.path} className="text-kashi underline">
              {say.seeRoles}
            </Link>
          )}
        </>
      )}
    </p>
  );
}

function Components({ components }: Pick<Health, 'components'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <table className="w-full">
      <thead className="bg-raised text-meta text-ink2">
        <tr>
          <th scope="col" className="px-5 py-1.5 text-start font-medium">
            {say.component}
          </th>
          <th scope="col" className="px-5 py-1.5 text-start font-medium">
            {say.state}
          </th>
          <th scope="col" className="px-5 py-1.5 text-end font-medium">
            {say.latency}
          </th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {components.map(({ name, status, latencyMs, lastError }) => (
          <tr key={name}>
            <th scope="row" className="px-5 py-1.5 text-start font-normal">
              <bdi>{name}</bdi>
              {lastError && <p className="text-meta text-bad [overflow-wrap:anywhere]">{lastError}</p>}
            </th>
            <td className="px-5 py-1.5">
              <Badge state={LOOKS[status]}>{say.states[status]}</Badge>
            </td>
            <td className="text-ink2 px-5 py-1.5 text-end whitespace-nowrap">{fmt.duration(latencyMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
