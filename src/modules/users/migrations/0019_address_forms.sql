-- Accounts whose address may not have the one form that addresses have now: only an address with a character beyond ASCII,
-- or with an encoded domain, has several spellings. The program gives them the form at its next start (UTS 46 is not known
-- to the database), and empties the table.
create table users.unfolded_address (
  user_id uuid primary key references users.user (id) on delete cascade
);
insert into users.unfolded_address (user_id)
  select id from users.user where status <> 'deleted' and (email ~ '[^ -~]' or email like '%xn--%');

-- Changes of an address that are not confirmed yet are asked for again: their codes are valid for ten minutes.
delete from users.email_change where email ~ '[^ -~]' or email like '%xn--%';

-- IP addresses of sessions in their one spelling: the address that the next sign-in is compared with.
update users.session set ip = substr(ip, 8) where ip ~ '^::ffff:[0-9.]+$';
