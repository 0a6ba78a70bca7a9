import type { DeliveryDetail } from '#client';
import { PersonName } from '#app/people/name.tsx';

type RecipientProps = Pick<DeliveryDetail, 'channel' | 'recipient'>;

/** Who a message is for, in one line: a user by name, any other address as it is. */
export function Recipient({ channel, recipient }: RecipientProps) {
  return (
    <span className="inline-flex max-w-full align-bottom in-[td]:max-w-52">
      {channel === 'inApp' ? <PersonName id={recipient} /> : <bdi className="truncate">{recipient}</bdi>}
    </span>
  );
}
