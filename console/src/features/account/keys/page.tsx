import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { take, type ApiKey } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Time } from '#app/ui/time.tsx';
import { Loaded, Nothing, Panel, Part, Row, Rows, useAct } from '../parts.tsx';
import { keysQuery } from '../queries.ts';
import { NewKey } from './form.tsx';
import { words } from './words.ts';

export function KeysPage() {
  const say = useTexts(words);
  const navigate = useNavigate();
  const { open } = useSearch({ from: '/account/keys' });
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const keys = useQuery(keysQuery);
  const { run, error, isPending } = useAct('keys');
  const revoke = ({ id }: ApiKey) =>
    run({
      work: () => take(client.api.DELETE('/api/v1/users/api-keys/{id}', { params: { path: { id } } })),
      done: say.revoked,
    });
  return (
    <Part title={say.title} path="/api/v1/users/api-keys" isList>
      <FailureText error={error} />
      <Panel
        title={say.list}
        about={say.about}
        action={
          <Link to="/account/keys" search={{ open: 'new' }} className={buttonClass('primary')}>
            {say.create}
          </Link>
        }
      >
        <Loaded query={keys} rows={2}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing text={say.empty} />
            ) : (
              <Rows>
                {items.map((key) => (
                  <KeyRow key={key.id} item={key} isBusy={isPending} onRevoke={() => setAsked(key)} />
                ))}
              </Rows>
            )
          }
        </Loaded>
      </Panel>
      {open === 'new' && <NewKey onClose={() => void navigate({ to: '/account/keys', search: {} })} />}
      {asked && (
        <Confirm
          title={say.revokeTitle}
          text={say.revokeText(asked.name)}
          action={say.revokeNamed(asked.name)}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            revoke(asked);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Part>
  );
}

function KeyRow({ item, isBusy, onRevoke }: { item: ApiKey; isBusy: boolean; onRevoke: () => void }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { name, prefix, scopes, expiresAt, lastUsedAt, impersonatorName, reason } = item;
  return (
    <Row
      title={
        <>
          <bdi>{name}</bdi>
          {impersonatorName !== null && <Badge state="warn">{say.support(impersonatorName)}</Badge>}
        </>
      }
      facts={
        <>
          <bdi className="font-mono">{`bny_${prefix}_…`}</bdi>
          <span title={scopes.join('\n')}>{say.scopes(scopes.length, fmt.number(scopes.length))}</span>
          <span>
            {say.expires} <Time at={expiresAt} />
          </span>
          <span>
            {lastUsedAt === null ? (
              say.never
            ) : (
              <>
                {say.lastUsed} <Time at={lastUsedAt} as="ago" />
              </>
            )}
          </span>
          {reason !== null && <bdi>{reason}</bdi>}
        </>
      }
      action={
        <Button look="danger" disabled={isBusy} aria-label={say.revokeNamed(name)} onClick={onRevoke}>
          {say.revoke}
        </Button>
      }
    />
  );
}
