import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { take, type KeptView } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words } from '#app/ui/words.ts';

const PATH = '/api/v1/views';
const MOST = 100;

/** The filters of this page that its reader has kept under a name. They are kept on the server, for every browser. */
export function KeptViews({ isFiltered }: { readonly isFiltered: boolean }) {
  const say = useTexts(words);
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button isSquare look="quiet" aria-label={say.keptViews} title={say.keptViews}>
          <Icon name="bookmark" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={say.keptViews}
          className="bg-sheet border-line z-50 grid w-72 gap-2 rounded-xl border p-3 shadow-xl"
        >
          <Views onGo={() => setOpen(false)} />
          {isFiltered && <KeepForm onKept={() => setOpen(false)} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Where the reader is, without what is open and how far the list was read. */
function useAddress() {
  const { pathname, searchStr } = useLocation();
  const search = new URLSearchParams(searchStr);
  for (const passing of ['open', 'cursor', 'tab']) search.delete(passing);
  return { page: pathname, search: search.toString() };
}

function Views({ onGo }: { readonly onGo: () => void }) {
  const say = useTexts(words);
  const { page } = useAddress();
  const query = { of: page, pageSize: MOST };
  const { data } = useQuery({
    queryKey: ['views', page],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
  });
  if (data?.items.length === 0) return <p className="text-ink2 px-1">{say.noViews}</p>;
  return (
    <ul className="-mx-1 max-h-64 overflow-y-auto">
      {data?.items.map((view) => (
        <View key={view.id} view={view} onGo={onGo} />
      ))}
    </ul>
  );
}

function View({ view: { id, page, name, search }, onGo }: { readonly view: KeptView; readonly onGo: () => void }) {
  const say = useTexts(words);
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () => take(client.api.DELETE(`${PATH}/{id}`, { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['views', page] }),
  });
  return (
    <li className="hover:bg-raised flex items-center rounded-lg">
      <Link
        to="."
        search={Object.fromEntries(new URLSearchParams(search))}
        onClick={onGo}
        className="flex min-h-9 min-w-0 flex-1 items-center px-2"
      >
        <bdi className="truncate">{name}</bdi>
      </Link>
      <Button isSquare look="quiet" aria-label={say.forgetView(name)} onClick={() => forget.mutate()}>
        <Icon name="close" className="size-3.5" />
      </Button>
    </li>
  );
}

function KeepForm({ onKept }: { readonly onKept: () => void }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const { page, search } = useAddress();
  const [name, setName] = useState('');
  const [isMissing, setMissing] = useState(false);
  const keep = useMutation({
    mutationFn: () => take(client.api.POST(PATH, { body: { page, search, name: name.trim() } })),
    onSuccess: async (kept) => {
      await queries.invalidateQueries({ queryKey: ['views', page] });
      tell(say.viewKept(kept.name));
      onKept();
    },
  });
  return (
    <form
      noValidate
      className="border-line grid gap-2 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(name.trim() === '');
        if (name.trim() !== '') keep.mutate();
      }}
    >
      <Field label={say.viewName} error={isMissing ? say.viewNameMissing : undefined}>
        {(described) => (
          <input
            {...described}
            name="view"
            dir="auto"
            autoComplete="off"
            maxLength={60}
            value={name}
            onChange={({ target }) => setName(target.value)}
            className="control"
          />
        )}
      </Field>
      <FormFailure error={keep.error} />
      <Button type="submit" look="primary" disabled={keep.isPending} className="justify-self-start">
        {say.keepView}
      </Button>
    </form>
  );
}
