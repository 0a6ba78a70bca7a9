import type { AuditRecordTables } from '#platform/audit/port.ts';
import type { AuditArchive } from './contract.ts';
import type { IntegrityReport, IntegrityRun } from './schemas.ts';

/** The schema `audit`: the tables that units of work write to, and those that only this module uses. */
export type AuditTables = AuditRecordTables & {
  'audit.head': { size: number; checksum: Buffer; frontier: Buffer; note: string | null };
  'audit.seal': { sequence: number; entryId: string; previousChecksum: Buffer; checksum: Buffer };
  'audit.tree': { level: number; index: number; hash: Buffer };
  'audit.signingKey': {
    keyId: string;
    name: string;
    publicKey: Buffer;
    privateSealed: Buffer;
    handover: string | null;
    createdAt: string;
  };
  'audit.checkpoint': { id: string; size: number; note: string; createdAt: string };
  'audit.restoration': { id: string; note: string; createdAt: string };
  'audit.finding': { sequence: number | null; kind: string; entryId: string | null };
  'audit.verified': { position: Buffer; at: string };
  'audit.run': {
    id: string;
    requestedBy: string;
    status: IntegrityRun['status'];
    updateFlags: boolean;
    incremental: boolean;
    checked: number;
    total: number;
    report: IntegrityReport | null;
    createdAt: string;
    finishedAt: string | null;
  };
  'audit.anchored': { name: string; size: number; at: string };
  'audit.reportTrouble': { report: string; problem: string; since: string };
  'audit.anchorTrouble': { name: string; problem: string; since: string };
  'audit.archive': { firstSequence: number; lastSequence: number; manifest: string; archivedAt: string };
  'audit.archiving': {
    id: string;
    requestedBy: string;
    before: string;
    firstSequence: number;
    lastSequence: number;
    status: AuditArchive['status'];
    problem: string | null;
    createdAt: string;
    finishedAt: string | null;
  };
};
