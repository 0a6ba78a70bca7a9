import type { Problem } from '#client';

export type StepUpMethod = 'password' | 'totp' | 'passkey' | 'securityKey';

/** Asks for a fresh proof of who it is. Resolves to whether the server has accepted one. */
export type Demand = (methods: readonly StepUpMethod[]) => Promise<boolean>;

interface Proofs {
  readonly demand: Demand;
  /** The proof that no bot asks; null where none can be made. */
  readonly solve: () => Promise<string | null>;
}

/**
 * Sends a request. Where the server first wants a fresh proof of identity, or that no bot asks, it is given, and the same
 * request is sent again: no feature has code for it. Calls that are refused at the same time share one dialog.
 */
export function createProvingFetch({ demand, solve }: Proofs): (request: Request) => Promise<Response> {
  let asking: Promise<boolean> | null = null;

  function askOnce(methods: readonly StepUpMethod[]): Promise<boolean> {
    asking ??= demand(methods).finally(() => (asking = null));
    return asking;
  }

  return async (request) => {
    const again = request.clone(); // a body can be read once
    const response = await fetch(request);
    if (response.status !== 403 || request.url.endsWith('/users/step-up')) return response;
    const problem = await problemOf(response);
    if (problem?.code === 'users.step_up_required')
      return (await askOnce(methodsOf(problem))) ? fetch(again) : response;
    if (problem?.code !== 'users.bot_check_required') return response;
    const proof = await solve();
    if (proof === null) return response;
    again.headers.set('x-bot-proof', proof);
    return fetch(again);
  };
}

async function problemOf(response: Response): Promise<Problem | null> {
  return (await response.clone().json().catch(() => null)) as Problem | null; // prettier-ignore
}

function methodsOf(problem: Problem): readonly StepUpMethod[] {
  const { methods } = problem as { methods?: unknown };
  return Array.isArray(methods) ? (methods as readonly StepUpMethod[]) : [];
}
