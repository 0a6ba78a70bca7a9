import { useQuery } from '@tanstack/react-query';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { personQuery } from './queries.ts';
import { words } from './words.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const SHORT = 8;

interface WhoProps {
  readonly type: string;
  readonly id: string;
  /** The id is shown elsewhere. */
  readonly isNamed?: boolean;
}

/** Who did it: the name of an account for those who may see accounts, else the kind and the end of the id. */
export function Who({ type, id, isNamed = false }: WhoProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const isPerson = type === 'user' && UUID.test(id);
  const { data } = useQuery({ ...personQuery(id), enabled: isPerson && can('users.access') });
  if (data) return <bdi>{data.name}</bdi>;
  const kind = say.actorTypes[type] ?? type;
  return (
    <span className="inline-flex items-baseline gap-1.5">
      {kind}
      {!isNamed && <bdi className="text-ink3 font-mono text-[12px]">{UUID.test(id) ? `…${id.slice(-SHORT)}` : id}</bdi>}
    </span>
  );
}
