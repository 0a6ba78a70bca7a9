import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import type { Step, Verdict } from './proof.ts';
import { PERMISSION, proofQuery } from './queries.ts';
import { words } from './words.ts';

/** Whether the signed head of the trail contains the entry, as this browser finds it, step by step. */
export function ProofTab({ entry }: { readonly entry: AuditEntry }) {
  const say = useTexts(words);
  const { data, error, isFetching, refetch } = useQuery({ ...proofQuery(entry), enabled: entry.sequence !== null });
  const again = () => void refetch();
  if (entry.sequence === null) return <p className="text-ink2 px-5">{say.notChained}</p>;
  if (!data && error) return <Failure error={error} permission={PERMISSION} onRetry={again} />;
  if (!data) return <Skeleton rows={4} />;
  return (
    <div className="grid gap-4 px-5 pb-5">
      <Sentence steps={data.steps} />
      <ol className="border-line divide-line divide-y rounded-xl border">
        {data.steps.map((step) => (
          <StepRow key={step.name} step={step} verdict={data} />
        ))}
      </ol>
      <p className="text-meta text-ink3">{say.proofLimits}</p>
      <div>
        <Button onClick={again} disabled={isFetching}>
          {say.verifyAgain}
        </Button>
      </div>
    </div>
  );
}

function Sentence({ steps }: Pick<Verdict, 'steps'>) {
  const say = useTexts(words);
  if (steps.some(({ state }) => state === 'bad'))
    return (
      <p role="alert" data-verdict="bad" className="bg-bad-soft text-bad flex items-center gap-2 rounded-lg px-3 py-2">
        <Icon name="warning" />
        <strong>{say.refuted}</strong>
      </p>
    );
  const isWhole = steps.every(({ state }) => state === 'ok');
  return (
    <p
      role="status"
      data-verdict={isWhole ? 'ok' : 'unknown'}
      className={`flex items-center gap-2 rounded-lg px-3 py-2 ${isWhole ? 'bg-ok-soft text-ok' : 'bg-warn-soft text-warn'}`}
    >
      <Icon name={isWhole ? 'check' : 'warning'} />
      <strong>{isWhole ? say.proven : say.halfProven}</strong>
    </p>
  );
}

const LOOKS = { ok: 'text-ok', bad: 'text-bad', unknown: 'text-warn' };

function StepRow({ step: { name, state, expected, found }, verdict }: { step: Step; verdict: Verdict }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { size, hashes, keyId } = verdict;
  return (
    <li data-step={name} data-state={state} className="flex gap-2.5 px-3 py-2.5">
      <Icon name={state === 'ok' ? 'check' : 'warning'} className={`mt-0.5 ${LOOKS[state]}`} />
      <div className="grid min-w-0 gap-1">
        <p className={state === 'ok' ? '' : `${LOOKS[state]} font-medium`}>
          {say.steps(fmt.number(size), fmt.number(hashes))[name][state]}
        </p>
        {name === 'key' && keyId !== null && <Hash title={say.key} value={keyId} />}
        {expected && <Hash title={state === 'ok' ? '' : say.expected} value={expected} />}
        {state === 'bad' && found && <Hash title={say.found} value={found} />}
      </div>
    </li>
  );
}

function Hash({ title, value }: { readonly title: string; readonly value: string }) {
  const say = useTexts(words);
  return (
    <p className="text-meta text-ink3 flex min-w-0 items-center gap-2">
      {title}
      <Copyable name={title || say.proof} value={value} />
    </p>
  );
}
