import { expect, test } from 'vitest';
import { readNumber } from '../../../../src/ingest/documents/mapped-units.ts';

test.each([
  ['1234.5', '.', 1_234.5],
  ['1,234.5', '.', 1_234.5],
  ['1,234,567', '.', 1_234_567],
  ['1.234,5', ',', 1_234.5],
  ['1234,5', ',', 1_234.5],
  ['1.234', ',', 1_234],
  ['12 345,6', ',', 12_345.6],
  ['1\u00a0234', '.', 1_234],
  ["1'234.5", '.', 1_234.5],
  ['1e3', '.', 1_000],
  ['.5', '.', 0.5],
  [' 7 ', '.', 7],
] as const)('%j with the decimal sign %j is %d', (cell, decimal, value) => {
  expect(readNumber(cell, decimal)).toBe(value);
});

test.each([
  ['1,5', '.'],
  ['1.5', ','],
  ['1,23,456', '.'],
  ['1 23', '.'],
  ['-1', '.'],
  ['', '.'],
  ['NaN', '.'],
  ['Infinity', '.'],
  ['0x10', '.'],
  ['1e999', '.'],
  ['12 Mbps', '.'],
] as const)('%j with the decimal sign %j is no number', (cell, decimal) => {
  expect(readNumber(cell, decimal)).toBeUndefined();
});
