import type { OrchestrationHealth } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Time } from '#app/ui/time.tsx';
import { words } from './words.ts';

export function Nodes({ nodes }: Pick<OrchestrationHealth, 'nodes'>) {
  const say = useTexts(words);
  if (nodes.length === 0) return null;
  return (
    <section className="border-line min-w-0 rounded-xl border pb-1">
      <h2 className="px-4 py-3 font-semibold">{say.nodes}</h2>
      <ul className="divide-line divide-y">
        {nodes.map(({ id, host, pid, kind, status, startedAt }) => (
          <li key={id} className="flex min-h-10 flex-wrap items-center gap-x-3 px-4 py-1.5">
            <bdi className="min-w-0 flex-1 font-mono text-[12px] break-all">{`${host}:${pid}`}</bdi>
            <span className="text-ink2">{say.kinds[kind]}</span>
            <span className="text-meta text-ink3">
              <Time at={startedAt} as="ago" />
            </span>
            <Badge state={status === 'alive' ? 'ok' : 'bad'}>{say.nodeStates[status]}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}
