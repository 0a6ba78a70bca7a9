import { toFingerprint } from '../transform/pattern.ts';
import type { IncidentRow } from '../tables.ts';
import { uniteNames } from './matched-services.ts';

/**
 * Of a rule within a minute. It may group by a field with a value for each event: an operator can read so many incidents at
 * best, and they are opened in the transaction of an ingest.
 */
export const MOST_OPENED = 20;
const FURTHER = 'further groups';

/** What was seen of an incident that may be open already. */
export interface Sighting extends Pick<
  IncidentRow,
  | 'ruleId'
  | 'fingerprint'
  | 'title'
  | 'description'
  | 'service'
  | 'services'
  | 'groupValue'
  | 'severity'
  | 'notifies'
  | 'cooldownSeconds'
  | 'autoResolveSeconds'
> {
  /** Added to the count of an incident that is open. */
  readonly matches: number;
  /** The count with which it opens. */
  readonly countAtOpening: number;
}

/** As they are stored. */
export function factsOf({ matches: _matches, countAtOpening: _count, ...facts }: Sighting) {
  return facts;
}

export function byFingerprint(one: Sighting, other: Sighting): number {
  return one.fingerprint < other.fingerprint ? -1 : 1;
}

/** Several groups of a rule as one. No group has the words as its value and its fingerprint. */
export function toFurther(ruleId: string, sightings: readonly Sighting[]): Sighting {
  const [first] = sightings;
  if (!first) throw new Error('there are no further groups');
  const sum = (of: (sighting: Sighting) => number) => sightings.reduce((all, sighting) => all + of(sighting), 0);
  return {
    ...first,
    fingerprint: toFingerprint([FURTHER, ruleId]),
    title: `${first.title}: ${FURTHER}`,
    description: `More than ${MOST_OPENED} groups within a minute: the others are counted here, such as ${first.groupValue}`,
    service: sightings.every(({ service }) => service === first.service) ? first.service : null,
    services: uniteNames(sightings.map(({ services }) => services)),
    groupValue: FURTHER,
    matches: sum(({ matches }) => matches),
    countAtOpening: sum(({ countAtOpening }) => countAtOpening),
  };
}
