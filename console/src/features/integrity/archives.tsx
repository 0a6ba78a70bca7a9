import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AuditArchive } from '#client';
import { ListTools } from '#app/list/tools.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { ArchiveForm } from './archive-form.tsx';
import { Card } from '#app/ui/card.tsx';
import { ARCHIVES, archivesQuery, PERMISSION } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/integrity');
const LOOKS: Readonly<Record<AuditArchive['status'], State>> = {
  writing: 'info',
  dropping: 'info',
  archived: 'ok',
  failed: 'bad',
};

/** Old ranges in object storage, and the form that moves another one there. */
export function Archives() {
  const say = useTexts(words);
  const { can } = useMe();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(archivesQuery);
  const mayArchive = can('audit.manage');
  return (
    <Card
      title={say.archives}
      action={
        <div className="flex items-center gap-2">
          {data && data.items.length > 0 && <ListTools title={say.archives} call={{ path: ARCHIVES }} />}
          {mayArchive && (
            <Link to="." search={(before: object) => ({ ...before, open: 'archive' })} className={buttonClass()}>
              {say.archive}
            </Link>
          )}
        </div>
      }
    >
      {data && data.items.length === 0 && <p className="text-ink2 px-5 pb-3">{say.noArchives}</p>}
      {data && data.items.length > 0 && (
        <ul className="divide-line divide-y">
          {data.items.map((archive) => (
            <Archive key={archive.id} archive={archive} />
          ))}
        </ul>
      )}
      {!data && error && <Failure error={error} permission={PERMISSION} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={2} />}
      {open === 'archive' && mayArchive && (
        <ArchiveForm onClose={() => void navigate({ search: (before) => ({ ...before, open: undefined }) })} />
      )}
    </Card>
  );
}

function Archive({ archive }: { readonly archive: AuditArchive }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { status, fromSequence, toSequence, sizeBytes, objectKey, problem, finishedAt, createdAt } = archive;
  return (
    <li className="grid gap-1 px-5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge state={LOOKS[status]}>{say.archiveStatus[status]}</Badge>
        <span className="font-medium">
          {say.entries} {say.rangeOf(fmt.number(fromSequence), fmt.number(toSequence))}
        </span>
        {sizeBytes !== null && <span className="text-ink2">{fmt.bytes(sizeBytes)}</span>}
        <span className="text-meta text-ink3 ms-auto">
          <Time at={finishedAt ?? createdAt} />
        </span>
      </div>
      {problem !== null && <p className="text-bad">{problem}</p>}
      {objectKey !== null && (
        <div className="text-meta text-ink3">
          <Copyable name={say.object} value={objectKey} />
        </div>
      )}
    </li>
  );
}
