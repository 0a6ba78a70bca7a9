-- A mail carries a link beside its code: guesses that a stranger burns do not stop the owner.
alter table users.code add column link_mac bytea;  -- HMAC of the 256-bit token; null once used
create unique index code_link on users.code (link_mac);
