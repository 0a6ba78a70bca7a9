import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onTampered, reportWithin, tamper } from '#testing/trail/trail.ts';
import { wholeTrail, type TrailFacts } from '#testing/trail/whole-trail.ts';

const AT = 400; // an entry in the middle of a batch of the report
const EDGE = 500; // the last entry of the report's first batch
const ENTRY = `(select entry_id from audit.seal where sequence = ${AT})`;
const NEW_ID = '01900000-0000-7000-8000-000000000001';

/** Drops all constraints, as a superuser can; the triggers are off already. */
const UNBOUND = `do $$ declare r record; begin
  for r in select conrelid::regclass as name, conname from pg_constraint
    where conrelid in (select oid from pg_class where relnamespace = 'audit'::regnamespace or oid = 'platform.person_key'::regclass)
    and contype in ('p', 'u', 'c', 'f') order by contype = 'p' loop
    execute format('alter table %s drop constraint if exists %I cascade', r.name, r.conname);
  end loop;
  for r in select attrelid::regclass as name, attname from pg_attribute join pg_class c on c.oid = attrelid
    where relnamespace = 'audit'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull loop
    execute format('alter table %s alter column %I drop not null', r.name, r.attname);
  end loop; end $$`;

/** The statements of one change, and the sequence of the break that it must be. */
type Change = readonly [statements: string | readonly string[], at: number | ((facts: TrailFacts) => number)];
type Changes = Record<string, Change>;

const flip = (column: string, at = 0) => `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`;
const afterHead = ({ size }: TrailFacts) => size + 1;
const afterArchive = ({ archivedTo }: TrailFacts) => archivedTo + 1;
const atHead = ({ size }: TrailFacts) => size;

/** One change for each assignment, of the rows that `where` selects. */
function updates(table: string, where: string, at: Change[1], assignments: readonly string[]): Changes {
  return Object.fromEntries(
    assignments.map((set) => [`${table}: ${set}`, [`update ${table} set ${set} where ${where}`, at] as const]),
  );
}

const ofEntry = updates('audit.entry', `id = ${ENTRY}`, AT, [
  `id = '${NEW_ID}'`,
  'id = null',
  `timestamp_utc = timestamp_utc + interval '1 microsecond'`,
  `timestamp_utc = (timestamp_utc::text || ' BC')::timestamptz`,
  `timestamp_utc = timestamp_utc + interval '10000 years'`,
  `timestamp_utc = 'infinity'`,
  `timestamp_utc = '-infinity'`,
  'timestamp_utc = null',
  `actor_type = 'systen'`,
  'actor_type = null',
  `actor_id = 'probf'`,
  `actor_id = ''`,
  'actor_id = null',
  `subject_id = 'x'`,
  'subject_id = null',
  `action = 'probe.dond'`,
  `action = 'audit.person_erased'`,
  'action = null',
  `resource_type = 'thinh'`,
  'resource_type = null',
  `resource_id = 'no 6'`,
  `resource_id = resource_id || '","resourceType":"'`,
  'resource_id = null',
  'resource_id = actor_id, actor_id = resource_id',
  `outcome = 'failure'`,
  'outcome = null',
  `request_id = 'r-2'`,
  'request_id = null',
  'trace_id = null',
  `trace_id = 'null'`,
  flip('payload_hash', 31),
  `payload_hash = payload_hash || '\\x00'`,
  'payload_hash = substring(payload_hash for 31)',
  `payload_hash = ''`,
  'payload_hash = null',
]);

const ofPayload = updates('audit.payload', `entry_id = ${ENTRY}`, AT, [
  `entry_id = '${NEW_ID}'`,
  'entry_id = null',
  flip('salt'),
  `salt = salt || '\\x00'`,
  `salt = ''`,
  'salt = null',
  flip('sealed', 20),
  `sealed = sealed || '\\x00'`,
  `sealed = ''`,
  'sealed = null',
  `sealed = (select sealed from audit.payload p join audit.seal s on s.entry_id = p.entry_id where s.sequence = ${AT} + 1)`,
  flip('origin', 20),
  `origin = ''`,
  'origin = null',
  'origin = sealed, sealed = origin',
]);

const ofSeal = updates('audit.seal', `sequence = ${AT}`, AT, [
  'sequence = 99999',
  'sequence = null',
  'sequence = 9223372036854775807',
  `entry_id = '${NEW_ID}'`,
  'entry_id = null',
  `entry_id = (select entry_id from audit.seal where sequence = ${AT} + 1)`,
  flip('previous_checksum'),
  'previous_checksum = null',
  `previous_checksum = previous_checksum || '\\x00'`,
  flip('checksum'),
  `checksum = ''`,
  'checksum = null',
  'checksum = previous_checksum',
]);

const copySeal = (sequence: number, to: string) =>
  `insert into audit.seal select ${to}, entry_id, previous_checksum, checksum from audit.seal where sequence = ${sequence}`;
const forged = (sequence: number) => [
  `insert into audit.entry select '${NEW_ID}', timestamp_utc, actor_type, actor_id, action, resource_type, 'forged', outcome,
     request_id, trace_id, payload_hash, subject_id from audit.entry where id = ${ENTRY}`,
  `insert into audit.seal select ${sequence}, '${NEW_ID}', previous_checksum, checksum from audit.seal where sequence = ${AT}`,
];

const ofRows: Changes = {
  'an entry deleted': [`delete from audit.entry where id = ${ENTRY}`, AT],
  'an entry doubled': [`insert into audit.entry select * from audit.entry where id = ${ENTRY}`, AT],
  'an entry without a seal': [forged(1)[0] ?? '', afterHead],
  'a payload deleted': [`delete from audit.payload where entry_id = ${ENTRY}`, AT],
  'a payload doubled': [`insert into audit.payload select * from audit.payload where entry_id = ${ENTRY}`, AT],
  'a payload without an entry': [
    `insert into audit.payload (entry_id, salt, sealed) values ('${NEW_ID}', '\\x00', '\\x00')`,
    afterHead,
  ],
  'a seal deleted': [`delete from audit.seal where sequence = ${AT}`, AT],
  'the last seal deleted': ['delete from audit.seal where sequence = (select size from audit.head)', atHead],
  'all seals deleted': ['delete from audit.seal', afterArchive],
  'a seal doubled in a batch': [copySeal(AT, 'sequence'), AT],
  'a seal doubled at the edge of a batch': [copySeal(EDGE, 'sequence'), EDGE],
  'a seal moved to sequence 0': [`update audit.seal set sequence = 0 where sequence = ${AT}`, 0],
  'a seal moved to a negative sequence': [`update audit.seal set sequence = -7 where sequence = ${AT}`, -7],
  'a seal moved into the archived range': [`update audit.seal set sequence = 150 where sequence = ${AT}`, 150],
  'a forged entry at sequence 0': [forged(0), 0],
  'a forged entry at a negative sequence': [forged(-7), -7],
  'a forged entry in the archived range': [forged(150), 150],
  'a forged entry at the end of the archived range': [forged(300), 300],
  'a copied seal behind the head': [copySeal(AT, '(select size + 1 from audit.head)'), afterHead],
  'two seals swapped': [
    `update audit.seal set sequence = case sequence when ${AT} then ${AT} + 1 else ${AT} end where sequence in (${AT}, ${AT} + 1)`,
    AT,
  ],
  'a chained entry that waits again': [`insert into audit.unsealed (entry_id) values (${ENTRY})`, AT],
  'a waiting entry that was deleted': [`insert into audit.unsealed (entry_id) values ('${NEW_ID}')`, afterHead],
};

const ofHead: Changes = {
  ...updates('audit.head', 'true', atHead, [
    'size = 9223372036854775807',
    'size = null',
    flip('checksum'),
    `checksum = ''`,
    'checksum = null',
    flip('frontier'),
    `frontier = ''`,
    `frontier = frontier || '\\x00'`,
    'frontier = null',
    'note = null',
    `note = ''`,
    `note = (select note from audit.checkpoint order by size limit 1)`,
    `note = replace(note, 'kept ', 'kepd ')`,
  ]),
  'a head that is one entry larger': ['update audit.head set size = size + 1', afterHead],
  'a head that is one entry smaller': ['update audit.head set size = size - 1', ({ size }) => size - 1],
  'a head of size 0': ['update audit.head set size = 0', 1],
  'a head of negative size': ['update audit.head set size = -5', afterArchive],
  'the head deleted': ['delete from audit.head', atHead],
  'the head doubled': ['insert into audit.head select * from audit.head', atHead],
};

const ofTree: Changes = {
  ...updates('audit.tree', 'level = 8 and index = 1', 512, [
    flip('hash'),
    'hash = null',
    `hash = hash || '\\x00'`,
    'index = 9',
    'index = null',
    'level = 16',
    'level = 32767',
    'level = null',
  ]),
  ...updates('audit.tree', 'level = 8 and index = 0', 256, [flip('hash'), 'hash = null', 'index = 7', 'level = 9']),
  'a subtree deleted': ['delete from audit.tree where index = 1', 512],
  'a subtree doubled': ['insert into audit.tree select * from audit.tree where index = 1', 512],
  'an archived subtree deleted': ['delete from audit.tree where index = 0', 256],
  'an archived subtree doubled': ['insert into audit.tree select * from audit.tree where index = 0', 256],
  'a subtree at a negative place': [
    'insert into audit.tree select level, -3, hash from audit.tree where index = 0',
    -512,
  ],
  'a subtree behind the head': ['insert into audit.tree select level, 5, hash from audit.tree where index = 0', 1536],
  'a subtree at the largest place': [
    'insert into audit.tree select level, 9223372036854775807, hash from audit.tree where index = 0',
    Number.MAX_SAFE_INTEGER,
  ],
};

const OLD = 'created_at = (select min(created_at) from audit.signing_key)';
const NEW = 'created_at = (select max(created_at) from audit.signing_key)';
const takeover = ({ rotated }: TrailFacts) => rotated + 1;
const ofKeys: Changes = {
  ...updates('audit.signing_key', NEW, atHead, [flip('private_sealed', 20), flip('public_key')]),
  ...updates('audit.signing_key', OLD, 1, [
    `key_id = 'ffffffff'`,
    'key_id = null',
    `name = 'another'`,
    flip('public_key'),
    'public_key = null',
    flip('private_sealed', 20),
    'private_sealed = null',
    `private_sealed = (select private_sealed from audit.signing_key where ${NEW})`,
  ]),
  'the order of keys turned': [`update audit.signing_key set created_at = 'epoch' where ${NEW}`, 1],
  'a handover removed': [`update audit.signing_key set handover = null where ${NEW}`, 1],
  'a handover changed': [`update audit.signing_key set handover = replace(handover, 'next', 'nest') where ${NEW}`, 1],
  'the older key deleted': [`delete from audit.signing_key where ${OLD}`, takeover],
  'the newer key deleted': [`delete from audit.signing_key where ${NEW}`, atHead],
  'all keys deleted': ['delete from audit.signing_key', 1],
  'a key doubled': [`insert into audit.signing_key select * from audit.signing_key where ${OLD}`, 1],
  'a foreign key inserted': [
    `insert into audit.signing_key select 'ffffffff', name, sha256(public_key), private_sealed from audit.signing_key where ${OLD}`,
    1,
  ],
};

const nth = (at: number) => `id = (select id from audit.checkpoint order by id offset ${at} limit 1)`;
const ofNotes: Changes = {
  ...updates('audit.checkpoint', nth(1), ({ kept }) => kept[1] ?? 0, [
    'size = size + 1',
    'size = null',
    `note = replace(note, 'kept ', 'kepd ')`,
    `note = (select note from audit.checkpoint where ${nth(2)})`,
  ]),
  'a checkpoint without its note': [
    `update audit.checkpoint set note = null where ${nth(1)}`,
    ({ kept }) => kept[1] ?? 0,
  ],
  'the first checkpoint deleted': [`delete from audit.checkpoint where ${nth(0)}`, 300],
  'a checkpoint deleted': [`delete from audit.checkpoint where ${nth(2)}`, ({ kept }) => kept[2] ?? 0],
  'the newest checkpoint deleted': [`delete from audit.checkpoint where ${nth(4)}`, ({ kept }) => kept[4] ?? 0],
  'all checkpoints deleted': ['delete from audit.checkpoint', ({ kept }) => kept[4] ?? 0],
  'a restoration changed': [
    `update audit.restoration set note = replace(note, 'nothing', 'anything')`,
    ({ kept }) => kept[4] ?? 0,
  ],
  'a restoration without its note': ['update audit.restoration set note = null', ({ kept }) => kept[4] ?? 0],
  'a restoration deleted': ['delete from audit.restoration', ({ kept }) => kept[4] ?? 0],
  ...updates('audit.archive', 'true', 1, [
    'first_sequence = 2',
    'last_sequence = last_sequence + 1',
    'last_sequence = null',
    `manifest = replace(manifest, '"to":300', '"to":299')`,
    'manifest = null',
  ]),
  'a manifest deleted': ['delete from audit.archive', 1],
  'a manifest doubled': ['insert into audit.archive select * from audit.archive', 301],
  'the verification cursor changed': [`update audit.verified set ${flip('position', 30)}`, afterArchive],
  'the verification cursor emptied': [`update audit.verified set position = ''`, afterArchive],
  'the verification cursor doubled': ['insert into audit.verified select * from audit.verified', afterArchive],
};

const LIVING = 'wrapped is not null';
const living = ({ living: at }: TrailFacts) => at;
const erased = ({ erased: at }: TrailFacts) => at;
const ofPeople: Changes = {
  ...updates('platform.person_key', LIVING, living, [
    flip('wrapped', 20),
    'wrapped = null',
    'wrapped = null, destroyed_at = now()',
    `person_id = 'x'`,
  ]),
  'the key of a living person deleted': [`delete from platform.person_key where ${LIVING}`, living],
  'the destruction of a key undone': [
    'update platform.person_key set destroyed_at = null where wrapped is null',
    erased,
  ],
  'a destroyed key replaced': [`update platform.person_key set wrapped = '\\x00' where wrapped is null`, erased],
  'the row of a destroyed key deleted': ['delete from platform.person_key where wrapped is null', erased],
};

const CHANGES: Changes = {
  ...ofEntry,
  ...ofPayload,
  ...ofSeal,
  ...ofRows,
  ...ofHead,
  ...ofTree,
  ...ofKeys,
  ...ofNotes,
  ...ofPeople,
};

test('each of more than 100 single changes by a superuser is found with its sequence, and none makes the report fail', async (t) => {
  const { app, facts } = await wholeTrail(t);
  assert.ok(Object.keys(CHANGES).length > 150);
  await tamper(app, UNBOUND);
  const whole = await onTampered(app, [], (tx) => reportWithin(app, tx));
  assert.deepEqual([whole.isValid, whole.breaks], [true, []]);

  for (const [name, [statements, at]] of Object.entries(CHANGES))
    await t.test(name, async () => {
      const { breaks } = await onTampered(app, [statements].flat(), (tx) => reportWithin(app, tx));

      const expected = typeof at === 'number' ? at : at(facts);
      assert.ok(
        breaks.some(({ sequence }) => sequence === expected),
        `${expected} is not in ${JSON.stringify(breaks)}`,
      );
    });
});
