export const ADMIN = 'admin';
export const USER = 'user';
/** As migration 0001 gave them. */
export const ADMIN_ID = '01900000-0000-7000-8000-000000000001';
export const USER_ID = '01900000-0000-7000-8000-000000000002';
