import type { WeekStart } from '../model/period.ts';
import { type Fault, formatField, throwFaults } from './faults.ts';
import { suggestion } from './nearest.ts';
import { loadCustomer, loadProvider } from './profiles.ts';
import type { CustomerFile, ScheduleFile } from './schema.ts';
import { listCustomerFiles } from './workspace.ts';
import { openWorkspace, WORKSPACE_FILE } from './workspace-files.ts';

/** One of `schedules` of debrief.yaml, with the customers it is for. */
export interface Schedule extends Omit<ScheduleFile, 'customers' | 'timeZone' | 'weekStart'> {
  readonly customers: readonly ScheduledCustomer[];
}

export interface ScheduledCustomer {
  readonly id: string;
  readonly name: string;
  /** Of the periods; the customer's own. */
  readonly timeZone: string;
  /** Of the clock by which a report is due: that of the schedule, or else the customer's. */
  readonly dueZone: string;
  readonly weekStart: WeekStart;
}

export interface Schedules {
  /** The workspace, without links in it. */
  readonly workspaceDir: string;
  readonly schedules: readonly Schedule[];
  /** Ids of all customers of the workspace. */
  readonly customerIds: readonly string[];
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
  const customers: CustomerFile[] = [];
  for (const id of ids) {
    const customer = await loadCustomer(root, id);
    if ('faults' in customer) faults.push(...customer.faults);
    else customers.push(customer.value);
  }
  const written = 'value' in provider ? provider.value.schedules : [];
  faults.push(...written.flatMap((schedule, index) => findUnknown(schedule, index, ids)));
  throwFaults(faults);
  const schedules = written.map((schedule) => resolveCustomers(schedule, customers));
  return { workspaceDir: root, customerIds: ids, schedules };
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
  { customers: asked, timeZone, weekStart, ...schedule }: ScheduleFile,
  all: readonly CustomerFile[],
): Schedule {
  const customers = all
    .filter(({ id }) => asked === 'all' || asked.includes(id))
    .map((customer) => ({
      id: customer.id,
      name: customer.name,
      timeZone: customer.timeZone,
      dueZone: timeZone ?? customer.timeZone,
      weekStart: weekStart ?? customer.weekly.weekStart,
    }));
  return { ...schedule, customers };
}
