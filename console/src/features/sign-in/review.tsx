import { useSession } from '#app/server/session.tsx';
import { settings } from '#app/app/settings.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Time } from '#app/ui/time.tsx';
import type { Flow } from './flow.ts';
import { words } from './words.ts';

/** After a reset of the password: what else can sign in. Somebody who had the password may have added it. */
export function Review({ flow }: { readonly flow: Flow }) {
  const say = useTexts(words);
  const { begin } = useSession();
  const check = () => {
    history.replaceState(null, '', `${settings.prefix}/console/account/security`);
    void begin();
  };
  return (
    <div className="grid gap-4">
      <p className="text-ink2">{say.reviewAbout}</p>
      <ul className="border-line divide-line divide-y rounded-lg border">
        {flow.known.review.map(({ factor, id, name, createdAt }) => (
          <li key={id ?? factor} className="flex flex-wrap justify-between gap-2 px-3 py-2">
            <span>{factor === 'totp' ? say.totp : <bdi>{name}</bdi>}</span>
            <span className="text-ink3">
              <Time at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
      <Button look="primary" className="min-h-9" onClick={check}>
        {say.reviewCheck}
      </Button>
      <Button look="quiet" onClick={() => void begin()}>
        {say.reviewMine}
      </Button>
    </div>
  );
}
