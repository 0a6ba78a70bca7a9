import { useQuery } from '@tanstack/react-query';
import { useMe } from '#app/server/session.tsx';
import { isUserId, MAY_FIND, personName, personQuery } from './queries.ts';

interface PersonNameProps {
  readonly id: string;
  /** Shows the e-mail address or phone number too. */
  readonly hasAddress?: boolean;
}

/** What the user is called; the id for readers who may not look people up, and where there is no such account. */
export function PersonName({ id, hasAddress = false }: PersonNameProps) {
  const { can } = useMe();
  const { data: person } = useQuery({ ...personQuery(id), enabled: can(MAY_FIND) && isUserId(id) });
  if (!person) return <bdi className="truncate font-mono text-[12px]">{id}</bdi>;
  if (!hasAddress) return <bdi className="truncate">{personName(person)}</bdi>;
  return (
    <span className="flex min-w-0 flex-wrap gap-x-2">
      <bdi className="font-medium">{personName(person)}</bdi>
      <bdi className="text-ink2 truncate">{person.email ?? person.phone}</bdi>
    </span>
  );
}
