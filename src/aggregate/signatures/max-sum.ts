/** The run of neighbours with the largest sum, both ends included, and that sum; undefined when no sum is above zero. Of equals the first. */
export function maxSumRun(
  values: readonly number[],
): { readonly first: number; readonly last: number; readonly sum: number } | undefined {
  let best: { first: number; last: number; sum: number } | undefined;
  let from = 0;
  let sum = 0;
  for (const [index, value] of values.entries()) {
    if (sum <= 0) {
      from = index;
      sum = 0;
    }
    sum += value;
    if (sum > (best?.sum ?? 0)) best = { first: from, last: index, sum };
  }
  return best;
}
