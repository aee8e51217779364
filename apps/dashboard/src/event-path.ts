/** Where the story of one event is told. */
export function eventPath(id: string): string {
  return `/events/${encodeURIComponent(id)}`;
}
