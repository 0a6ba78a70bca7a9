import { useState, type ComponentType } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { Brand } from '#app/app/frame/brand.tsx';
import { LanguageButton, ThemeButton } from '#app/app/frame/header.tsx';
import { settings } from '#app/app/settings.ts';
import { client } from '#app/server/client.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { usePageTitle } from '#app/ui/list.tsx';
import { AskCode, ByPassword, EnterCode, PasskeyButton, SecondFactor } from './enter.tsx';
import { ExternalEmail, Providers, takeReturn, useReturn } from './external.tsx';
import { useFlow, type Flow, type Way } from './flow.ts';
import { Register, Verify } from './register.tsx';
import { ChoosePassword, Forgot, Reset } from './reset.tsx';
import { Review } from './review.tsx';
import { SetUp } from './setup.tsx';
import { words } from './words.ts';

const WAYS: Record<Way, ComponentType<{ flow: Flow }>> = {
  password: ByPassword,
  code: AskCode,
  enterCode: EnterCode,
  factor: SecondFactor,
  register: Register,
  verify: Verify,
  forgot: Forgot,
  reset: Reset,
  newPassword: ChoosePassword,
  externalEmail: ExternalEmail,
  review: Review,
  setup: SetUp,
};

/** Shown at every address to those who are not signed in. */
export function SignInPage({ hasEnded }: { readonly hasEnded: boolean }) {
  const { data, isPending } = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/setup', { signal })),
    staleTime: 0,
  });
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr] p-4">
      <header className="flex items-center justify-between">
        <Brand />
        <div className="flex">
          <LanguageButton />
          <ThemeButton />
        </div>
      </header>
      <main className="grid place-items-center">
        {!isPending && <Card first={data?.isOpen ? 'setup' : 'password'} hasEnded={hasEnded} />}
      </main>
    </div>
  );
}

function Card({ first, hasEnded }: { readonly first: Way; readonly hasEnded: boolean }) {
  const say = useTexts(words);
  const name = settings.names[useLanguage()];
  const [returned] = useState(takeReturn);
  const flow = useFlow(first);
  useReturn(flow, returned);
  // A link to the set-up leads to the sign-in once there is an administrator.
  const way = flow.way === 'setup' ? first : flow.way;
  const title = say.titles[way](name);
  usePageTitle(title, name);
  const Form = WAYS[way];
  const isFirst = way === 'password' || way === 'code';
  return (
    <section className="bg-sheet border-line grid w-full max-w-[400px] gap-4 rounded-2xl border p-6 sm:p-8">
      <h1 className="text-title font-semibold">{title}</h1>
      {hasEnded && isFirst && <p className="text-ink2">{say.ended}</p>}
      <Form key={way} flow={flow} />
      {isFirst && (
        <>
          <div className="grid gap-2">
            <PasskeyButton flow={flow} text={say.byPasskey} />
            <Providers />
          </div>
          <div className="flex flex-wrap justify-between gap-x-4">
            <WayLink flow={flow} way="register" text={say.toRegister} />
            <WayLink flow={flow} way="forgot" text={say.toForgot} />
          </div>
        </>
      )}
    </section>
  );
}

function WayLink({ flow, way, text }: { readonly flow: Flow; readonly way: Way; readonly text: string }) {
  return (
    <a
      href={`#${way}`}
      className="text-kashi inline-flex min-h-8 items-center underline-offset-4 hover:underline"
      onClick={(event) => {
        event.preventDefault();
        flow.go(way);
      }}
    >
      {text}
    </a>
  );
}
