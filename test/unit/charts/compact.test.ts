import { expect, it } from 'vitest';
import { compactSvg } from '../../../src/charts/compact.ts';

it('rounds, joins straight runs and shares clips under ids of its own', () => {
  const drawn =
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' +
    '<clipPath id="cl_3"><rect x="1.23456" width="5" height="5"/></clipPath><g clip-path="url(#cl_3)">' +
    '<path d="M0 0L1.001 0L2.5049 0L2.5049 7L1 7L3 7L4.123456 8.9999L0 0Z"/></g>' +
    '<clipPath id="cl_4"><rect x="1.23456" width="5" height="5"/></clipPath><g clip-path="url(#cl_4)"><path d="M1 1Q2 2.0049 3 3"/></g></svg>';
  expect(compactSvg(drawn, 'fig-1')).toBe(
    '<clipPath id="fig-1-clip1"><rect x="1.23" width="5" height="5"/></clipPath><g clip-path="url(#fig-1-clip1)">' +
      '<path d="M0 0H2.5V7H1H3L4.12 9L0 0Z"/></g><g clip-path="url(#fig-1-clip1)"><path d="M1 1Q2 2 3 3"/></g>',
  );
});
