/** Weight of the prior, in records: a value needs more than a few records to stand out. */
const PRIOR_RECORDS = 500;

/**
 * How surely a value is more frequent in one set of records than in another: log-odds ratio with an informative Dirichlet prior
 * (the share in both sets together), in standard deviations. `inFirst` of `first` records against `inSecond` of `second`.
 */
export function logOddsZ(inFirst: number, first: number, inSecond: number, second: number): number {
  const all = first + second;
  if (all === 0) return 0;
  const prior = (PRIOR_RECORDS * (inFirst + inSecond)) / all;
  if (prior <= 0 || prior >= PRIOR_RECORDS) return 0;
  const [withIt, withOut] = [inFirst + prior, first - inFirst + PRIOR_RECORDS - prior];
  const [withIt2, withOut2] = [inSecond + prior, second - inSecond + PRIOR_RECORDS - prior];
  // Values that nearly all records have are as uncertain as those that nearly none has.
  const variance = 1 / withIt + 1 / withOut + 1 / withIt2 + 1 / withOut2;
  return (Math.log(withIt / withOut) - Math.log(withIt2 / withOut2)) / Math.sqrt(variance);
}
