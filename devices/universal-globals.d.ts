/** The few globals that Node and browsers share and the domain may use; it is compiled without either's types. */
declare function setTimeout(run: () => void, delayMs: number): number;
declare function clearTimeout(timer: number): void;
declare function setInterval(run: () => void, periodMs: number): number;
declare function clearInterval(timer: number): void;
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(encoding: 'utf-8', options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
