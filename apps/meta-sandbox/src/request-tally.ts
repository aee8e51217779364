export interface RequestCounts {
  readonly requests: number;
  readonly rejectedRequests: number;
  /** Requests answered with a fault that somebody ordered. */
  readonly faultedRequests: number;
  /** Refusals by subcode, or by code where Meta gives no subcode. */
  readonly bySubcode: Readonly<Record<string, number>>;
}

interface MutableTally {
  requests: number;
  rejectedRequests: number;
  faultedRequests: number;
  bySubcode: Map<string, number>;
}

const newTally = (): MutableTally => ({ requests: 0, rejectedRequests: 0, faultedRequests: 0, bySubcode: new Map() });
const view = (tally: MutableTally): RequestCounts => ({ ...tally, bySubcode: Object.fromEntries(tally.bySubcode) });

/** Counts `POST …/events` since the start or the last epoch. Only seeded datasets get their own counts. */
export class RequestTally {
  #total = newTally();
  #byDataset = new Map<string, MutableTally>();

  request(datasetId: string | null): void {
    for (const tally of this.#tallies(datasetId)) tally.requests += 1;
  }

  rejected(datasetId: string | null, subcode: number): void {
    for (const tally of this.#tallies(datasetId)) {
      tally.rejectedRequests += 1;
      tally.bySubcode.set(String(subcode), (tally.bySubcode.get(String(subcode)) ?? 0) + 1);
    }
  }

  faulted(datasetId: string | null): void {
    for (const tally of this.#tallies(datasetId)) tally.faultedRequests += 1;
  }

  reset(): void {
    this.#total = newTally();
    this.#byDataset.clear();
  }

  get total(): RequestCounts {
    return view(this.#total);
  }

  ofDataset(datasetId: string): RequestCounts {
    return view(this.#byDataset.get(datasetId) ?? newTally());
  }

  get datasetIds(): string[] {
    return [...this.#byDataset.keys()];
  }

  #tallies(datasetId: string | null): MutableTally[] {
    if (datasetId === null) return [this.#total];
    const tally = this.#byDataset.get(datasetId) ?? newTally();
    this.#byDataset.set(datasetId, tally);
    return [this.#total, tally];
  }
}
