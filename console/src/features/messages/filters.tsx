import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { catalogueQuery, orchestrationQuery } from '#app/features/observability/queries.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Chips, Choice, SearchBox } from '#app/ui/list.tsx';
import { ageNames, boxes, type Age, type Box, type MessagesSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/messages');

export function Filters({ search }: { readonly search: MessagesSearch }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const navigate = route.useNavigate();
  const { data: health } = useQuery(orchestrationQuery());
  const { data: catalogue } = useQuery(catalogueQuery());
  const { box = 'inbox', state, type, consumer, error = '', age } = search;
  const filter = (change: Partial<MessagesSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });

  const events = catalogue?.items ?? [];
  const types = box === 'work' ? (health?.queues.map(({ name }) => name) ?? []) : events.map((event) => event.type);
  const consumers = events.flatMap((event) => event.consumers);
  const count = (one: Box) => (health ? fmt.number(health[one].failed) : '·');
  return (
    <>
      <Chips<Box>
        label={say.box}
        value={box}
        options={boxes.map((one) => [one, `${say.boxes[one]} ${count(one)}`])}
        onChange={(one) => filter({ box: one === 'inbox' ? undefined : one, type: undefined, consumer: undefined })}
      />
      <Chips<'failed' | 'retrying'>
        label={say.state}
        value={state ?? 'failed'}
        options={[
          ['failed', say.states.failed],
          ['retrying', say.states.retrying],
        ]}
        onChange={(one) => filter({ state: one === 'retrying' ? one : undefined })}
      />
      <SearchBox value={error} label={say.error} onChange={(text) => filter({ error: text || undefined })} />
      <OneOf
        label={say.type}
        every={say.everyType}
        found={types}
        value={type}
        onChange={(one) => filter({ type: one })}
      />
      {box === 'inbox' && (
        <OneOf
          label={say.consumer}
          every={say.everyConsumer}
          found={consumers}
          value={consumer}
          onChange={(one) => filter({ consumer: one })}
        />
      )}
      <Choice<Age | ''>
        label={say.age}
        value={age ?? ''}
        options={[['', say.everyAge], ...ageNames.map((one) => [one, say.ages[one]] as const)]}
        onChange={(one) => filter({ age: one === '' ? undefined : one })}
      />
    </>
  );
}

interface OneOfProps {
  readonly label: string;
  readonly every: string;
  readonly found: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function OneOf({ label, every, found, value, onChange }: OneOfProps) {
  const options = [...new Set([...found, ...(value === undefined ? [] : [value])])].toSorted();
  return (
    <span className="*:w-44">
      <Choice
        label={label}
        value={value ?? ''}
        options={[['', every], ...options.map((one) => [one, one] as const)]}
        onChange={(one) => onChange(one === '' ? undefined : one)}
      />
    </span>
  );
}
