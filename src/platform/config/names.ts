import { distance } from '#kernel/distance.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that begin with `BONYAN_`, are no settings, and are set all the same. */
const OF_OTHERS: readonly RegExp[] = [
  /^BONYAN_(?:TEST|CI|BENCH)_/, // of this project's tests, pipelines and benchmarks
  // Kubernetes describes every service of a namespace to its containers; one may be called bonyan, or bonyan-db.
  /^BONYAN_(?:\w+_)?SERVICE_(?:HOST|PORT(?:_\w+)?)$/,
  /^BONYAN_(?:\w+_)?PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/,
];
const SERVICE_PORT = /^BONYAN_(?:\w+_)?PORT$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Names that begin with `BONYAN_` and are not among `known`: a misspelt one would be ignored silently. */
export function unknownNames(variables: Environment, known: ReadonlySet<string>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const isOurs = name.startsWith('BONYAN_') && !known.has(name) && !isOfOthers(name, value ?? '');
    return isOurs && value ? [name] : [];
  });
}

function isOfOthers(name: string, value: string): boolean {
  return OF_OTHERS.some((form) => form.test(name)) || (SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(value));
}

/**
 * Variables that may be meant as a setting with a usual name (`DATABASE_URL`), by the name of that setting. They belong
 * to anybody, so they are no mistakes. None where that setting has a value.
 */
export function likelyMisspelt(variables: Environment, known: ReadonlySet<string>): Map<string, string> {
  const wanted = new Set([...known].filter((name) => !name.startsWith('BONYAN_') && !variables[name]));
  const others = Object.keys(variables).filter((name) => !known.has(name) && variables[name]);
  return new Map(
    others.flatMap((name) => {
      const meant = [...wanted].find((one) => isAlike(name, one));
      return meant === undefined ? [] : [[name, meant] as const];
    }),
  );
}

/** Of short names, such as PORT, many words differ in one letter only. */
function isAlike(name: string, setting: string): boolean {
  return name.toUpperCase() === setting || (setting.length >= 8 && distance(name, setting, 1) <= 1);
}

/** The name of `known` that is most likely meant by an unknown one; undefined if none is near. */
export function nearestName(name: string, known: ReadonlySet<string>): string | undefined {
  const bare = name.replace(/^BONYAN_/, '');
  if (known.has(bare)) return bare;
  const words = name.split('_');
  const longer = [...known].find((one) => words.every((word) => one.split('_').includes(word)));
  if (longer !== undefined) return longer; // only words are left out
  const bound = Math.max(2, Math.floor(name.length / 4));
  let nearest: string | undefined;
  let least = bound + 1;
  for (const one of known) {
    const far = distance(name, one, least);
    if (far < least) [nearest, least] = [one, far];
  }
  return nearest;
}
