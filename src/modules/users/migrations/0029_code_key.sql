alter table users.code drop constraint code_pkey, add constraint code_pkey primary key using index code_key;
alter table users.user validate constraint user_address;
alter table users.code validate constraint code_purpose_check;
alter index users.user_search alter column 1 set statistics 0;
