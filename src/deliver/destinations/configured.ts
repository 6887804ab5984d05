import type { CustomerDestination, DestinationSystem } from '../../config/config.ts';

/** A system together with what a customer has there. */
export interface Configured<Kind extends DestinationSystem['kind'] = DestinationSystem['kind']> {
  readonly system: Extract<DestinationSystem, { kind: Kind }>;
  readonly own: Extract<CustomerDestination, { kind: Kind }>;
}
