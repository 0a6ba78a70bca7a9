export const words = {
  en: {
    asTable: 'Show as table',
    asChart: 'Show as chart',
    table: (title: string) => `${title}: table`,
    time: 'Time',
    none: 'Nothing was measured in this time.',
    gap: 'no value',
    sentence: (title: string, from: string, to: string, parts: string) => `${title}, from ${from} to ${to}. ${parts}.`,
    part: (name: string, last: string, least: string, most: string) =>
      `${name}: now ${last}, lowest ${least}, highest ${most}`,
    nothing: (name: string) => `${name}: no values`,
    mark: (title: string, at: string) => `${title} at ${at}`,
    join: '. ',
  },
  fa: {
    asTable: 'نمایش به شکل جدول',
    asChart: 'نمایش به شکل نمودار',
    table: (title: string) => `${title}: جدول`,
    time: 'زمان',
    none: 'در این بازه چیزی اندازه‌گیری نشده است.',
    gap: 'بدون مقدار',
    sentence: (title: string, from: string, to: string, parts: string) => `${title}، از ${from} تا ${to}. ${parts}.`,
    part: (name: string, last: string, least: string, most: string) =>
      `${name}: اکنون ${last}، کمترین ${least}، بیشترین ${most}`,
    nothing: (name: string) => `${name}: بدون مقدار`,
    mark: (title: string, at: string) => `${title} در ${at}`,
    join: '. ',
  },
};
