import { useState, type FormEvent } from 'react';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiError, take, type Mailbox } from '#client';
import { given } from '#app/app/search.ts';
import { settings } from '#app/app/settings.ts';
import { AskButton } from '#app/features/notifications/ask.tsx';
import { AsCall } from '#app/list/call.tsx';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { ListTitle, SearchBox, usePageTitle } from '#app/ui/list.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { toKey } from './found.ts';
import { MailList, MailView } from './mail.tsx';
import { words } from './words.ts';

const route = getRouteApi('/mailbox');
const PATH = '/dev/mailbox';
const RENEW_MS = 3000; // a developer waits for a mail

export type Mail = Mailbox['items'][number];

function mailboxQuery(key: string, to: string | undefined) {
  return queryOptions({
    queryKey: ['mailbox', key, to],
    queryFn: ({ signal }) =>
      take(client.api.GET(PATH, { params: { query: given({ to }), header: { 'X-Mailbox-Key': key } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.error ? false : RENEW_MS),
  });
}

/** The e-mails that a server in development keeps instead of sending them. */
export function MailboxPage() {
  const say = useTexts(words);
  const { key } = route.useSearch();
  usePageTitle(say.title, settings.names[useLanguage()]);
  return key === undefined ? <AskKey /> : <Mails mailboxKey={key} />;
}

function AskKey({ isRefused = false }: { readonly isRefused?: boolean }) {
  const say = useTexts(words);
  const navigate = route.useNavigate();
  const [pasted, setPasted] = useState('');
  const [isMissing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = toKey(pasted);
    setMissing(key === '');
    if (key !== '') void navigate({ search: { key }, replace: true });
  };
  const error = isMissing ? say.keyMissing : isRefused ? say.refused : undefined;
  return (
    <>
      <ListTitle title={say.title} page={undefined} />
      <p className="text-ink2">{say.about}</p>
      <form noValidate onSubmit={submit} className="grid max-w-lg gap-4">
        <Field label={say.key} help={say.keyHelp} error={error}>
          {(described) => (
            <input
              {...described}
              name="key"
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              value={pasted}
              onChange={({ target }) => setPasted(target.value)}
              className="control font-mono text-[12px]"
            />
          )}
        </Field>
        <Button type="submit" look="primary" className="justify-self-start">
          {say.open}
        </Button>
      </form>
    </>
  );
}

function Mails({ mailboxKey }: { readonly mailboxKey: string }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { to, open } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, dataUpdatedAt, refetch } = useQuery(mailboxQuery(mailboxKey, to));
  if (error instanceof ApiError && error.status === 404) return <AskKey isRefused />;
  const mails = data?.items ?? [];
  const shown = open === undefined ? mails[0] : mails.find(({ id }) => id === open);
  const clear = () => take(client.api.DELETE(PATH, { params: { header: { 'X-Mailbox-Key': mailboxKey } } }));
  return (
    <>
      <ListTitle title={say.title} page={data && { totalCount: mails.length }}>
        <div className="flex flex-wrap items-center gap-2">
          <AsCall call={{ path: PATH, query: { key: mailboxKey, to } }} />
          {mails.length > 0 && (
            <AskButton
              action={say.clear}
              title={say.clearTitle}
              text={say.clearText(fmt.number(mails.length))}
              cancel={say.keep}
              done={say.cleared}
              run={clear}
              stale={['mailbox']}
            />
          )}
        </div>
      </ListTitle>
      <p className="text-ink2">{say.about}</p>
      <div role="search" className="flex">
        <SearchBox
          value={to ?? ''}
          label={say.filter}
          onChange={(text) =>
            void navigate({ search: (before) => ({ ...before, to: text || undefined, open: undefined }) })
          }
        />
      </div>
      {error && data && <Stale since={dataUpdatedAt} onRetry={() => void refetch()} />}
      <div className="border-line min-h-24 overflow-hidden rounded-xl border">
        {!data && !error && <Skeleton />}
        {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
        {data && mails.length === 0 && <Empty text={to === undefined ? say.empty : say.emptyFiltered} />}
        {mails.length > 0 && (
          <div className="grid lg:grid-cols-[minmax(260px,340px)_1fr]">
            <MailList mails={mails} openId={shown?.id} />
            {shown ? <MailView mail={shown} /> : <Empty text={say.gone} />}
          </div>
        )}
      </div>
    </>
  );
}
