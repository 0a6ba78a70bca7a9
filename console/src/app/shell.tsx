import { lazy, Suspense } from 'react';
import { RouterProvider } from '@tanstack/react-router';
import { StepUp } from '#app/server/step-up.tsx';
import { useSession } from '#app/server/session.tsx';
import { Failure } from '#app/ui/states.tsx';
import { router } from './router.ts';

const SignInPage = lazy(async () => ({ default: (await import('#app/features/sign-in/page.tsx')).SignInPage }));

/** The sign-in is a state of every address and no address: a link opens what it names once somebody has signed in. */
export function Shell() {
  const { state } = useSession();
  if (state.is === 'starting') return null; // one call, and nothing that could jump
  if (state.is === 'unreachable')
    return (
      <main>
        <Failure error={state.error} onRetry={() => location.reload()} />
      </main>
    );
  if (state.is === 'signedOut')
    return (
      <Suspense fallback={null}>
        <SignInPage hasEnded={state.hasEnded} />
      </Suspense>
    );
  return (
    <>
      <RouterProvider router={router} />
      <StepUp />
    </>
  );
}
