import { useCallback, useEffect, useState } from 'react';
import { take, type EmailRequired, type KeptFactor, type MfaRequired, type Tokens } from '#client';
import { client } from '#app/server/client.ts';
import { useSession } from '#app/server/session.tsx';
import { toPlain } from '#app/text/typed.ts';

/** What the page asks for now. Those of `ADDRESSED` are in the fragment of the address, so they are links. */
export type Way =
  | 'password' | 'code' | 'enterCode' | 'factor' | 'register' | 'verify' | 'forgot' | 'reset' | 'newPassword'
  | 'externalEmail' | 'review' | 'setup'; // prettier-ignore
const ADDRESSED = ['code', 'register', 'forgot', 'setup'] as const satisfies readonly Way[];

/** What earlier steps have found out. Never stored. */
export interface Known {
  /** E-mail address or phone number, as typed. */
  readonly contact: string;
  /** Of the registration or reset, to sign in by itself afterwards. */
  readonly password: string;
  readonly mfa: MfaRequired | null;
  /** For a new password, or of an external sign-in. */
  readonly token: string;
  readonly resendAfterSeconds: number;
  readonly review: readonly KeptFactor[];
  /** What has just been done, in words. */
  readonly note: string;
  /** Why the last step failed, where that step is gone. */
  readonly failure: unknown;
}

const NOTHING: Known = {
  contact: '',
  password: '',
  mfa: null,
  token: '',
  resendAfterSeconds: 60,
  review: [],
  note: '',
  failure: null,
};

export interface Flow {
  readonly way: Way;
  readonly known: Known;
  readonly go: (way: Way, change?: Partial<Known>) => void;
  /** After an answer to a sign-in: the console, or what is still missing. */
  readonly enter: (answer: Tokens | MfaRequired | EmailRequired) => Promise<void>;
}

/** `first` is shown where the address names nothing. */
export function useFlow(first: Way): Flow {
  const { begin } = useSession();
  const [way, setWay] = useState<Way>(() => wayOf(location.hash) ?? first);
  const [known, setKnown] = useState(NOTHING);

  useEffect(() => {
    const onMove = () => setWay(wayOf(location.hash) ?? first);
    addEventListener('popstate', onMove);
    return () => removeEventListener('popstate', onMove);
  }, [first]);

  const go = useCallback<Flow['go']>((next, change = {}) => {
    const hash = ADDRESSED.some((one) => one === next) ? `#${next}` : '';
    if (location.hash !== hash) history.pushState(null, '', location.pathname + location.search + hash);
    setKnown((before) => ({ ...before, note: '', failure: null, ...change }));
    setWay(next);
  }, []);
  const enter = useCallback<Flow['enter']>(
    async (answer) => {
      if ('mfaRequired' in answer) return go('factor', { mfa: answer });
      if ('emailVerificationRequired' in answer) return go('externalEmail', { token: answer.challengeToken });
      const { factorsToReview = [] } = answer;
      if (factorsToReview.length > 0) return go('review', { review: factorsToReview });
      history.replaceState(null, '', location.pathname + location.search);
      return begin();
    },
    [begin, go],
  );
  return { way, known, go, enter };
}

function wayOf(hash: string): Way | null {
  if (hash.startsWith('#token=')) return 'setup';
  return ADDRESSED.find((one) => hash === `#${one}`) ?? null;
}

/** As the server wants it: an address has an @, all else is a phone number. */
export function toContact(typed: string): { email: string } | { phone: string } {
  const contact = toPlain(typed).trim();
  return contact.includes('@') ? { email: contact } : { phone: contact };
}

/** With a password that was given a step before. @throws `ApiError` */
export async function signInWith(flow: Flow, contact: string, password: string): Promise<void> {
  await flow.enter(await client.signIn({ ...toContact(contact), password }));
}

/** Finishes a sign-in whose answer brings cookies only when it is asked to. */
export const COOKIE = { 'X-Refresh-Cookie': 'true' };

/** Keeps the tokens of a sign-in that is not one of the client's own. */
export async function kept<T extends object>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const data = await take<T>(answer);
  if ('accessToken' in data) client.accept(data as unknown as Tokens);
  return data;
}
