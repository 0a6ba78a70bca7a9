-- Each label together with the owner, so that one index finds the todos of one person with a label.
create function todos.label_keys(owner uuid, forms text[]) returns text[]
  language sql immutable strict parallel safe
  return array(select owner::text || ' ' || form from unnest(forms) form);
