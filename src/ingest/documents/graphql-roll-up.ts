import type { Dimension } from '../../model/dimension.ts';
import { toCountry, toText } from '../normalize.ts';
import type { GraphqlRow, PathFault } from './graphql-rows.ts';
import { fieldOf, type JsonRecord, listOf, toAmount } from './json-values.ts';

interface RollUpMap {
  readonly name: string;
  readonly key: string;
  readonly dimension: Dimension;
  readonly read: (value: unknown) => string | undefined;
}

/**
 * Lists inside a row of a roll-up node: the same requests, split by one property. Each is a series of its own and is never added
 * to the row's total. `threatPathingMap` is not read: its names say what was suspected, not what was done.
 */
const MAPS: readonly RollUpMap[] = [
  { name: 'countryMap', key: 'clientCountryName', dimension: 'source_country', read: toCountry },
  { name: 'responseStatusMap', key: 'edgeResponseStatus', dimension: 'status', read: toText },
  { name: 'clientHTTPVersionMap', key: 'clientHTTPProtocol', dimension: 'http_version', read: toText },
];

/** The maps that at least one row has, each as rows of the same buckets. */
export function readRollUpMaps(
  rows: readonly { readonly row: GraphqlRow; readonly raw: JsonRecord; readonly index: number }[],
  path: readonly (string | number)[],
  fault: PathFault,
): { name: string; dimension: Dimension; rows: GraphqlRow[] }[] {
  return MAPS.map((map) => ({
    name: map.name,
    dimension: map.dimension,
    rows: rows.flatMap(({ row, raw, index }) =>
      listOf(fieldOf(fieldOf(raw, 'sum'), map.name)).map((entry, position): GraphqlRow => {
        const amount = (name: string) => {
          const value = fieldOf(entry, name);
          const read = toAmount(value);
          if (value !== undefined && value !== null && read === undefined)
            fault(`${JSON.stringify(value)} is not a number of at least 0`, [
              ...path,
              index,
              'sum',
              map.name,
              position,
              name,
            ]);
          return read;
        };
        const units = amount('requests');
        const bytes = amount('bytes');
        const value = map.read(fieldOf(entry, map.key));
        return {
          point: {
            ...(row.point.t !== undefined && { t: row.point.t }),
            ...(row.point.part !== undefined && { part: row.point.part }),
            ...(units !== undefined && { units }),
            ...(bytes !== undefined && { bytes }),
            at: value === undefined ? {} : { [map.dimension]: value },
          },
          intervalMs: row.intervalMs,
          fields: new Map(),
        };
      }),
    ),
  })).filter((map) => map.rows.length > 0);
}
