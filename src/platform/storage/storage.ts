/** Where files lie. Everything given to it is sealed already: a storage sees neither content nor names. */
export interface Storage {
  readonly kind: 'gridfs' | 's3';
  /** Keeps content under an id of ours; where it fails or is aborted, at most a rest is left that `remove` takes away. */
  put(id: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** The content as it was put; undefined where there is none. */
  get(id: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Also what a put that never ended left behind. Removing what is not there is no fault. */
  remove(id: string): Promise<void>;
}
