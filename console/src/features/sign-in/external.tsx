import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, take } from '#client';
import { settings } from '#app/app/settings.ts';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { useFields } from '#app/ui/form/form.tsx';
import { COOKIE, kept, type Flow } from './flow.ts';
import { BackButton, CodeField, WayForm } from './parts.tsx';
import { words } from './words.ts';

const BACK = 'external'; // names the path to go on with, in the address to which a provider returns

/** A button for each provider. The browser goes there itself, and comes back to the path that was asked for. */
export function Providers() {
  const say = useTexts(words);
  const { data } = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/oauth/providers', { signal })),
    staleTime: Infinity,
  });
  const returnUrl = new URL(`${settings.prefix}/console/`, location.origin);
  returnUrl.searchParams.set(BACK, location.pathname + location.search);
  return data?.items.map(({ name, title, startUrl }) => {
    const url = new URL(startUrl, location.origin);
    url.searchParams.set('returnUrl', returnUrl.href);
    return (
      <a key={name} href={url.href} className={`${buttonClass()} min-h-9`}>
        {say.with(title)}
      </a>
    );
  });
}

/** What a provider has brought back; null where nobody comes from one. It leaves the address, so that it is used once. */
export function takeReturn(): { readonly code: string | null; readonly error: string | null } | null {
  const found = new URLSearchParams(location.search);
  const path = found.get(BACK);
  const [code, error] = [found.get('code'), found.get('error')];
  if (path === null || (code === null && error === null)) return null;
  const to = new URL(path, location.origin);
  const isOurs = to.origin === location.origin && to.pathname.startsWith(`${settings.prefix}/console/`);
  history.replaceState(null, '', isOurs ? to.pathname + to.search : `${settings.prefix}/console/`);
  return { code, error };
}

/** Goes on with what a provider has brought back. */
export function useReturn(flow: Flow, returned: ReturnType<typeof takeReturn>): void {
  const { go, enter } = flow;
  const { externalErrors, externalFailed } = useTexts(words);
  useEffect(() => {
    if (!returned) return;
    const { code, error } = returned;
    if (code === null) {
      const title = externalErrors[error as keyof typeof externalErrors] ?? externalFailed;
      const failure = new ApiError({ type: 'about:blank', title, status: 400, code: error ?? '' });
      return go('password', { failure });
    }
    kept(client.api.POST('/api/v1/users/oauth/exchange', { body: { code }, params: { header: COOKIE } }))
      .then(enter)
      .catch((failure: unknown) => go('password', { failure }));
    // Once: a code is good for one exchange.
  }, [returned]);
}

/** The provider does not vouch for the address: a code was mailed to it. */
export function ExternalEmail({ flow }: { readonly flow: Flow }) {
  const say = useTexts(words);
  const form = useFields({ code: '' });
  const send = async ({ code }: { code: string }) => {
    const body = { challengeToken: flow.known.token, code };
    await flow.enter(
      await kept(client.api.POST('/api/v1/users/oauth/confirm-email', { body, params: { header: COOKIE } })),
    );
  };
  return (
    <WayForm form={form} flow={flow} onSend={send} action={say.finish} first="code" after={<BackButton flow={flow} />}>
      <p className="text-ink2">{say.externalEmail}</p>
      <CodeField form={form} />
    </WayForm>
  );
}
