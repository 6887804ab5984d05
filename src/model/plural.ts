/** `1 record`, `2 records`; the words may go on (`record lies`, `records lie`). */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
