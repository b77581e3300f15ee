/** The part of Khronos' validator (gltf-validator 2.0, which has no types) that the tests use. */
declare module 'gltf-validator' {
  /** `severity`: 0 error, 1 warning, 2 information, 3 hint. */
  export interface ValidationMessage {
    readonly code: string;
    readonly message: string;
    readonly severity: 0 | 1 | 2 | 3;
    readonly pointer?: string;
  }
  export function validateBytes(bytes: Uint8Array): Promise<{
    readonly issues: { readonly numErrors: number; readonly messages: readonly ValidationMessage[] };
  }>;
}
