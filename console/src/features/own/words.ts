export const words = {
  en: { empty: 'Nothing here yet' },
  fa: { empty: 'هنوز چیزی اینجا نیست' },
};
