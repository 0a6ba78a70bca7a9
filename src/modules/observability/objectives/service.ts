import type { ObservabilityNeeds } from '../needs.ts';
import { judge, type CountsOf, type ObjectiveState } from './burn.ts';
import { objectives, type Objective } from './objectives.ts';
import { countWindows } from './queries.ts';

const NOTHING = { good: 0, bad: 0 };

/** How the objectives stand, over all processes. */
export function createObjectives({
  db,
  alertLeastBad: leastBad,
  now,
}: Pick<ObservabilityNeeds, 'db' | 'alertLeastBad' | 'now'>) {
  async function readWindows(): Promise<(name: string) => CountsOf> {
    const rows = await countWindows(db.read, now().toISOString());
    return (name) => (seconds) => rows.find((row) => row.objective === name && row.seconds === seconds) ?? NOTHING;
  }

  async function read(): Promise<(ObjectiveState & Pick<Objective, 'name' | 'target' | 'about'>)[]> {
    const countsOf = await readWindows();
    return objectives.map(({ name, target, about }) => ({
      name,
      target,
      about,
      ...judge({ target, leastBad }, countsOf(name), now()),
    }));
  }

  return { read, readWindows };
}

export type Objectives = ReturnType<typeof createObjectives>;
