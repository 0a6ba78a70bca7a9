-- Nearly everybody has the role of users. By the statistics each role would have as many holders, and those of a rare one
-- would be looked for among all.
alter table "authorization".subject_role alter column role_id set (n_distinct = 1000);
analyze "authorization".subject_role;
