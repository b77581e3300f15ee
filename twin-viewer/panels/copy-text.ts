/**
 * Puts text on the clipboard, within a click.
 *
 * @throws {Error} where the browser does not allow it.
 */
export async function copyText(text: string): Promise<void> {
  try {
    // Absent where the page is not in a secure context, refused where permissions are.
    await navigator.clipboard.writeText(text);
  } catch (error) {
    if (!copySelected(text)) throw error;
  }
}

/** The old way, which asks for no permission. Leaves focus and selection as they were. */
function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'for-screen-readers';
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
