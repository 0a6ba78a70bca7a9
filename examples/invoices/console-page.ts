import type { MenuItem } from 'bonyan';
import { invoicePermissions } from './contract.ts';

/** The page that the console makes of the list of invoices. */
export const consolePage: MenuItem = {
  path: '/invoices',
  title: { en: 'Invoices', fa: 'فاکتورها' },
  permission: invoicePermissions.read.code,
  list: {
    path: '/api/v1/invoices',
    columns: [
      { field: 'customer', title: { en: 'Customer', fa: 'مشتری' } },
      { field: 'amount', title: { en: 'Amount', fa: 'مبلغ' }, shownAs: 'number' },
      { field: 'currency', title: { en: 'Currency', fa: 'ارز' } },
      {
        field: 'status',
        title: { en: 'Status', fa: 'وضعیت' },
        words: {
          draft: { en: 'Draft', fa: 'پیش‌نویس' },
          issued: { en: 'Issued', fa: 'صادرشده' },
          paid: { en: 'Paid', fa: 'پرداخت‌شده' },
        },
      },
      { field: 'dueOn', title: { en: 'Due', fa: 'مهلت پرداخت' }, shownAs: 'day' },
      { field: 'createdAt', title: { en: 'Made', fa: 'زمان ایجاد' }, shownAs: 'instant' },
    ],
  },
};
