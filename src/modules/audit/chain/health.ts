import type { Component } from '#platform/health/port.ts';
import type { AuditNeeds } from '../needs.ts';
import { readHeadWithKeys, validateHead } from './head-signature.ts';
import { unsealedAgeSeconds } from './queries.ts';
import { readReportTrouble } from './report-trouble.ts';
import type { Sealer } from './sealer.ts';

const MAX_AGE_SECONDS = 10; // ten times what is promised

export interface ChainHealthNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'isAnyServing'> {
  readonly sealer: Sealer;
}

/** Unhealthy while entries are not chained although a server runs, or recurring reports fail. */
export function chainHealth({ db, keys, isAnyServing, sealer }: ChainHealthNeeds): Component {
  return {
    name: 'audit',
    isRequired: false,
    async probe() {
      const { head, trusted } = await readHeadWithKeys(db.read, keys);
      const reason = validateHead(head, trusted) ?? sealer.blockedReason();
      if (reason !== null) throw new Error(`no entry is chained: ${reason}`);
      const trouble = await readReportTrouble(db);
      if (trouble !== null) throw new Error(trouble);
      const seconds = await unsealedAgeSeconds(db.read);
      if (seconds > MAX_AGE_SECONDS && (await isAnyServing()))
        throw new Error(`audit_unsealed_age_seconds ${seconds.toFixed(1)}`);
    },
  };
}
