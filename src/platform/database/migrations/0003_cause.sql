-- Events and work items keep the id of the request that caused them, and its trace. The address and the user agent of
-- that request are personal data, which erasing a person must reach: they stay with the request.
update platform.event set origin = origin - array['ip', 'userAgent'] where origin ?| array['ip', 'userAgent'];
update platform.work set origin = origin - array['ip', 'userAgent'] where origin ?| array['ip', 'userAgent'];
