import type { User } from '#client';
import { useMe } from '#app/server/session.tsx';
import { Factors } from './factors.tsx';
import { Sessions } from './sessions.tsx';

/** Where a person is signed in, and by what. */
export function Access({ user }: { readonly user: User }) {
  const { id } = useMe();
  return (
    <div className="grid gap-5 px-5">
      <Sessions user={user} isOwn={id === user.id} />
      <Factors user={user} />
    </div>
  );
}
