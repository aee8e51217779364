/** Which life of which event: what a job carries. */
export interface EventRef {
  readonly id: string;
  readonly generation: number;
}
