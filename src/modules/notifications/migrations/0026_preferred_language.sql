-- What the person has chosen in their profile; null: the language of the account.
alter table notifications.recipient add column preferred_language text;
