-- An encrypted blob has a data key, wrapped by the application key, and one file. It has no hash, so that no upload
-- shares it; the hash of its plain bytes is with the file.
alter table files.blob
  add column key_sealed bytea,
  alter column sha256 drop not null,
  add constraint blob_hash_or_key check ((sha256 is null) = (key_sealed is not null));

alter table files.file
  add column is_encrypted boolean not null default false,
  add column encryption_stage text check (encryption_stage in ('encrypting', 'decrypting')),
  add column rewrite_id uuid;  -- the object that is being written meanwhile

create index file_rewritten on files.file (owner_id) where encryption_stage is not null;
create index file_rewriting_failed on files.file (owner_id, updated_at)
  where reason in ('encryption_failed', 'decryption_failed');
