import { getRouteApi, Link } from '@tanstack/react-router';
import type { Todo } from '#client';
import type { Column } from '#app/list/columns.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useTick } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/todos');
const LOOKS: Readonly<Record<Todo['priority'], State>> = { normal: 'plain', low: 'plain', medium: 'info', high: 'warn', top: 'bad' }; // prettier-ignore

export function useColumns(): readonly Column<Todo>[] {
  const say = useTexts(words);
  return [
    { key: 'done', title: say.done, cell: (todo) => <Tick todo={todo} />, isOnPhone: true },
    { key: 'labels', title: say.labels, cell: (todo) => <Labels todo={todo} /> },
    { key: 'priority', title: say.priority, cell: (todo) => <Priority todo={todo} />, isOnPhone: true },
    { key: 'due', title: say.due, cell: (todo) => <Due todo={todo} />, isOnPhone: true },
    { key: 'remind', title: say.remind, cell: ({ remindAt }) => remindAt && <Time at={remindAt} />, isExtra: true },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isExtra: true },
  ];
}

/** Shows at once what was ticked. It is its own target in the row, and round: the square ones select. */
function Tick({ todo }: { readonly todo: Todo }) {
  const say = useTexts(words);
  const { can } = useMe();
  const tell = useToast();
  const tick = useTick((error) => tell(say.tickFailed(error.message)));
  return (
    <label className="relative z-10 -mx-2 inline-grid h-8 w-10 place-items-center align-middle">
      <span className="sr-only">{`${say.done}: ${todo.description}`}</span>
      <input
        type="checkbox"
        name="done"
        checked={todo.isCompleted}
        disabled={!can('todos.write')}
        onChange={() => tick.mutate(todo)}
        className="peer border-field checked:border-kashi checked:bg-kashi col-start-1 row-start-1 size-5 appearance-none rounded-full border"
      />
      <Icon
        name="check"
        className="text-onkashi pointer-events-none invisible col-start-1 row-start-1 size-3.5 peer-checked:visible"
      />
    </label>
  );
}

/** Each is a filter. */
function Labels({ todo: { labels } }: { readonly todo: Todo }) {
  const filters = route.useSearch();
  return (
    <span className="flex gap-1">
      {labels.slice(0, 3).map((label) => (
        <Link
          key={label}
          to="/todos"
          search={{ ...filters, label, cursor: undefined, open: undefined }}
          className="relative z-10 inline-flex min-h-6 items-center"
        >
          <Badge>
            <bdi>{label}</bdi>
          </Badge>
        </Link>
      ))}
    </span>
  );
}

function Priority({ todo: { priority } }: { readonly todo: Todo }) {
  const say = useTexts(words);
  return priority === 'normal' ? null : <Badge state={LOOKS[priority]}>{say.priorities[priority]}</Badge>;
}

function Due({ todo: { dueDate, isCompleted } }: { readonly todo: Todo }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (dueDate === null) return null;
  const isOverdue = !isCompleted && dueDate < new Date().toISOString().slice(0, 10);
  return (
    <span className="inline-flex items-center gap-2">
      <time dateTime={dueDate} className="text-ink2">
        {fmt.day(dueDate)}
      </time>
      {isOverdue && <Badge state="bad">{say.overdue}</Badge>}
    </span>
  );
}
