import { expect, test } from 'vitest';
import { FILE_LIMITS, fileFault } from '../../src/core/file-limits.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

test.each([
  ['zalo', 'image/png', 1_000_000, null],
  ['zalo', 'image/png', 1_000_001, 'size'],
  ['zalo', docx, 5_000_000, null],
  ['zalo', docx, 5_000_001, 'size'],
  ['zalo', 'image/gif', 2_000_000, null],
  ['zalo', 'image/webp', 10, 'type'],
  ['zalo', 'video/mp4', 10, 'type'],
  ['messenger', 'image/png', 8_000_000, null],
  ['messenger', 'image/png', 8_000_001, 'size'],
  ['messenger', 'video/mp4', 25_000_000, null],
  ['messenger', 'application/pdf', 25_000_001, 'size'],
  ['messenger', 'application/x-msdownload', 10, 'type'],
  ['messenger', 'application/pdf', 0, 'empty'],
] as const)('%s is asked to take %s of %i bytes: %s', (channel, mime, size, fault) => {
  expect(fileFault(channel, { mime, size })).toBe(fault);
});

test('no type stands twice in the limits of a platform', () => {
  for (const limits of Object.values(FILE_LIMITS))
    expect(new Set(limits.map(({ mime }) => mime)).size).toBe(limits.length);
});
