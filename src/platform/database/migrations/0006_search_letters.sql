-- `lower` writes İ as i with a dot in some locales and as i in others, and Σ at the end of a word in two ways.
create or replace function platform.search_text(value text) returns text
  language sql immutable strict parallel safe
  return lower(translate(value, 'يىكةۀأإآٱİıΣς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ییکههااااiiσσ01234567890123456789'));
