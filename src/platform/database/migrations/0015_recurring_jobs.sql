-- Recurring jobs are jobs of the scheduler from now on, which enqueues their next runs itself.
delete from platform.work where queue = 'platform.job';
