/** Names of accounts by their ids, as people know them. */
export type AccountNames = ReadonlyMap<string, string>;

export interface AccountNamePorts {
  readonly accounts: { list(): Promise<readonly { readonly id: string; readonly name: string }[]> };
}

export async function accountNames({ accounts }: AccountNamePorts): Promise<AccountNames> {
  return new Map((await accounts.list()).map(({ id, name }) => [id, name]));
}
