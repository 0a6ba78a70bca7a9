const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The days of a month, 1 to 12, in the years in which it is longest. */
export function longestMonth(month: number): number {
  return LONGEST_MONTH[month - 1] ?? 31;
}

export function monthLength(year: number, month: number): number {
  if (month !== 2) return longestMonth(month);
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** Days since 1970 of a date in the Gregorian calendar: years begin in March, so that the leap day is the last one. */
export function dayNumber(year: number, month: number, date: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** The reverse of `dayNumber`. */
export function toDate(day: number): { year: number; month: number; date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const years = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const marched = Math.floor((5 * ofYear + 2) / 153);
  const month = marched < 10 ? marched + 3 : marched - 9;
  return {
    year: years + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: ofYear - Math.floor((153 * marched + 2) / 5) + 1,
  };
}

/** The same day `months` later, or the last day of that month if it is shorter. */
export function addMonths(day: number, months: number): number {
  const { year, month, date } = toDate(day);
  const index = year * 12 + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return dayNumber(toYear, toMonth, Math.min(date, monthLength(toYear, toMonth)));
}
