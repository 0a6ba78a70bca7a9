-- The head and the keys are guarded as the chain is: a head only grows, and nothing of either is ever taken away.
create trigger head_kept before delete on audit.head
  for each row execute function audit.refuse_change();
create trigger head_grows before update on audit.head
  for each row when (new.size < old.size) execute function audit.refuse_change();
create trigger head_no_truncate before truncate on audit.head
  for each statement execute function audit.refuse_change();
create trigger signing_key_kept before delete on audit.signing_key
  for each row execute function audit.refuse_change();
create trigger signing_key_no_truncate before truncate on audit.signing_key
  for each statement execute function audit.refuse_change();
