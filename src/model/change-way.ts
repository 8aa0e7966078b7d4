/** How changes reach Kong: by hand through the Admin API, or by runs of a pipeline. */
export const changeWayWords = ['admin-api', 'pipeline'] as const;
export type ChangeWay = (typeof changeWayWords)[number];
