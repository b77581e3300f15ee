import type { Intake, Reading, SourceIssue, SourceMessage } from './source.ts';

/** For tests: keeps what it is given and tells when something has come. */
export class RecordingIntake implements Intake {
  readonly messages: SourceMessage[] = [];
  readonly issues: SourceIssue[] = [];
  #watchers: (() => void)[] = [];

  accept(message: SourceMessage): Promise<void> {
    this.messages.push(message);
    this.changed();
    return Promise.resolve();
  }

  report(issue: SourceIssue): void {
    this.issues.push(issue);
    this.changed();
  }

  protected changed(): void {
    for (const check of this.#watchers) check();
  }

  get readings(): readonly Reading[] {
    return this.messages.flatMap((message) => message.readings);
  }

  get things() {
    return this.messages.flatMap((message) => message.things);
  }

  /** Resolves when `holds` does. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#watchers = this.#watchers.filter((other) => other !== check);
        resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }
}
