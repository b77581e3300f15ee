type Done = (error?: Error | null) => void;

interface Answer {
  readonly done: Done;
  isDue: boolean;
  error: Error | null;
}

/** Answers go out in the order of their messages (MQTT-4.6.0-2), whichever is on disk first. */
export class AnswerOrder {
  readonly #waiting: Answer[] = [];

  /** Calls `done` when `taken` is settled and all before it are answered. */
  answerWhen(taken: Promise<unknown>, done: Done): void {
    const answer: Answer = { done, isDue: false, error: null };
    this.#waiting.push(answer);
    taken.then(
      () => this.#settle(answer, null),
      (error: Error) => this.#settle(answer, error),
    );
  }

  #settle(answer: Answer, error: Error | null): void {
    answer.isDue = true;
    answer.error = error;
    while (this.#waiting[0]?.isDue === true) {
      const first = this.#waiting.shift() as Answer;
      first.done(first.error);
    }
  }
}
