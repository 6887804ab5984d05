import { type Fault, formatField, throwFaults } from './faults.ts';
import { suggestion } from './nearest.ts';
import { loadCustomer, loadProvider } from './profiles.ts';
import type { ScheduleFile } from './schema.ts';
import { listCustomerFiles } from './workspace.ts';
import { openWorkspace, WORKSPACE_FILE } from './workspace-files.ts';

/** One of `schedules` of debrief.yaml, with the customers it is for. */
export interface Schedule extends Omit<ScheduleFile, 'customers' | 'timeZone'> {
  readonly customers: readonly ScheduledCustomer[];
}

export interface ScheduledCustomer {
  readonly id: string;
  readonly name: string;
  /** Of the schedule, or else the customer's own. */
  readonly timeZone: string;
}

export interface Schedules {
  /** The workspace, without links in it. */
  readonly workspaceDir: string;
  readonly schedules: readonly Schedule[];
  /** Every customer of the workspace, by id. */
  readonly customers: readonly ScheduledCustomer[];
}

/**
 * The schedules of a workspace. A customer whose file is at fault stops all of them: nobody could tell what belongs to it.
 * @throws ReportError `workspace-not-found`, or `config-invalid` with the faults of all files.
 */
export async function loadSchedules(dir: string): Promise<Schedules> {
  const root = await openWorkspace(dir);
  const provider = await loadProvider(root);
  const faults: Fault[] = 'faults' in provider ? [...provider.faults] : [];
  const { ids, misnamed } = await listCustomerFiles(root);
  faults.push(...misnamed);
  const customers: ScheduledCustomer[] = [];
  for (const id of ids) {
    const customer = await loadCustomer(root, id);
    if ('faults' in customer) faults.push(...customer.faults);
    else customers.push({ id, name: customer.value.name, timeZone: customer.value.timeZone });
  }
  const written = 'value' in provider ? provider.value.schedules : [];
  faults.push(...written.flatMap((schedule, index) => findUnknown(schedule, index, ids)));
  throwFaults(faults);
  return { workspaceDir: root, customers, schedules: written.map((schedule) => resolveCustomers(schedule, customers)) };
}

function findUnknown({ customers }: ScheduleFile, index: number, known: readonly string[]): Fault[] {
  if (customers === 'all') return [];
  return customers.flatMap((id, place) =>
    known.includes(id)
      ? []
      : [
          {
            file: WORKSPACE_FILE,
            field: formatField(['schedules', index, 'customers', place]),
            problem: `is "${id}", which is no customer of the workspace${suggestion(id, known)}`,
          },
        ],
  );
}

function resolveCustomers(
  { customers: asked, timeZone, ...schedule }: ScheduleFile,
  all: readonly ScheduledCustomer[],
): Schedule {
  const customers = all
    .filter(({ id }) => asked === 'all' || asked.includes(id))
    .map((customer) => ({ ...customer, timeZone: timeZone ?? customer.timeZone }));
  return { ...schedule, customers };
}
