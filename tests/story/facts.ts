import type { Answer } from './telling.ts';

/**
 * One value that the server was asked to change, and its possible states: one when the state is certain; the old and
 * the new one during a request, and after a request without an answer.
 */
export interface Fact<S extends string = string> {
  readonly name: string;
  possible: readonly S[];
  /** A request for it is running; there is at most one. */
  isBusy: boolean;
}

/** Counts acknowledged changes, and records every violation. */
export function createLedger() {
  const violations: string[] = [];
  const inFlight = new Set<string>();
  const counts = { acknowledged: 0, unanswered: 0, happened: 0 };

  /** @throws when the server does not answer: then both the old and the new state are possible. */
  async function change<S extends string>(
    fact: Fact<S>,
    to: S,
    { ask, success }: { ask: () => Promise<Answer>; success: number },
  ): Promise<Answer> {
    const what = `${fact.name} to be ${to}`;
    const before = fact.possible;
    fact.isBusy = true;
    fact.possible = [...before, to];
    inFlight.add(what);
    try {
      const answer = await ask();
      fact.possible = answer.status === success ? [to] : before;
      if (answer.status === success) counts.acknowledged++;
      else violations.push(`${what}: answered ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    } catch (error) {
      counts.unanswered++;
      throw error;
    } finally {
      fact.isBusy = false;
      inFlight.delete(what);
    }
  }

  /** Compares with the present state, which is the only possible one from now on. */
  function observe<S extends string>(fact: Fact<S>, seen: S): void {
    if (!fact.possible.includes(seen)) {
      violations.push(`${fact.name} is ${seen}, and should be ${fact.possible.join(' or ')}`);
    }
    if (fact.possible.length > 1 && fact.possible.at(-1) === seen) counts.happened++;
    fact.possible = [seen];
  }

  return {
    violations,
    inFlight,
    counts,
    change,
    observe,
    refuse: (violation: string) => void violations.push(violation),
  };
}

export type Ledger = ReturnType<typeof createLedger>;

export function newFact<S extends string>(name: string, value: S): Fact<S> {
  return { name, possible: [value], isBusy: false };
}

/** Whether the state is certain, is `value`, and no request is changing it. */
export function isKnown<S extends string>({ possible, isBusy }: Fact<S>, value: S): boolean {
  return !isBusy && possible.length === 1 && possible[0] === value;
}
