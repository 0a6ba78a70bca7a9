/** A limit on memory by a control group, of either version. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotHere } from './room.mjs';

const PLACES = [
  {
    parent: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    kills: 'memory.oom_control',
  },
  { parent: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak', kills: 'memory.events' },
];

/** A group of its own for the command behind `prefix`. Page cache counts, and makes room when it has to. */
export function limitMemory(megabytes) {
  const place = PLACES.find(({ parent, limit }) => make(parent, limit, megabytes));
  if (!place) throw new NotHere('no control group for memory can be made');
  const group = groupIn(place.parent);
  return {
    prefix: ['sh', '-c', 'echo 0 > "$0" && exec "$@"', join(group, 'cgroup.procs')],
    /** @throws when the kernel killed a process for memory */
    state() {
      const killed = Number(/^oom_kill (\d+)/m.exec(readFileSync(join(group, place.kills), 'utf8'))?.[1] ?? 0);
      if (killed > 0) throw new Error(`the kernel killed ${killed} processes for memory`);
      const peak = Number(readFileSync(join(group, place.peak), 'utf8')) / 2 ** 20;
      return `at most ${Math.round(peak)} MB with the page cache, nothing killed`;
    },
    end: () => removeGroup(place.parent),
  };
}

export function removeGroups() {
  for (const { parent } of PLACES) removeGroup(parent);
}

function make(parent, limit, megabytes) {
  try {
    mkdirSync(groupIn(parent));
    writeFileSync(join(groupIn(parent), limit), String(megabytes * 2 ** 20));
    return true;
  } catch {
    removeGroup(parent);
    return false;
  }
}

function removeGroup(parent) {
  try {
    if (existsSync(groupIn(parent))) rmdirSync(groupIn(parent));
  } catch {
    // Its last process is still ending: an empty group costs nothing.
  }
}

/** Named by the outer process: it removes what an interrupted environment has left. */
function groupIn(parent) {
  return join(parent, `bonyan-environments-${process.env.ENVIRONMENTS_RUN}`);
}
