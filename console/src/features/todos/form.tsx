import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ApiError, take, type Todo } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts, type Language } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { DateField, type DateValue } from '#app/ui/form/date-field.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { words as common } from '#app/ui/words.ts';
import { Conflict } from './conflict.tsx';
import { useSave } from './queries.ts';
import { words } from './words.ts';

const priorities = ['normal', 'low', 'medium', 'high', 'top'] as const;

interface TodoFormProps {
  /** Null for a new one. */
  readonly todo: Todo | null;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onSaved: () => void;
}

function toValues(todo: Todo | null, language: Language) {
  return {
    description: todo?.description ?? '',
    due: (todo?.dueDate ?? null) as DateValue,
    remind: (todo?.remindAt ?? null) as DateValue,
    priority: todo?.priority ?? 'normal',
    labels: todo?.labels.join(language === 'fa' ? '، ' : ', ') ?? '',
  };
}

/** Errors appear when a field is left, and go with the next change. */
export function TodoForm({ todo, onDirty, onSaved }: TodoFormProps) {
  const say = useTexts(words);
  const language = useLanguage();
  const { unreachable } = useTexts(common);
  const { can } = useMe();
  const form = useRef<HTMLFormElement>(null);
  const [base, setBase] = useState(todo);
  const [values, setValues] = useState(() => toValues(todo, language));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [theirs, setTheirs] = useState<Todo | null>(null);
  const save = useSave();
  const isDirty = JSON.stringify(values) !== JSON.stringify(toValues(base, language));
  useEffect(() => onDirty(isDirty && !save.isSuccess), [isDirty, save.isSuccess, onDirty]);

  const errors = {
    description: values.description.trim() === '' ? say.descriptionMissing : undefined,
    due: values.due === undefined ? say.dueInvalid : undefined,
    remind: values.remind === undefined ? say.remindInvalid : undefined,
  };
  const shown = (name: keyof typeof errors) => (left.has(name) ? errors[name] : undefined);
  const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
  const leave = (name: string) => setLeft(new Set([...left, name]));
  const field = (name: 'due' | 'remind') => ({
    value: values[name],
    onChange: (value: DateValue) => set({ [name]: value }),
    onBlur: () => leave(name),
    error: shown(name),
  });

  function send(onto: Todo | null): void {
    const labels = values.labels.split(/[,،]/).map((label) => label.trim()).filter((label) => label !== ''); // prettier-ignore
    const { description, priority } = values;
    const fields = {
      description,
      priority,
      labels: [...new Set(labels)],
      dueDate: values.due ?? null,
      remindAt: values.remind ?? null,
    };
    save.mutate({ base: onto, fields }, { onSuccess: onSaved, onError: (error) => void compare(error) });
  }

  async function compare(error: Error): Promise<void> {
    if (!base || !(error instanceof ApiError) || error.status !== 412) return;
    setTheirs(await take(client.api.GET('/api/v1/todos/{id}', { params: { path: { id: base.id } } })));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setLeft(new Set(Object.keys(errors)));
    const [first] = Object.entries(errors).flatMap(([name, error]) => (error ? [name] : []));
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
    send(base);
  }

  function takeTheirs(): void {
    setBase(theirs);
    setValues(toValues(theirs, language));
    setTheirs(null);
    save.reset();
  }

  return (
    <form ref={form} noValidate onSubmit={submit} className="grid gap-4 p-5">
      <fieldset disabled={!can('todos.write')} className="grid gap-4">
        <Field label={say.description} error={shown('description')}>
          {(described) => (
            <textarea
              {...described}
              name="description"
              data-first={base ? undefined : true}
              dir="auto"
              rows={3}
              maxLength={500}
              value={values.description}
              onChange={({ target }) => set({ description: target.value })}
              onBlur={() => leave('description')}
              className="control py-1.5"
            />
          )}
        </Field>
        <DateField name="due" label={say.due} help={say.dueHelp} {...field('due')} />
        <DateField name="remind" label={say.remind} help={say.remindHelp} hasTime {...field('remind')} />
        <Field label={say.priority}>
          {(described) => (
            <select
              {...described}
              value={values.priority}
              onChange={({ target }) => set({ priority: target.value as Todo['priority'] })}
              className="control"
            >
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  {say.priorities[priority]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={say.labels} help={say.labelsHelp}>
          {(described) => (
            <input
              {...described}
              dir="auto"
              autoComplete="off"
              value={values.labels}
              onChange={({ target }) => set({ labels: target.value })}
              className="control"
            />
          )}
        </Field>
      </fieldset>
      {theirs && (
        <Conflict theirs={theirs} onTake={takeTheirs} onKeep={() => (setTheirs(null), setBase(theirs), send(theirs))} />
      )}
      {save.error && !theirs && (
        <p role="alert" className="bg-bad-soft text-bad rounded-lg px-3 py-2">
          {save.error instanceof ApiError
            ? (save.error.problem.errors?.[0]?.message ?? save.error.message)
            : unreachable}
        </p>
      )}
      {can('todos.write') && (
        <Button
          type="submit"
          look="primary"
          disabled={save.isPending || (base !== null && !isDirty)}
          className="justify-self-start"
        >
          {base ? say.save : say.create}
        </Button>
      )}
    </form>
  );
}
