/** `2025-07-01` as people here write it: 01/07/2025. */
export const showDay = (day: string): string => day.split('-').toReversed().join('/');
