/** The manners in which a scripted gateway fails. */
export const scriptedKinds = ['refuse', 'reset', 'hang', 'freeze', 'status-500', 'wrong-body'] as const;
export type ScriptedKind = (typeof scriptedKinds)[number];
