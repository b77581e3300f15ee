/** The disk has no room for what was asked. */
export class NoSpaceError extends Error {
  override readonly name = 'NoSpaceError';

  constructor(what: string, neededBytes: number, freeBytes: number) {
    const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
    super(
      `There is no room for ${what}: it needs about ${mb(neededBytes)}, and ${mb(freeBytes)} are free beside what the ` +
        'service keeps for itself. Free some space, or ask for less.',
    );
  }
}
