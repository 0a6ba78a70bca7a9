import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take } from '#client';
import { settings } from '#app/app/settings.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { usePageTitle } from '#app/ui/list.tsx';
import { Operations } from './operations.tsx';
import { words } from './words.ts';

/** For operators the state of the system; for everybody else their own. */
export function OverviewPage() {
  const say = useTexts(words);
  const { can } = useMe();
  usePageTitle(say.title, settings.names[useLanguage()]);
  return can('observability.read') ? <Operations /> : <Own hasTodos={can('todos.read')} />;
}

function Own({ hasTodos }: { readonly hasTodos: boolean }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { firstName } = useMe();
  const query = { isCompleted: false, pageSize: 1 };
  const { data } = useQuery({
    queryKey: ['todos', 'open'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/todos', { params: { query }, signal })),
    enabled: hasTodos,
  });
  const open = data?.totalCount ?? null;
  return (
    <section className="grid gap-3">
      <h1 className="text-title font-semibold">{say.hello(firstName)}</h1>
      <p className="text-ink2 min-h-6">{hasTodos ? open !== null && say.open(open, fmt.number(open)) : say.welcome}</p>
      {hasTodos && (
        <p>
          <Link to="/todos" search={{}} className={buttonClass('primary')}>
            {say.seeTodos}
          </Link>
        </p>
      )}
    </section>
  );
}
