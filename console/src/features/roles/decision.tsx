import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Check, Matrix, Reason } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { RolePath } from './parts.tsx';
import { checkQuery, matrixQuery } from './queries.ts';
import { descriptionOf, reachOf } from './reach.ts';
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
  const description = matrix && descriptionOf(matrix, question.permission);
  return (
    <section aria-label={say.answer} className="border-line overflow-hidden rounded-xl border">
      <div role="status" className={`grid gap-1 px-4 py-3 ${decision ? 'bg-ok-soft' : 'bg-bad-soft'}`}>
        <p className={`flex items-start gap-2 font-semibold ${decision ? 'text-ok' : 'text-bad'}`}>
          <Icon name={decision ? 'check' : 'close'} className="mt-0.5" />
          {decision ? say.allowed(name, question.permission) : say.refused(name, question.permission)}
        </p>
        {description !== undefined && <p className="ps-6">{description}</p>}
      </div>
      <ul className="divide-line divide-y">
        {reasons.map((reason) => (
          <li key={JSON.stringify(reason)} className="grid gap-2 px-4 py-3">
            <ReasonText reason={reason} matrix={matrix} />
            {reason.code === 'missing' && matrix && <Helpful permission={question.permission} matrix={matrix} />}
          </li>
        ))}
      </ul>
      <Next question={question} reasons={reasons} name={name} />
    </section>
  );
}

interface ReasonTextProps {
  readonly reason: Reason;
  readonly matrix: Matrix | undefined;
}

function ReasonText({ reason, matrix }: ReasonTextProps) {
  const { reasons: say } = useTexts(words);
  const { code, permission = '', roles = [], subjectType, subjectValue = '' } = reason;
  switch (code) {
    case 'role':
    case 'member':
      return (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {say[code]} <RolePath roles={roles} matrix={matrix} />
        </span>
      );
    case 'permission':
      return <span>{say.permission(permission)}</span>;
    case 'entry':
      return <span>{say.entry[subjectType ?? 'user'](subjectValue)}</span>;
    default:
      return <span>{say[code]}</span>;
  }
}

/** The roles that would give what is missing. */
function Helpful({ permission, matrix }: { readonly permission: string; readonly matrix: Matrix }) {
  const say = useTexts(words);
  const roles = [...reachOf(matrix)].flatMap(([name, given]) => (given.has(permission) ? [name] : [])); // prettier-ignore
  if (roles.length === 0) return null;
  return (
    <span className="text-ink2 flex flex-wrap items-center gap-x-2 gap-y-1">
      {say.wouldGive}
      {roles.map((role) => (
        <RolePath key={role} roles={[role]} matrix={matrix} />
      ))}
    </span>
  );
}

interface NextProps {
  readonly question: Check;
  readonly reasons: readonly Reason[];
  readonly name: string;
}

/** Where the decision can be changed, for those who may. Not for an account or a permission that does not exist. */
function Next({ question: { userId, permission }, reasons, name }: NextProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const isKnown = !reasons.some(({ code }) => code === 'unknownUser' || code === 'unknownPermission');
  if (!isKnown || !can('authorization.manage')) return null;
  return (
    <div className="border-line flex flex-wrap gap-2 border-t px-4 py-3">
      {can('users.access') && (
        <Link to="/users" search={{ open: userId, tab: 'roles' }} className={buttonClass()}>
          {say.openHoldings(name)}
        </Link>
      )}
      <Link to="/roles/matrix" search={{ search: permission }} className={buttonClass('quiet')}>
        {say.openMatrix(permission)}
      </Link>
    </div>
  );
}
