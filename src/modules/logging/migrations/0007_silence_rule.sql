alter table logging.silence
  add column time_zone text not null default 'UTC',
  add column cron_expression text,
  drop constraint silence_repeats_check,
  add constraint silence_repeats_check check (repeats in ('never', 'daily', 'weekly', 'cron'));
