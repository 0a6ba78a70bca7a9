import type { ProviderConfig } from '#platform/config/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables } from '../tables.ts';
import { createReportReceiver } from './receive.ts';
import { deliveryReportRoutes } from './routes.ts';
import { statusSources } from './sources.ts';
import { createSuppressions } from './suppressions.ts';

export interface DeliveryReportsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly config: ProviderConfig;
  readonly now: () => Date;
}

/** Reports of providers on messages that they accepted, and the addresses that do not exist according to them. */
export function createDeliveryReports({ db, sealing, config, now }: DeliveryReportsNeeds) {
  const suppressions = createSuppressions({ db, sealing });
  const receiver = createReportReceiver({ db, sealing, sources: statusSources(config), suppressions, now });
  return { suppressions, routes: deliveryReportRoutes(receiver, suppressions) };
}
