/** Where one account's health is shown. */
export function destinationPath(accountId: string): string {
  return `/destinations#${destinationAnchor(accountId)}`;
}

/** Where on that page. An account may be called anything, also as a part of the page. */
export function destinationAnchor(accountId: string): string {
  return `account-${encodeURIComponent(accountId)}`;
}
