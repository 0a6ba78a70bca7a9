-- The organisation in which the person works in this session. Whether they are still a member is asked at each request.
alter table users.session add column organisation_id uuid;
