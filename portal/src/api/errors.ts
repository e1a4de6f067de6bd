/** What can go wrong with a request. */

/** A part of a text: its position in characters, counted from 1, and its length. */
export interface Place {
  position: number;
  length: number;
}

/** The server answered that it cannot or will not. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Where in a text that was sent it goes wrong. */
    readonly place?: Place,
  ) {
    super(message);
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}
