/** Choices that follow from a seed and a name alone: the same seed makes the same, and one entity more changes no other. */
import { createHash } from 'node:crypto';

export interface Chooser {
  /** 32 bytes. */
  bytes(name: string): Buffer;
  /** From 0 to `below` − 1. */
  number(name: string, below: number): number;
  pick<T>(name: string, list: readonly [T, ...T[]]): T;
  /** At most 64 characters. */
  hex(name: string, characters: number): string;
  uuid(name: string): string;
}

export function chooserOf(seed: number): Chooser {
  const bytes = (name: string): Buffer => createHash('sha256').update(`${seed}\n${name}`).digest();
  const number = (name: string, below: number): number => bytes(name).readUInt32BE(0) % below;
  const hex = (name: string, characters: number): string => bytes(name).toString('hex').slice(0, characters);
  return {
    bytes,
    number,
    hex,
    pick: (name, list) => list[number(name, list.length)] ?? list[0],
    uuid: (name) => {
      const digits = hex(name, 32);
      const parts = [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `8${digits.slice(17, 20)}`,
        digits.slice(20),
      ];
      return parts.join('-');
    },
  };
}
