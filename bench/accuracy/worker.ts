import { type CaseJob, runCase } from './cases.ts';

/** A process that analyses one case after the other; what it is sent is a job, what it sends back its result. */
process.on('message', (job: CaseJob) => {
  void runCase(job).then((result) => process.send?.(result));
});
