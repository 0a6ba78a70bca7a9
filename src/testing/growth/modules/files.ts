import type { Filling } from '../filling.ts';

/**
 * Nearly all are available; one in fifty is in the trash, and the bytes of each are its own. The tag `work` is on most,
 * `rare` on the three oldest of the owner.
 */
export async function fillFiles({ sql, each }: Filling): Promise<void> {
  await sql(
    `insert into files.blob (id, sha256, size_bytes, refs)
     select pg_temp.growth_id('file', n), encode(sha256(n::text::bytea), 'hex'), 1000 + n, 2 from ${each}`,
  );
  // Half of the owner's are at the top, the others in one of them.
  await sql(
    `insert into files.folder (id, owner_id, parent_id, name, created_at, updated_at)
     select pg_temp.growth_id('folder', n), pg_temp.growth_owner(n),
            case when n % 4 = 0 and n > 100 then pg_temp.growth_id('folder', 2) end, 'folder ' || n, pg_temp.growth_at(n), pg_temp.growth_at(n)
     from ${each}`,
  );
  await sql(
    `insert into files.folder_work (deletion_id, folder_id, owner_id, stage, deleted_at)
     select id, id, owner_id, 'restoring', created_at from files.folder where id = pg_temp.growth_id('folder', 1)`,
  );
  await sql(
    `insert into files.file (id, owner_id, file_name, description, module, folder_id, tags, content_type, size_bytes, sha256,
            storage_status, restores_to, deleted_at, content_id, blob_id, created_at, updated_at)
     select pg_temp.growth_id('file', n), pg_temp.growth_owner(n), w[1 + n % 7] || ' ' || n || '.pdf',
            case when n % 3 = 0 then 'the file number ' || n end, (array['reports', 'photos', null])[1 + n % 3],
            case when n % 4 > 0 then pg_temp.growth_id('folder', case when n % 2 = 0 then 2 + n % 40 else n end) end,
            case when n in (2, 4, 6) then array['rare'] when n % 4 > 0 then array['work'] else '{}' end, 'application/pdf', 1000 + n, encode(sha256(n::text::bytea), 'hex'),
            case when n % 50 = 0 then 'deleted' else 'available' end, case when n % 50 = 0 then 'available' end,
            case when n % 50 = 0 then pg_temp.growth_at(n) end, gen_random_uuid(), pg_temp.growth_id('file', n),
            pg_temp.growth_at(n), pg_temp.growth_at(n)
     from (select array['گزارش', 'نامه', 'عکس', 'report', 'letter', 'photo', 'bill'] as w) words, ${each}`,
  );
  // One version of each, with the same bytes.
  await sql(
    `insert into files.file (id, version_of, owner_id, file_name, content_type, size_bytes, sha256, storage_status, content_id,
            blob_id, created_at, updated_at)
     select pg_temp.growth_id('version', n), id, owner_id, file_name, content_type, size_bytes, sha256, 'available',
            gen_random_uuid(), blob_id, created_at, created_at
     from ${each} join files.file on id = pg_temp.growth_id('file', n)`,
  );
  await sql(
    `insert into files.usage (owner_id, bytes, file_count)
     select owner_id, sum(size_bytes), count(*) filter (where version_of is null) from files.file group by owner_id`,
  );
  // One person may have made 10,000 links.
  const maker = `case when n <= 8000 then owner_id else pg_temp.growth_id('user', n) end`;
  await sql(
    `insert into files.link (id, file_id, created_by, token_hash, mode, expires_at, created_at)
     select id, id, ${maker}, sha256(id::text::bytea), 'public', now() + interval '1 day', created_at
     from ${each} join files.file on id = pg_temp.growth_id('file', n)`,
  );
  await sql(
    `insert into files.link (id, folder_id, created_by, token_hash, mode, max_downloads, expires_at, created_at)
     select pg_temp.growth_id('uploadLink', n), id, ${maker}, sha256(('upload ' || n)::bytea), 'upload', 100,
            now() + interval '1 day', pg_temp.growth_at(n)
     from ${each} join files.folder on id = pg_temp.growth_id('folder', n)`,
  );
  // And as many that others have made, to a file and to a folder with many.
  await sql(
    `insert into files.link (id, file_id, folder_id, created_by, token_hash, mode, max_downloads, expires_at, created_at)
     select pg_temp.growth_id('sharing', n), case when is_file then pg_temp.growth_id('file', parent) end,
            case when not is_file then pg_temp.growth_id('folder', parent) end, pg_temp.growth_id('user', n),
            sha256(('sharing ' || n)::bytea), case when is_file then 'public' else 'upload' end, 100, now() + interval '1 day',
            pg_temp.growth_at(n)
     from (select n, n % 4 < 2 as is_file, pg_temp.growth_within(n) as parent from ${each}) s where parent < 5`,
  );
  await sql(
    `insert into files.access (id, folder_id, link_id, user_id, way, is_allowed, reason, ip, user_agent, created_at)
     select pg_temp.growth_id('folderAccess', n), pg_temp.growth_id('folder', pg_temp.growth_within(n)),
            pg_temp.growth_id('uploadLink', n), null, 'upload', false, 'files.too_large', '192.0.2.1', 'Mozilla/5.0', pg_temp.growth_at(n)
     from ${each}`,
  );
  await sql(
    `insert into files.access (id, file_id, link_id, user_id, way, is_allowed, ip, user_agent, created_at)
     select pg_temp.growth_id('access', n), pg_temp.growth_id('file', pg_temp.growth_within(n)), pg_temp.growth_id('file', n), null,
            'link', true, '192.0.2.1', 'Mozilla/5.0', pg_temp.growth_at(n)
     from ${each}`,
  );
  // A download by each link that counts them, of the last hour; and objects that are deleted in a day.
  await sql(
    `insert into files.link_use (id, link_id, client, bytes_left, started_at)
     select gen_random_uuid(), pg_temp.growth_id('file', n), encode(sha256(n::text::bytea), 'hex'), 0,
            now() - n % 3600 * interval '1 second'
     from ${each}`,
  );
  await sql(
    `insert into files.removal (object_key, due_at) select 'removed/' || n, now() + interval '1 day' from ${each}`,
  );
  // Unfinished, one of each person: nobody has many.
  await sql(
    `insert into files.upload (id, owner_id, token_hash, kind, file_name, metadata, length_bytes, received_bytes, part_count,
            expires_at, created_at)
     select pg_temp.growth_id('upload', n), pg_temp.growth_id('user', n), sha256(n::text::bytea), 'whole', n || '.pdf',
            'filename YS5wZGY=', 2000 + n, 1000, 1, now() + interval '1 day', pg_temp.growth_at(n) from ${each}`,
  );
  await sql(
    `insert into files.upload_part (id, upload_id, position, size_bytes)
     select gen_random_uuid(), id, 0, received_bytes from files.upload`,
  );
  // Of the last hour, one of each person.
  await sql(
    `insert into files.ended_upload (id, owner_id, size_bytes, until)
     select gen_random_uuid(), pg_temp.growth_id('user', n), 1000, now() + interval '1 hour' from ${each}`,
  );
}
