import { useQuery } from '@tanstack/react-query';
import type { Check, Matrix, Reason } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { checkQuery, matrixQuery } from './queries.ts';
import { reachOf } from './reach.ts';
import { words } from './words.ts';

interface DecisionProps {
  readonly question: Check;
  /** What the person is called. */
  readonly name: string;
}

/** The decision as the server makes it now, and each reason in words. */
export function Decision({ question, name }: DecisionProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const { data, error, refetch } = useQuery(checkQuery(question));
  const { data: matrix } = useQuery({ ...matrixQuery(), enabled: can('authorization.manage') });
  if (error) return <Failure error={error} permission="authorization.check" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={2} />;
  const { decision, reasons } = data;
  return (
    <div role="status" className={`grid gap-2 rounded-xl p-4 ${decision ? 'bg-ok-soft' : 'bg-bad-soft'}`}>
      <p className={`flex items-center gap-2 font-semibold ${decision ? 'text-ok' : 'text-bad'}`}>
        <Icon name={decision ? 'check' : 'close'} />
        {decision ? say.allowed(name, question.permission) : say.refused(name, question.permission)}
      </p>
      <ul className="grid gap-1.5 ps-6">
        {reasons.map((reason) => (
          <li key={JSON.stringify(reason)}>
            <ReasonText reason={reason} />
            {reason.code === 'missing' && matrix && <Helpful permission={question.permission} matrix={matrix} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function ReasonText({ reason }: { readonly reason: Reason }) {
  const { reasons: say, path } = useTexts(words);
  const { code, permission = '', roles = [], subjectType, subjectValue = '' } = reason;
  switch (code) {
    case 'role':
    case 'member':
      return say[code](path(roles));
    case 'permission':
      return say.permission(permission);
    case 'entry':
      return say.entry[subjectType ?? 'user'](subjectValue);
    default:
      return say[code];
  }
}

/** The roles that would give what is missing. */
function Helpful({ permission, matrix }: { readonly permission: string; readonly matrix: Matrix }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const roles = [...reachOf(matrix)].flatMap(([name, given]) => (given.has(permission) ? [name] : [])); // prettier-ignore
  return roles.length > 0 && <span className="text-ink2"> {say.wouldGive(fmt.list(roles))}</span>;
}
