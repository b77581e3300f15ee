import { type Static, Type } from 'typebox';

/** The body of every answer that is not a success. */
export const ProblemJson = Type.Object(
  {
    error: Type.String({ description: 'stable kind, kebab-case' }),
    message: Type.String({ description: 'what, which, why, and what to do' }),
    parameter: Type.Optional(Type.String({ description: 'the parameter that is wrong' })),
    given: Type.Optional(Type.String({ description: 'what was given for it' })),
  },
  { description: 'What went wrong, which part, why, and what to do' },
);
export type ProblemJson = Static<typeof ProblemJson>;

/** An answer that is not a success; thrown by handlers, written by the server. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly statusCode: number;
  readonly body: ProblemJson;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, body: ProblemJson, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.statusCode = statusCode;
    this.body = body;
    this.headers = headers;
  }
}

/** 400: `why` says what is allowed. */
export function wrongParameter(parameter: string, given: unknown, why: string): Problem {
  const shown = typeof given === 'string' ? given : JSON.stringify(given);
  const message = `${parameter}: ${JSON.stringify(given)} ${why}`;
  return new Problem(400, { error: 'wrong-parameter', message, parameter, given: (shown ?? '').slice(0, 200) });
}

/** 404: `what` with its name, `hint` says where the right names are. */
export function notFound(what: string, given: string, hint: string): Problem {
  return new Problem(404, {
    error: 'not-found',
    message: `There is no ${what} ${JSON.stringify(given)}. ${hint}`,
    given,
  });
}

/** 503: try again soon. */
export function busy(what: string): Problem {
  const message = `${what} is busy: too many requests are running. Try again in a second.`;
  return new Problem(503, { error: 'busy', message }, { 'retry-after': '1' });
}

/** 503: live values go on, history answers again when it is back. */
export function historyAway(why: string): Problem {
  const message = `History is away: ${why}. What is received meanwhile is kept and goes to history when it is back.`;
  return new Problem(503, { error: 'history-away', message }, { 'retry-after': '10' });
}
