/** An error as Bull Board's page shows it: a headline and a sentence. */
export function boardError(error: string, message: string): { readonly error: string; readonly message: string } {
  return { error, message };
}
